import { describe, expect, it } from "vitest";
import { RateLimit } from "../../../../src/passwords/page/rate-limit.js";
import { ManualClock } from "../../../support/entry.js";

/** How many are let through of a hundred at once. */
function taken(limit: RateLimit): number {
  return Array.from({ length: 100 }, () => limit.take()).filter(Boolean).length;
}

describe("a limit of a rate", () => {
  it("lets so many through at once, and no more", () => {
    const limit = new RateLimit(new ManualClock(), 5, 2);
    expect(taken(limit)).toBe(5);
    expect(limit.take()).toBe(false);
  });

  it("lets so many more through a second", () => {
    const clock = new ManualClock();
    const limit = new RateLimit(clock, 5, 2);
    taken(limit);
    clock.pass(499);
    expect(limit.take()).toBe(false);
    clock.pass(1);
    expect(taken(limit)).toBe(1);
    clock.pass(1_500);
    expect(taken(limit)).toBe(3);
  });

  it("saves up no more than it lets through at once", () => {
    const clock = new ManualClock();
    const limit = new RateLimit(clock, 5, 2);
    clock.pass(60_000);
    expect(taken(limit)).toBe(5);
    clock.pass(60_000);
    expect(taken(limit)).toBe(5);
  });

  it("loses nothing to a clock that is set back", () => {
    const clock = new ManualClock();
    const limit = new RateLimit(clock, 5, 2);
    clock.pass(-60_000);
    expect(taken(limit)).toBe(5);
    clock.pass(500);
    expect(taken(limit)).toBe(1);
  });
});
