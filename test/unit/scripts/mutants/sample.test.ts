import { describe, expect, it } from "vitest";
import { draw, intervalOf, runsOf } from "../../../../scripts/mutants/sample.js";

const HUNDRED = Array.from({ length: 100 }, (_, index) => index);

describe("a sample", () => {
  it("has as many as are asked for, each once", () => {
    const drawn = draw(HUNDRED, 30, 1);
    expect(drawn).toHaveLength(30);
    expect(new Set(drawn).size).toBe(30);
    expect(drawn.every((each) => HUNDRED.includes(each))).toBe(true);
  });

  it("has all of them where there are not more", () => {
    expect(draw([3, 1, 2], 5, 1).sort()).toEqual([1, 2, 3]);
  });

  it("is the same for the same seed, and another for another", () => {
    expect(draw(HUNDRED, 30, 7)).toEqual(draw(HUNDRED, 30, 7));
    expect(draw(HUNDRED, 30, 7)).not.toEqual(draw(HUNDRED, 30, 8));
  });

  it("gives each the same chance", () => {
    const times = new Map<number, number>();
    for (let seed = 0; seed < 5_000; seed += 1)
      for (const each of draw([0, 1, 2, 3, 4], 2, seed)) times.set(each, (times.get(each) ?? 0) + 1);
    // 2,000 each; 1,860 and 2,140 are four standard deviations away, and the seeds are fixed.
    expect(times.size).toBe(5);
    for (const count of times.values()) {
      expect(count).toBeGreaterThan(1_860);
      expect(count).toBeLessThan(2_140);
    }
  });
});

describe("the interval", () => {
  it.each([
    [8, 10, [49, 94.3]],
    [0, 10, [0, 27.8]],
    [10, 10, [72.2, 100]],
    [200, 250, [74.6, 84.5]],
  ])("of %i in %i is Wilson's", (killed, of, interval) => {
    expect(intervalOf({ killed, of })).toEqual(interval);
  });

  it("is everything where nothing was tried", () => {
    expect(intervalOf({ killed: 0, of: 0 })).toEqual([0, 100]);
  });
});

describe("the runs", () => {
  it("are one for each list of tests, whichever files have it", () => {
    const listed = (...files: string[]) => files.map((file) => ({ file, mark: `${file}:1` }));
    const drawn = listed("src/sip/uri.ts", "src/base/log.ts", "src/sip/sdp.ts", "src/cli.ts");
    const tests = (file: string) => (file === "src/cli.ts" ? [] : [`test/unit/${file.split("/")[1]}`]);
    expect(runsOf(drawn, tests)).toEqual([
      { tests: ["test/unit/base"], mutants: listed("src/base/log.ts") },
      { tests: [], mutants: listed("src/cli.ts") },
      { tests: ["test/unit/sip"], mutants: listed("src/sip/sdp.ts", "src/sip/uri.ts") },
    ]);
  });
});
