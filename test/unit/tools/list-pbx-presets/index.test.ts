import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listPresets, loadPreset } from "../../../../src/presets/index.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../../support/mcp.js";

let connected: ConnectedClient;
beforeAll(async () => {
  connected = await connectInProcess(servicesFor());
});
afterAll(() => connected.close());

interface Listed {
  id: string;
  name: string;
  registers?: string;
  summary?: string;
}

interface Detail {
  fields: { field: string; use: string; where?: string }[];
  traps: { symptom: string }[];
  steps: string[];
  documentedExample?: { settings: string };
}

async function list(args: Record<string, unknown> = {}) {
  const { text, facts, isError } = await connected.call("list_pbx_presets", args);
  return { text, isError, facts, presets: facts.presets as Listed[], preset: facts.preset as Detail };
}

describe("the whole list", () => {
  it("is an id and one line each, in the text and in the structured content alike", async () => {
    const { text, facts, presets } = await list();
    const lines = text.split("\n").filter((line) => line.startsWith("- "));
    expect(lines).toHaveLength(listPresets().length);
    expect(presets.map(({ id }) => id)).toStrictEqual(listPresets().map(({ id }) => id));
    for (const preset of presets)
      expect(Object.keys(preset)).toEqual(expect.not.arrayContaining(["summary"]));
    expect(text.length).toBeLessThan(3_000);
    expect(JSON.stringify(facts).length).toBeLessThan(3_600);
  });

  it("marks what cannot register and what does under conditions", async () => {
    const { text, presets } = await list();
    expect(text).toMatch(/^- microsoft-teams: .*\[cannot register\]$/m);
    for (const { id, registers } of listPresets()) {
      const shown = presets.find((preset) => preset.id === id)?.registers ?? "yes";
      expect(shown, id).toBe(registers);
    }
  });
});

describe("a search", () => {
  it("gives what matches with a summary each, five at most", async () => {
    const { presets, text } = await list({ query: "asterisk" });
    expect(presets.length).toBeLessThanOrEqual(5);
    expect(presets[0]).toMatchObject({ id: "asterisk-pjsip", summary: expect.any(String) });
    expect(text).toContain(presets[0]?.summary);
  });
});

describe("one preset", () => {
  it("is concise unless more is asked for: fields, steps, the surest traps, the documented example", async () => {
    const { preset, text } = await list({ presetId: "3cx" });
    expect(preset.traps).toHaveLength(3);
    expect(preset.traps[0]?.symptom).toContain("404");
    expect(preset.steps.length).toBeGreaterThan(3);
    expect(preset.documentedExample?.settings).toMatch(/, port 5060, transport tls/);
    expect(preset.fields.map(({ use }) => use)).not.toContain("omit");
    expect(preset.fields.find(({ field }) => field === "password")?.where).toContain("Auth ID");
    for (const key of ["failures", "ports", "notes", "unverified", "sources"])
      expect(preset).not.toHaveProperty(key);
    expect(text).not.toMatch(/^(?:Failures|Ports|TLS, NAT, codecs|Not verified|Sources):$/m);
    expect(text).toMatch(/detail full adds: 4 more traps, how failures look, ports, .*sources/);
  });

  it("tells all that is known with detail full", async () => {
    const known = await loadPreset("3cx");
    const { preset, text } = await list({ presetId: "3cx", detail: "full" });
    expect(preset.traps).toHaveLength(known?.traps.length ?? 0);
    expect(preset).toMatchObject({
      failures: { length: known?.failures.length },
      ports: { length: known?.ports.length },
      unverified: known?.unverified,
      sources: { length: Object.keys(known?.sources ?? {}).length },
    });
    for (const title of ["Failures", "Ports", "TLS, NAT, codecs", "Not verified", "Sources"]) {
      expect(text).toContain(`\n${title}:\n`);
    }
    expect(text).not.toContain("detail full adds");
  });

  it("costs, in its concise form, two thirds of the full one at most, over the catalogue", async () => {
    let concise = 0;
    let full = 0;
    for (const { id } of listPresets()) {
      concise += (await list({ presetId: id })).text.length;
      full += (await list({ presetId: id, detail: "full" })).text.length;
    }
    expect(concise / full).toBeLessThan(2 / 3);
  });

  it("that cannot register names the way that works", async () => {
    const { text } = await list({ presetId: "microsoft-teams" });
    expect(text).toMatch(/^Cannot register\. Instead: /m);
    expect(text).toContain("list_pbx_presets with presetId freepbx-pjsip");
  });

  it("takes no other detail than the two", async () => {
    const { isError, text } = await list({ presetId: "3cx", detail: "some" });
    expect(isError).toBe(true);
    expect(text).toContain('detail must be one of "concise", "full"');
  });
});
