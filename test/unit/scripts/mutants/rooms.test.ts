import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { GUARDS, isMutated, testsAround, testsOf } from "../../../../scripts/mutants/rooms.js";
import type { KnownSurvivor } from "../../../../scripts/mutants/verdict.js";

const ROOT = dirname(dirname(dirname(dirname(import.meta.dirname))));

describe("the files that protect someone", () => {
  it("and their tests are there", () => {
    const named = [...GUARDS].flatMap(([file, tests]) => [file, ...tests]);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("alone have survivors with a reason, each on a line that is there", () => {
    const text = readFileSync(join(ROOT, "scripts/mutants/survivors.yaml"), "utf8");
    const known = parse(text) as Record<string, KnownSurvivor[]>;
    for (const [file, entries] of Object.entries(known)) {
      expect(GUARDS.has(file), file).toBe(true);
      const lines = readFileSync(join(ROOT, file), "utf8")
        .split("\n")
        .map((line) => line.replace(/\s+/g, " ").trim());
      for (const { line, why } of entries) {
        expect(lines, file).toContain(line.replace(/\s+/g, " ").trim());
        expect(why, line).toMatch(/\w+ \w+/);
      }
    }
  });
});

describe("the tests that have to notice a mutant", () => {
  it("are those that mirror the file", () => {
    expect(testsOf("src/sip/message/via.ts", ROOT)).toEqual(["test/unit/sip/message/via.test.ts"]);
  });

  it("are those of the room where none mirrors it", () => {
    const tests = testsOf("src/sip/transaction-of-no-test.ts", ROOT);
    expect(tests).toContain("test/unit/sip/message/via.test.ts");
    expect(tests.every((test) => test.startsWith("test/unit/sip/"))).toBe(true);
  });

  it("are none where a room has none: the repository's own tests are about something else", () => {
    expect(testsOf("src/cli.ts", ROOT)).toEqual([]);
    expect(testsOf("src/no-room/file.ts", ROOT)).toEqual([]);
  });
});

describe("the tests that have to notice a mutant of a sample", () => {
  it("are those of the folder that mirrors its own, and not of those below", () => {
    const tests = testsAround("src/tools/core/format.ts", ROOT);
    expect(tests).toContain("test/unit/tools/core/confirmation.test.ts");
    expect(tests.every((test) => /^test\/unit\/tools\/core\/[\w-]+\.test\.ts$/.test(test))).toBe(true);
  });

  it("are those of the nearest folder above that has some", () => {
    const tests = testsAround("src/no-room/none/file.ts", ROOT);
    expect(tests).toEqual([]);
    expect(testsAround("src/sip/message/none/file.ts", ROOT)).toContain("test/unit/sip/message/via.test.ts");
  });

  it("are also those that a file is listed with", () => {
    const tests = testsAround("src/hosting/front/front.ts", ROOT);
    expect(tests).toContain("test/unit/hosting/front/body.test.ts");
    expect(tests).toContain("test/integration/http/front.test.ts");
  });

  it("are none for a file beside the rooms: the repository's own tests are about something else", () => {
    expect(testsAround("src/cli.ts", ROOT)).toEqual([]);
  });
});

describe("what is mutated", () => {
  it("is code, and no presets and no types alone", () => {
    expect(isMutated("src/sip/message/via.ts")).toBe(true);
    expect(isMutated("src/presets/catalogue.d.ts")).toBe(false);
    expect(isMutated("src/presets/systems/asterisk.yaml")).toBe(false);
    expect(isMutated("")).toBe(false);
  });
});
