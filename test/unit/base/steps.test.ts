import { describe, expect, it } from "vitest";
import { asOneStep, atOnce, inSlices, type Steps } from "../../../src/base/steps.js";

/** Longer than a slice: no two of them are done without others in between. */
const STEP_MS = 10;

function* longSteps(count: number, done: (step: number) => void): Steps<string> {
  for (let step = 1; step <= count; step += 1) {
    const end = performance.now() + STEP_MS;
    while (performance.now() < end);
    done(step);
    yield;
  }
  return "all";
}

describe("inSlices", () => {
  it("lets others have a turn between long steps, and gives the result", async () => {
    const seen: string[] = [];
    let over = false;
    const other = () => {
      if (over) return;
      seen.push("other");
      setImmediate(other);
    };
    setImmediate(other);
    expect(await inSlices(longSteps(3, (step) => seen.push(`step ${step}`)))).toBe("all");
    over = true;
    expect(seen.filter((word, index) => word !== seen[index - 1])).toEqual([
      ...["step 1", "other", "step 2", "other", "step 3", "other"],
    ]);
  });

  it("does one slice in a turn, however many do long steps together, and lets who comes begin first", async () => {
    // The turn of the test before.
    await new Promise((resolve) => setImmediate(resolve));
    const seen: string[] = [];
    let over = false;
    const other = () => {
      if (over) return;
      seen.push("other");
      setImmediate(other);
    };
    setImmediate(other);
    const work = (name: string, count: number) => inSlices(longSteps(count, () => seen.push(name)));
    const all = ["a", "b", "c", "d"].map((name) => work(name, 4));
    await all[0];
    await Promise.all([...all, work("late", 1)]);
    over = true;
    const words = seen.filter((word, index) => word !== "other" || seen[index - 1] !== "other");
    // What was done in one turn: no two steps without the other in between.
    expect(words.filter((word, index) => word !== "other" && words[index + 1] !== "other")).toEqual([]);
    expect(words.filter((word) => word !== "other").slice(0, 4)).toEqual(["a", "b", "c", "d"]);
    expect(words.filter((word) => word !== "other")).toHaveLength(17);
  });

  it("lets who is known to take long begin behind who may be done in a moment", async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const seen: string[] = [];
    const work = (name: string, isLong: boolean) =>
      inSlices(
        longSteps(1, () => seen.push(name)),
        isLong,
      );
    await Promise.all([work("first", false), work("long", true), work("longer", true), work("short", false)]);
    expect(seen).toEqual(["first", "short", "long", "longer"]);
  });

  it("lets those who have had a slice continue, however many come", async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const seen: string[] = [];
    const work = (name: string) => inSlices(longSteps(1, () => seen.push(name)));
    const long = inSlices(
      longSteps(1, () => seen.push("long")),
      true,
    );
    const others = Array.from({ length: 12 }, (_, index) => work(`${index}`));
    const late = inSlices(
      longSteps(2, () => seen.push("late")),
      true,
    );
    await Promise.all([long, ...others, late]);
    expect(seen.indexOf("late")).toBeLessThan(12);
    expect(seen).toHaveLength(15);
  });

  it("does many short steps in one turn", async () => {
    let turns = 0;
    let over = false;
    const count = () => {
      turns += 1;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    const steps = (function* () {
      for (let step = 0; step < 10_000; step += 1) yield;
    })();
    await inSlices(steps);
    over = true;
    expect(turns).toBeLessThan(1_000);
  });

  it("throws what a step throws", async () => {
    const steps = (): Steps<never> =>
      (function* () {
        yield;
        throw new RangeError("no");
      })();
    await expect(inSlices(steps())).rejects.toThrow(RangeError);
    expect(() => atOnce(steps())).toThrow(RangeError);
  });
});

it("asOneStep does each piece of work in its own turn where it takes long, and throws what it throws", async () => {
  await new Promise((resolve) => setImmediate(resolve));
  let turn = 0;
  const next = () => {
    turn += 1;
    if (turn < 100) setImmediate(next);
  };
  setImmediate(next);
  const turns: number[] = [];
  const work = (fails: boolean) =>
    asOneStep(() => {
      const end = performance.now() + STEP_MS;
      while (performance.now() < end);
      turns.push(turn);
      if (fails) throw new RangeError("no");
    });
  // One that fails has taken its time too.
  await Promise.allSettled([work(true), work(true), work(true), work(false), work(false)]);
  expect(new Set(turns).size).toBe(5);
  await expect(
    asOneStep(() => {
      throw new RangeError("no");
    }),
  ).rejects.toThrow(RangeError);
});
