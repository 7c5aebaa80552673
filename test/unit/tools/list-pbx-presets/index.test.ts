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
  existing: string[];
  notes: string[];
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
  it("answers with the one preset that is meant, as its id would", async () => {
    const found = await list({ query: "FreePBX 17" });
    const asked = await list({ presetId: "freepbx-pjsip" });
    expect(found.facts.match).toBe("sure");
    expect(found.preset).toEqual(asked.preset);
    expect(found.text).toContain("FreePBX (PJSIP extension) (Sangoma, preset freepbx-pjsip");
    expect(found.presets[0]?.id).toBe("freepbx-pjsip");
  });

  it("says that what is only alike is a guess, and asks", async () => {
    const { facts, text, preset, presets } = await list({ query: "yaestar" });
    expect(facts.match).toBe("guess");
    expect(preset).toBeUndefined();
    expect(presets[0]).toMatchObject({ id: "yeastar-p-series", summary: expect.any(String) });
    expect(text).toMatch(/The words are only similar, so this is a guess/);
    expect(text).toContain("Ask the user whether that is their system");
  });

  it("says of a maker's name that it is not sure which product is meant", async () => {
    const { facts, text, presets } = await list({ query: "Cisco" });
    expect(facts.match).toBe("guess");
    expect(text).toMatch(/only a maker's name is known/);
    expect(presets.map(({ id }) => id)).toEqual(expect.arrayContaining(["cisco-cucm", "broadworks"]));
  });

  it("tells what is known of a system without a preset, and gives the guide that comes nearest", async () => {
    const { facts, text, presets, preset } = await list({ query: "Elastix 2.5" });
    expect(facts.match).toBe("known");
    expect(facts.known).toEqual([
      expect.objectContaining({ name: "Elastix", registers: "takes registrations" }),
    ]);
    expect(text).toMatch(/^Elastix is known, but has no preset: on-premises PBX, inside Asterisk/);
    expect(presets.map(({ id }) => id)).toEqual(["freepbx-chan-sip"]);
    expect(preset.steps.length).toBeGreaterThan(0);
  });

  it("gives no guide for what takes no registration", async () => {
    const { facts, text, presets, preset } = await list({ query: "Amazon Chime" });
    expect(facts.known).toEqual([
      expect.objectContaining({ name: "Amazon Chime", registers: "trunks only" }),
    ]);
    expect(text).toContain("An agent cannot register there.");
    expect(presets).toEqual([]);
    expect(preset).toBeUndefined();
  });

  it("marks what no source confirms, in text and structure", async () => {
    const { facts, text } = await list({ query: "Grasshopper" });
    expect(facts.known).toEqual([expect.objectContaining({ unconfirmed: expect.any(String) })]);
    expect(text).toContain("As far as is known, an agent cannot register there.");
    expect(text).toMatch(/^Grasshopper \(no registration\): .*\(not confirmed by the vendor\)$/m);
  });

  it("names several where several are said", async () => {
    const { facts, presets } = await list({ query: "FreePBX with a Telnyx trunk" });
    expect(facts.match).toBe("several");
    expect(presets.map(({ id }) => id)).toEqual(expect.arrayContaining(["freepbx-pjsip", "telnyx"]));
  });

  it("finds nothing for a name that no one knows", async () => {
    const { facts, text } = await list({ query: "Foobar 9000" });
    expect(facts).toMatchObject({ match: "none", presets: [] });
    expect(text).toContain("generic-sip");
  });
});

describe("an id that there is not", () => {
  it.each([
    ["FreePBX", /Its preset is freepbx-pjsip/],
    ["elastix", /Elastix is known, but has no preset: .*comes nearest is freepbx-chan-sip/],
    ["chime", /An agent cannot register there/],
    ["yaestar", /Near it: yeastar-p-series .*That is a guess: ask the user/],
  ])("%j is refused with what is known of it", async (presetId, words) => {
    const { isError, text } = await list({ presetId });
    expect(isError).toBe(true);
    expect(text).toMatch(words);
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
    for (const key of ["failures", "ports", "unverified", "sources"]) expect(preset).not.toHaveProperty(key);
    expect(text).not.toMatch(/^(?:Failures|Ports|Not verified|Sources):$/m);
    expect(text).toMatch(
      /detail full adds: 4 more traps, how failures look, ports, where audio is set, .*sources/,
    );
  });

  it("tells a new extension's steps apart from those for one that exists, and what is taken for the password", async () => {
    const { preset, text } = await list({ presetId: "freepbx-pjsip" });
    expect(text).toMatch(/^If the extension exists already:\n- Applications > Extensions > the extension/m);
    expect(preset.existing).toHaveLength(3);
    expect(preset.notes).toContainEqual(
      expect.stringMatching(/^Voicemail Password \(tab Voicemail\) is not the password: digits only/),
    );
    expect(preset.notes).toContainEqual(expect.stringMatching(/^The platform's address: /));
    expect(preset.steps).toContainEqual(
      expect.stringMatching(/^Connectivity > Inbound Routes > the route .* > Set Destination: Extensions/),
    );
    for (const note of preset.notes) expect(note).not.toMatch(/^(?:Audio|In use|Log or capture)/);
  });

  it("tells with detail full where audio is set, how it sounds where that is wrong, who uses the extension, and how to get a log", async () => {
    const { preset, text } = await list({ presetId: "freepbx-pjsip", detail: "full" });
    for (const [what, words] of [
      [
        "Audio, external address",
        /External Address .*the caller hears nothing of the agent.*fwconsole restart/,
      ],
      ["Audio, local networks", /not confirmed by the vendor/],
      ["Audio, media ports", /10000 to 20000/],
      ["In use", /pjsip show aor/],
      ["Log or capture", /pjsip show channelstats/],
    ] as const) {
      const note = preset.notes.find((each) => each.startsWith(`${what}: `));
      expect(note, what).toMatch(words);
      expect(text).toContain(`- ${note}`);
    }
  });

  it("says where no source tells how the platform's address is seen, unless nothing can register", async () => {
    const notDocumented = expect.stringMatching(
      /^The platform's address: where it is shown is not documented/,
    );
    expect((await list({ presetId: "placetel" })).preset.notes).toContainEqual(notDocumented);
    expect((await list({ presetId: "freepbx-pjsip" })).preset.notes).not.toContainEqual(notDocumented);
    expect((await list({ presetId: "vonage" })).preset.notes ?? []).not.toContainEqual(notDocumented);
  });

  it("costs a model no more in its concise form than a page", async () => {
    for (const { id } of listPresets())
      expect((await list({ presetId: id })).text.length, id).toBeLessThan(7_000);
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
    for (const title of ["Failures", "Ports", "Notes", "Not verified", "Sources"]) {
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
