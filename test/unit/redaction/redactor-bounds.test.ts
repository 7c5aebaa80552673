import { describe, expect, it } from "vitest";
import { inOneStep, NO_ROOM } from "../../../src/redaction/in-steps.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { holding } from "../../support/holding.js";

/** How much a redactor gives out at once: the bounds of a copy, and of an answer. */

describe("the bounds of a copy", () => {
  const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`) as unknown;
  const written = (value: unknown) => JSON.stringify(createRedactor().redactDeep(value));

  it("are 32 levels", () => {
    expect(written(nested(32))).toBe(JSON.stringify(nested(32)));
    expect(written(nested(33))).toContain("[cut]");
  });

  it("are 20,000 objects and lists in all", () => {
    const values = (count: number) =>
      Array.from({ length: 4 }, () => Array.from({ length: count }, () => ({})));
    // Four lists of so many, and the list that holds them.
    expect(written(values(4_998))).not.toContain("[cut]");
    expect(written(values(4_999))).toContain("[cut]");
    const inTwo = (count: number) => [
      Array.from({ length: 9_999 }, () => ({})),
      Array.from({ length: count }, () => ({})),
    ];
    expect(written(inTwo(9_998))).not.toContain("[cut]");
    expect(written(inTwo(9_999))).toContain("[cut]");
  });

  it("are 20,000 items of a list, of a set, of a map and of an object", () => {
    const keys = Array.from({ length: 20_001 }, (_, at) => `k${at}`);
    const pairs = keys.map((key): [string, number] => [key, 1]);
    const sizeOf = (value: unknown) => Object.keys(createRedactor().redactDeep(value) as object).length;
    for (const value of [keys, new Set(keys), new Map(pairs), Object.fromEntries(pairs)]) {
      expect(sizeOf(value)).toBe(20_000);
    }
  });

  it("leave out what is no data", () => {
    expect(createRedactor().redactDeep({ run: () => "x", sign: Symbol("hunter22"), n: 1 })).toEqual({ n: 1 });
    expect(createRedactor().redactDeep([Symbol("x")])).toEqual([undefined]);
    expect(createRedactor().redactDeep([() => "x"])).toEqual([undefined]);
  });

  it("leave a field that names a secret without one as it is", () => {
    const copied = createRedactor().redactDeep({ password: undefined, token: null, secret: false });
    expect(copied).toStrictEqual({ password: undefined, token: null, secret: false });
  });
});

describe("an answer with a bound", () => {
  const copied = <T>(value: T, room: number) =>
    inOneStep(holding("hunter2-moose").redactDeepSteps(value, room));
  /** Of its room a copy keeps so much for what is not a list. */
  const RESERVE = 10_000;

  it("has as many items of a list as there is room for, each with four characters besides its text", () => {
    const items = Array.from({ length: 15 }, () => "abcdef");
    const list = (room: number) => copied(items, RESERVE + 4 + room);
    expect(list(100)).toEqual({ copy: items.slice(0, 10), leftOut: 5 });
    expect(list(101)).toEqual({ copy: items.slice(0, 11), leftOut: 4 });
    expect(list(141)).toEqual({ copy: items, leftOut: 0 });
    expect(list(0)).toEqual({ copy: [], leftOut: 15 });
  });

  it("counts the keys of objects, and outside texts as they are shown", () => {
    const keyed = Array.from({ length: 20 }, () => ({ abc: 1 }));
    // An object and its number are four each, the key three.
    expect(copied(keyed, RESERVE + 4 + 110)).toEqual({ copy: keyed.slice(0, 10), leftOut: 10 });
    const said = Array.from({ length: 20 }, () => untrusted("x".repeat(96), { max: 46 }));
    expect(copied(said, RESERVE + 4 + 500)).toEqual({
      copy: Array.from({ length: 10 }, () => `${"x".repeat(45)}…`),
      leftOut: 10,
    });
    expect(copied(new Set(keyed), RESERVE + 4 + 110).leftOut).toBe(10);
  });

  it("keeps its shape: without room, outside texts alone are left out of it, each told", () => {
    const own = "o".repeat(100);
    const value = { a: own, b: untrusted("said"), c: own, d: `it said ${untrusted("so")}`, e: 1 };
    // Up to the text of b: the object, two values, two keys, and the text of a.
    const before = 4 + 2 * 4 + 2 + 100;
    expect(copied(value, before)).toEqual({ copy: { ...value, b: NO_ROOM, d: NO_ROOM }, leftOut: 2 });
    expect(copied(value, before + 1)).toEqual({
      copy: { ...value, b: "said", d: NO_ROOM },
      leftOut: 1,
    });
    expect(copied(value, RESERVE)).toEqual({
      copy: { ...value, b: "said", d: 'it said "so"' },
      leftOut: 0,
    });
  });

  it("cuts between the outside texts of one value, which counts once", () => {
    const several = ["one", "two", "three"].map((text) => `${untrusted(text)}`).join(" ");
    expect(copied([several, "own"], RESERVE + 100)).toEqual({
      copy: ['"one" "two" "three"', "own"],
      leftOut: 0,
    });
    expect(copied({ several }, 4 + 4 + 7 + 5)).toEqual({ copy: { several: `"one"${NO_ROOM}` }, leftOut: 1 });
    expect(copied({ several }, 4 + 4 + 7 + 6)).toEqual({
      copy: { several: `"one" "two"${NO_ROOM}` },
      leftOut: 1,
    });
  });

  it("hides what the others hide", () => {
    const value = { said: untrusted("hunter2-moose"), password: "x", n: 1 };
    expect(copied(value, RESERVE).copy).toEqual({ said: LEFT_OUT, password: "[secret]", n: 1 });
  });

  it("is cut in a sentence too, behind the outside text that takes the last of the room", () => {
    const redactor = holding("hunter2-moose");
    const sentence = `a ${untrusted("b")} c ${untrusted("hunter2-moose")} d ${untrusted("e")} f`;
    const shown = (room: number) => inOneStep(redactor.redactSteps(sentence, room));
    expect(shown(5)).toBe(`a "b"${NO_ROOM}`);
    expect(shown(6)).toBe(`a "b" c ${LEFT_OUT}${NO_ROOM}`);
    expect(shown(1_000)).toBe(`a "b" c ${LEFT_OUT} d "e" f`);
    expect(inOneStep(redactor.redactSteps("own words alone", 0))).toBe("own words alone");
  });

  it("is made one outside text a step", () => {
    const words = Array.from({ length: 7 }, (_, at) => `${untrusted(`said ${at}`)}.`).join("");
    for (const steps of [
      createRedactor().redactSteps(words, 1_000),
      createRedactor().redactDeepSteps([words], 20_000),
    ]) {
      let count = 0;
      while (steps.next().done !== true) count += 1;
      // The last is the full stop behind them.
      expect(count).toBe(8);
    }
  });
});
