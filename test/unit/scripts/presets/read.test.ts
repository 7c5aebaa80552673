import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { presetModules } from "../../../../scripts/presets/modules.js";
import { readPresets } from "../../../../scripts/presets/read.js";
import { listPresets, loadPreset } from "../../../../src/presets/index.js";

const PRESETS = join(import.meta.dirname, "../../../../src/presets");
const SMALL = readFileSync(join(import.meta.dirname, "../../../support/example-pbx.yaml"), "utf8");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "presets-"));
  mkdirSync(join(folder, "systems"));
  cpSync(join(PRESETS, "shared.yaml"), join(folder, "shared.yaml"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, "systems", name), text);
}

describe("reading a preset's file", () => {
  it("takes the id from the file's name and what is left out from the default", () => {
    write("example-pbx.yaml", SMALL);
    const [preset] = readPresets(folder);
    const manual = { source: "manual", confidence: "high" };
    const inferred = { source: "inferred", confidence: "low" };
    expect(preset).toMatchObject({
      id: "example-pbx",
      conditions: [],
      wire: [{ example: "ExamplePBX/5.1", ...manual }],
      unverified: [],
      fields: {
        sipDomain: { ...manual, where: { text: "Portal > Phones", ...inferred } },
        password: { use: "ask", ...manual },
        proxy: { use: "omit", ...inferred },
        port: {
          value: 5060,
          ...manual,
          alternatives: [{ value: 5061, source: "manual", confidence: "low" }],
        },
        transport: { value: "udp", source: "manual", confidence: "medium" },
      },
      steps: [
        { stage: "account", text: "Add a phone.", ...inferred },
        { stage: "check", text: "Look at the list of phones.", ...manual },
      ],
      traps: [{ symptom: "No answer.", ...manual }],
      failures: [{ codes: [], ...manual }],
    });
    expect(Object.entries(preset?.sources ?? {}).map(([key, { kind }]) => [key, kind])).toEqual([
      ["manual", "vendor"],
      ["inferred", "inference"],
    ]);
  });

  it("puts them in order by kind, then by rank, then by id", () => {
    const as = (category: string, rank = "") => SMALL.replace("cloud PBX", `${category}${rank}`);
    write("z-router.yaml", as("router"));
    write("b-cloud.yaml", as("cloud PBX"));
    write("a-cloud.yaml", as("cloud PBX"));
    write("z-cloud.yaml", as("cloud PBX", "\nrank: 10"));
    write("last-cloud.yaml", as("cloud PBX", "\nrank: 1000"));
    write("z-pbx.yaml", as("on-premises PBX"));
    const order = ["z-pbx", "z-cloud", "a-cloud", "b-cloud", "last-cloud", "z-router"];
    expect(readPresets(folder).map(({ id }) => id)).toEqual(order);
  });

  it.each([
    [
      "a key that no preset has",
      "vendor: Example",
      "vendor: Example\nseller: Example",
      /Unrecognized key: "seller"/,
    ],
    ["a key twice", "vendor: Example", "vendor: Example\nvendor: Other", /Map keys must be unique/],
    [
      "a source that is not listed",
      "from: manual high",
      "from: handbook high",
      /not in its sources: handbook/,
    ],
    ["no default provenance", "from: manual high\n", "", /traps\.0\.confidence/],
    ["a confidence that there is not", "from: manual high", "from: manual sure", /traps\.0\.confidence/],
    ["a shared name that there is not", "no-proxy", "no-proxies", /shared\.yaml has no "no-proxies"/],
    ["a stage that there is not", "  check:", "  checking:", /steps\.1\.stage/],
    ["steps without stages", /steps:\n(?: .*\n)+/, "steps:\n  - Add a phone.\n", /steps/],
    [
      "a text that YAML takes for another thing",
      "    - Look at the list",
      "    - Look: at the list",
      /steps\.1/,
    ],
    ["a field left out", "  did: { shared: no-number }\n", "", /fields/],
    [
      "a rank that is no number",
      "confidence: low",
      "confidence: low\nrank: first",
      /rank: expected a number/,
    ],
    ["no map at all", /[\s\S]+/, "Example PBX", /not a map/],
    ["a list in place of a text", "vendor: Example", "vendor: [Example]", /vendor/],
    ["a fact that is null", "    - Look at the list of phones.", "    -", /steps\.1/],
  ])("refuses %s, with the file and the place", (_what, from, to, message) => {
    const text = SMALL.replace(from, to);
    expect(text).not.toBe(SMALL);
    write("example-pbx.yaml", text);
    expect(() => readPresets(folder)).toThrow(message);
    expect(() => readPresets(folder)).toThrow(/systems\/example-pbx\.yaml/);
  });

  it.each(["example-pbx.yml", "example-pbx.ts", "Example.yaml", "example pbx.yaml"])(
    "refuses a file of the name %s, since nothing would read it",
    (name) => {
      write(name, SMALL);
      expect(() => readPresets(folder)).toThrow(/named <id>\.yaml/);
    },
  );
});

describe("the catalogue that is built in", () => {
  it("is what the files say", async () => {
    const presets = readPresets(PRESETS);
    expect(listPresets().map(({ id }) => id)).toEqual(presets.map(({ id }) => id));
    for (const preset of presets) expect(await loadPreset(preset.id)).toEqual(preset);
  });

  it("has a module for each preset, and one of all of them", () => {
    const names = readPresets(PRESETS).map(({ id }) => `systems/${id}.js`);
    expect([...presetModules(PRESETS).keys()]).toEqual(["catalogue.js", "known-names.js", ...names]);
  });
});

describe("shared.yaml", () => {
  it("holds only what more than one preset uses", () => {
    const files = listPresets().map(({ id }) => readFileSync(join(PRESETS, "systems", `${id}.yaml`), "utf8"));
    const names = [...readFileSync(join(PRESETS, "shared.yaml"), "utf8").matchAll(/^([a-z0-9-]+):$/gm)];
    expect(names.length).toBeGreaterThan(10);
    for (const [, name = ""] of names.filter(([, name]) => name !== "inferred")) {
      const users = files.filter((text) => new RegExp(`shared: ${name}\\b(?!-)`).test(text));
      expect(users.length, name).toBeGreaterThan(1);
    }
  });
});

describe("the presets' files", () => {
  it("do not repeat in three places what shared.yaml is for", () => {
    const files = [...listPresets().map(({ id }) => `systems/${id}.yaml`), "shared.yaml"];
    const places = new Map<string, string[]>();
    for (const file of files) {
      const texts = new Set(stringsOf(parse(readFileSync(join(PRESETS, file), "utf8"))));
      for (const text of texts) if (text.length >= 50) places.set(text, [...(places.get(text) ?? []), file]);
    }
    expect(places.size).toBeGreaterThan(500);
    expect([...places].filter(([, found]) => found.length > 2)).toEqual([]);
  });
});

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}
