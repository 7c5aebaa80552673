import { describe, expect, it } from "vitest";
import { LONGEST_CALL_MS } from "../../../../src/calls/measured-call.js";
import type { ScriptStep } from "../../../../src/calls/script.js";
import { logBudget, longestCall, scriptOf } from "../../../../src/tools/test-call/length.js";

/** How long the steps take at most. Milliseconds. */
function mostOf(script: readonly ScriptStep[]): number {
  return script.reduce((sum, step) => {
    if (step.do === "listen") return sum + step.mostMs;
    return step.do === "play" ? sum : sum + step.ms;
  }, 0);
}

describe("the script of a test call", () => {
  it("listens for the greeting, says something twice, and is silent for as long in between", () => {
    expect(scriptOf(0)).toEqual([
      { do: "listen", mostMs: 8_000 },
      { do: "speak", ms: 2_500 },
      { do: "listen", mostMs: 5_000 },
      { do: "listen", mostMs: 5_000 },
      { do: "speak", ms: 2_500 },
      { do: "listen", mostMs: 5_000 },
    ]);
  });

  it("stays on the line at its end for the seconds that are asked for", () => {
    expect(scriptOf(36)).toEqual([...scriptOf(0), { do: "wait", ms: 36_000 }]);
    expect(scriptOf(1).at(-1)).toEqual({ do: "wait", ms: 1_000 });
  });

  it("is shortened as a whole", () => {
    expect(mostOf(scriptOf(4, 0.5))).toBe(mostOf(scriptOf(4)) / 2);
    expect(scriptOf(4, 0.5).map(({ do: what }) => what)).toEqual(scriptOf(4).map(({ do: what }) => what));
  });
});

describe("a test call", () => {
  it.each([0, 1, 10, 16])("that stays %i s has time for its script, and a second more", (seconds) => {
    expect(longestCall(seconds)).toBe(mostOf(scriptOf(seconds)) + 1_000);
  });

  it.each([17, 36, 40, 3_600])("that stays %i s is no longer than any call may be", (seconds) => {
    expect(longestCall(seconds)).toBe(LONGEST_CALL_MS);
  });
});

describe("the log of a test call", () => {
  it.each([
    [0, 20_000],
    [36_000, 20_000],
    [37_000, 19_000],
    [51_000, 5_000],
    [52_000, 4_000],
    [90_000, 4_000],
  ])("is read, %i ms after the call has begun, for %i ms", (elapsedMs, budgetMs) => {
    expect(logBudget(elapsedMs)).toBe(budgetMs);
  });
});
