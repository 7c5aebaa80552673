import { describe, expect, it } from "vitest";
import type { CallLog } from "../../../../src/telzino/types.js";
import { callsOf, chooseCall } from "../../../../src/tools/core/logged-calls.js";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const entry = (id: string, second: number, more: Partial<CallLog> = {}): CallLog => ({
  ...{ id, overSip: true, startedAt: at(second), maskedCaller: "**01" },
  ...more,
});

describe("the entries of a log", () => {
  it("are one call where one is listed twice, and what tells most of it counts", () => {
    const early = entry("a", 0, { entries: { agent: 1, caller: 0, unknown: 0 } });
    const late = entry("a", 0, { endedAt: at(9), entries: { agent: 1, caller: 2, unknown: 0 } });
    for (const entries of [
      [early, late],
      [late, early],
    ]) {
      expect(callsOf(entries)).toEqual(
        [
          {
            ...{ ids: ["a"], overSip: true, startedAt: at(0), endedAt: at(9), maskedCaller: "**01" },
            ...{ entries: { agent: 1, caller: 2, unknown: 0 } },
          },
        ].map((call) => expect.objectContaining(call)),
      );
    }
  });

  it("are one call by start and caller, and two by another caller", () => {
    expect(callsOf([entry("a", 0), entry("b", 0)]).map(({ ids }) => ids)).toEqual([["a", "b"]]);
    expect(callsOf([entry("a", 0), entry("b", 0, { maskedCaller: "**02" })])).toHaveLength(2);
    expect(callsOf([entry("a", 0), entry("b", 1)])).toHaveLength(2);
  });

  it.each<[object, number | undefined]>([
    [{ durationSeconds: 7 }, 7],
    [{ durationSeconds: 7, endedAt: at(9) }, 7],
    [{ durationSeconds: 0, endedAt: at(9) }, 9],
    [{ endedAt: at(9) }, 9],
    [{ durationSeconds: 0 }, undefined],
    [{ startedAt: at(10), endedAt: at(9) }, undefined],
    [{}, undefined],
  ])("%j last %s s", (more, seconds) => {
    expect(callsOf([entry("a", 0, more)])[0]?.seconds).toBe(seconds);
  });
});

describe("whose call it is", () => {
  const choose = (entries: CallLog[], from?: string) => {
    const { call, others, ambiguous, fromNone } = chooseCall(callsOf(entries), from);
    return {
      call: call?.ids[0],
      others: others.flatMap(({ ids }) => ids),
      ambiguous,
      ...(fromNone && { fromNone }),
    };
  };

  it("is the newest where one number has made them all, in whatever order", () => {
    expect(choose([entry("a", 0), entry("c", 20), entry("b", 10)])).toEqual({
      ...{ call: "c", others: ["b", "a"], ambiguous: false },
    });
  });

  it("cannot be told of several numbers, or of none", () => {
    expect(choose([entry("a", 0), entry("b", 10, { maskedCaller: "**02" })]).ambiguous).toBe(true);
    const nobody = [entry("a", 0, { maskedCaller: "***" }), entry("b", 10, { maskedCaller: "***" })];
    expect(choose(nobody).ambiguous).toBe(true);
    expect(choose(nobody.slice(1))).toMatchObject({ call: "b", ambiguous: false });
  });

  it("is told by the number that the person calls from", () => {
    const calls = [entry("a", 0), entry("b", 10, { maskedCaller: "+*********67" })];
    expect(choose(calls, "1001")).toEqual({ call: "a", others: ["b"], ambiguous: false });
    expect(choose(calls, "15551234567")).toMatchObject({ call: "b", ambiguous: false });
    expect(choose(calls, "1099")).toMatchObject({ call: "b", ambiguous: true, fromNone: true });
  });

  it("is none that came another way than over SIP", () => {
    expect(choose([entry("a", 0, { overSip: false })])).toEqual({
      call: undefined,
      others: ["a"],
      ambiguous: false,
    });
    const [{ overSip: _, ...untold }] = [entry("b", 0)];
    expect(choose([untold])).toMatchObject({ call: "b" });
  });
});
