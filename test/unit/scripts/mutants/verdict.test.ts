import { describe, expect, it } from "vitest";
import { judge, type Mutant, shareOf } from "../../../../scripts/mutants/verdict.js";

const SOURCE = "export function guard(size: number) {\n  if (size > 3) return false;\n  return true;\n}\n";

function mutant(status: string, replacement: string, line = 2): Mutant {
  return { status, replacement, mutatorName: "x", location: { start: { line, column: 3 } } };
}

function judged(mutants: Mutant[], known: Parameters<typeof judge>[1] = []) {
  return judge({ source: SOURCE, mutants }, known);
}

describe("what no test notices", () => {
  it("is what survived and what no test reaches; what could not run does not count", () => {
    const verdict = judged([
      mutant("Killed", "a"),
      mutant("Timeout", "b"),
      mutant("Survived", "c"),
      mutant("NoCoverage", "d", 3),
      mutant("CompileError", "e"),
      mutant("Ignored", "f"),
    ]);
    expect(verdict).toMatchObject({ killed: 2, of: 4 });
    expect(verdict.unnamed).toEqual([
      { place: 2, line: "if (size > 3) return false;", becomes: "c" },
      { place: 3, line: "return true;", becomes: "d" },
    ]);
  });

  it("is not what keeps the test files from loading", () => {
    const unloaded = { ...mutant("Survived", "c"), static: true, testsCompleted: 0 };
    expect(judged([unloaded])).toMatchObject({ killed: 1, of: 1, unnamed: [] });
    expect(judged([{ ...unloaded, testsCompleted: 3 }]).killed).toBe(0);
    expect(judged([{ ...unloaded, static: false }]).killed).toBe(0);
    expect(judged([{ ...unloaded, status: "NoCoverage" }]).killed).toBe(0);
    // One of several files.
    const some = { ...unloaded, testsCompleted: 3 };
    expect(judge({ source: SOURCE, mutants: [some], tests: 4 }, []).killed).toBe(1);
    expect(judge({ source: SOURCE, mutants: [some], tests: 3 }, []).killed).toBe(0);
    expect(judge({ source: SOURCE, mutants: [{ ...some, static: false }], tests: 4 }, []).killed).toBe(0);
  });

  it("is named by its line and what it has become, wherever the line has gone and however it is broken", () => {
    const known = [{ line: "if (size > 3)  return false;", becomes: "size\n >= 3", why: "…" }];
    expect(judged([mutant("Survived", "size >=  3")], known)).toMatchObject({ unnamed: [], stale: [] });
  });

  it("is not named by another mutant of the line, nor by the same one of another line", () => {
    const known = [{ line: "if (size > 3) return false;", becomes: "true", why: "…" }];
    expect(judged([mutant("Survived", "false")], known).unnamed).toHaveLength(1);
    expect(judged([mutant("Survived", "true", 3)], known).unnamed).toHaveLength(1);
  });

  it("may not be named once it is noticed", () => {
    const known = [{ line: "return true;", becomes: "false", why: "…" }];
    expect(judged([mutant("Killed", "false", 3)], known).stale).toEqual(known);
    expect(judged([], known).stale).toEqual(known);
  });
});

describe("the share", () => {
  it("is not rounded up to the floor", () => {
    expect(shareOf({ killed: 8_999, of: 10_000 })).toBe(89.9);
    expect(shareOf({ killed: 9, of: 10 })).toBe(90);
  });

  it("is whole where there is nothing to notice", () => {
    expect(shareOf({ killed: 0, of: 0 })).toBe(100);
  });
});
