import { beforeAll, describe, expect, it } from "vitest";
import { listPresets, loadPreset, type Preset } from "../../../src/presets/index.js";
import { renderPresetMarkdown } from "../../../src/presets/render.js";

let presets: Preset[];

beforeAll(async () => {
  const loaded = await Promise.all(listPresets().map(({ id }) => loadPreset(id)));
  presets = loaded.filter((preset) => preset !== undefined);
});

function preset(id: string): Preset {
  const found = presets.find((one) => one.id === id);
  if (!found) throw new Error(`no preset ${id}`);
  return found;
}

describe("a preset as Markdown", () => {
  it("shows every trap, failure, step and unverified point with its mark", () => {
    for (const one of presets) {
      const text = renderPresetMarkdown(one).replaceAll("\\", "");
      const plain = (value: string) =>
        value.replaceAll("\\", "").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      for (const { symptom, fix, confidence } of one.traps) {
        expect(text).toContain(plain(symptom));
        expect(text).toMatch(new RegExp(`${escaped(plain(fix))} \\[\\d+, ${confidence}\\]`));
      }
      for (const { text: step, confidence } of one.steps) {
        expect(text).toMatch(new RegExp(`${escaped(plain(step))} \\[\\d+, ${confidence}\\]`));
      }
      for (const { signal } of one.failures) expect(text).toContain(plain(signal));
      for (const claim of one.unverified) expect(text).toContain(plain(claim));
      expect(text).not.toMatch(/\[0, |undefined/);
    }
  });

  it("marks the platform's values as the platform's", () => {
    expect(renderPresetMarkdown(preset("3cx"))).toContain(
      "**The platform's documented example:** sipDomain `company.3cx.us`, username `1001`, proxy `company.3cx.us`, port `5060`, transport `tls`",
    );
  });

  it("says what works instead where nothing can register, and shows no fields", () => {
    const text = renderPresetMarkdown(preset("microsoft-teams"));
    expect(text).toContain("**What works instead:**");
    expect(text).not.toContain("| sipDomain |");
  });

  it("keeps text from becoming HTML or emphasis", () => {
    expect(renderPresetMarkdown(preset("twilio-sip-domain"))).toContain("&lt;Dial&gt;&lt;Sip&gt;");
    expect(renderPresetMarkdown(preset("avm-fritzbox"))).toContain("\\*\\*620");
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
