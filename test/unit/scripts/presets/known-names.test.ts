import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readKnownNames } from "../../../../scripts/presets/known-names.js";
import { readPresets } from "../../../../scripts/presets/read.js";

const PRESETS = join(import.meta.dirname, "../../../../src/presets");
const presets = readPresets(PRESETS);

function read(...lines: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "known-names-"));
  writeFileSync(join(folder, "known-names.yaml"), `${lines.join("\n")}\n`);
  return readKnownNames(folder, presets);
}

const LINE = "kind: cloud PBX, registers: unknown, says: Ask whether it can.";

describe("names without a preset", () => {
  it("are read with what a line leaves out", () => {
    expect(read(`- { name: Example PBX, ${LINE} }`)).toEqual([
      {
        name: "Example PBX",
        aliases: [],
        kind: "cloud PBX",
        registers: "unknown",
        guide: "generic-sip",
        says: "Ask whether it can.",
      },
    ]);
  });

  it.each([
    [
      ["- { name: 3 CX, kind: cloud PBX, registers: unknown, says: Ask whether it can. }"],
      /3cx has the name/,
    ],
    [[`- { name: One, ${LINE} }`, `- { name: o-n-e, ${LINE} }`], /One has the name "one"/],
    [[`- { name: Example, guide: nobody, ${LINE} }`], /there is no preset nobody/],
    [["- { name: Example }"], /0\.kind/],
    [[`- { name: Example, source: "http://example.com", ${LINE} }`], /0\.source/],
  ])("are refused: %j", (lines, why) => {
    expect(() => read(...lines)).toThrow(why);
  });

  it("are in the file by name", () => {
    const names = readKnownNames(PRESETS, presets).map(({ name }) => name.toLowerCase());
    expect(names).toEqual([...names].sort());
  });
});
