import { describe, expect, it } from "vitest";
import { delayMs, readRetryAfter } from "../../../src/telzino/retry.js";

const NOW = Date.parse("2026-02-22T12:00:00Z");

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    [" 7 ", 7],
    ["1.5", 1.5],
    ["Sun, 22 Feb 2026 12:00:09 GMT", 9],
    ["Sun, 22 Feb 2026 11:59:00 GMT", 0],
    ["9999999999", 86_400],
    ["Sun, 22 Feb 2099 12:00:00 GMT", 86_400],
  ])("%j is %d seconds", (header, seconds) => {
    expect(readRetryAfter(header, NOW)).toBe(seconds);
  });

  it.each([undefined, "", "soon", "-5", "1e9", "NaN"])("%j says nothing", (header) => {
    expect(readRetryAfter(header, NOW)).toBeUndefined();
  });
});

describe("the pause between attempts", () => {
  const policy = { baseMs: 100, maxMs: 1_000 };

  it("doubles up to its limit, half of it left to chance", () => {
    const range = (attempt: number) => [0, 1].map((chance) => delayMs(policy, attempt, undefined, chance));
    expect([1, 2, 3, 4, 5, 60].map(range)).toEqual([
      [50, 100],
      [100, 200],
      [200, 400],
      [400, 800],
      [500, 1_000],
      [500, 1_000],
    ]);
  });

  it("is never shorter than what the server asks for", () => {
    for (const chance of [0, 0.5, 1]) expect(delayMs(policy, 1, 3, chance)).toBeGreaterThanOrEqual(3_000);
    expect(delayMs(policy, 1, 0, 0)).toBe(50);
  });
});
