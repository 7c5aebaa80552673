import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { logWriters } from "../../../../scripts/docs/log-formats.js";
import { renderPasting, TABLES, TRACES } from "../../../../scripts/docs/pasting.js";
import { FORMATS } from "../../../../src/logs/formats/index.js";
import { listPresets, loadPreset, type Preset } from "../../../../src/presets/index.js";
import { literal } from "../../../../src/presets/render.js";
import { readLog } from "../../../support/log-lines.js";

const ROOT = join(import.meta.dirname, "../../../..");
const LOGS = join(import.meta.dirname, "../../logs");
const ids = listPresets().map(({ id }) => id);

describe("docs/pasting.md", () => {
  it.each([...TRACES, ...TABLES].map((form) => [form.name, form] as const))(
    "names an example that is understood: %s",
    (_name, { example }) => {
      const { understood, unknown, events, findings } = readLog(readFileSync(join(LOGS, example), "utf8"));
      expect(understood).toBeGreaterThan(unknown);
      expect(events.length + findings.length).toBeGreaterThan(0);
    },
  );

  it("names every program whose lines are read", () => {
    const writers = [...new Set(FORMATS.map(({ writtenBy }) => writtenBy))];
    expect(logWriters(ROOT).sort()).toEqual(writers.sort());
  });

  it.each(ids)("says how a log and a capture are had on %s, if something can register there", async (id) => {
    const preset = (await loadPreset(id)) as Preset;
    const row = renderPasting([preset], [])
      .split("\n")
      .find((line) => line.includes(`(presets.md#${id})`));
    if (preset.registers === "no" && preset.evidence.length === 0) {
      expect(row).toBeUndefined();
      return;
    }
    const given = new Set(preset.evidence.map(({ gives }) => gives));
    expect(given.has("both") || (given.has("log") && given.has("capture"))).toBe(true);
    for (const { text } of preset.evidence) expect(row).toContain(literal(text));
    for (const { source, confidence } of preset.evidence) {
      // Only what was read somewhere is more than ordinary practice.
      expect(source === "inferred").toBe(confidence === "low");
    }
  });
});
