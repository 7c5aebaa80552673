import { describe, expect, it } from "vitest";
import { PbxLedger, Recent } from "../../../src/diagnosis/pbx-ledger.js";

const MINUTE = 60_000;

describe("the mark of a host", () => {
  const ledger = new PbxLedger();

  it("is the same for every spelling of it", () => {
    const name = ledger.mark("pbx.example.com");
    for (const spelling of ["PBX.example.com", "pbx.example.com.", "Pbx.Example.COM."]) {
      expect(ledger.mark(spelling)).toBe(name);
    }
    const address = ledger.mark("2001:db8::1");
    for (const spelling of ["[2001:db8::1]", "2001:DB8:0:0::1"]) expect(ledger.mark(spelling)).toBe(address);
    expect(ledger.mark("::ffff:192.0.2.1")).toBe(ledger.mark("192.0.2.1"));
  });

  it("is another for another host, another user, and names that run together", () => {
    const marks = [
      ledger.mark("pbx.example.com"),
      ledger.mark("pbxxexample.com"),
      ledger.mark("pbx.example.comx"),
      ledger.mark("pbx.example.com", ""),
      ledger.mark("pbx.example.com", "a"),
      ledger.mark("pbx.example.com", "A"),
      ledger.mark("pbx.example.com", "a", "b"),
      ledger.mark("pbx.example.com", "ab"),
      ledger.mark("pbx.example.com", 'a","b'),
    ];
    expect(new Set(marks).size).toBe(marks.length);
  });

  it("says nothing of the host, and is another in another process", () => {
    expect(ledger.mark("pbx.example.com")).toMatch(/^[\w-]{43}$/);
    expect(new PbxLedger().mark("pbx.example.com")).not.toBe(ledger.mark("pbx.example.com"));
  });
});

describe("the mark of a history", () => {
  it("is its own, each time, and that of no host", () => {
    const ledger = new PbxLedger();
    const histories = [{}, {}, {}, {}];
    const marks = histories.map((history) => ledger.ownMark(history));
    expect(new Set(marks).size).toBe(histories.length);
    expect([...histories].reverse().map((history) => ledger.ownMark(history))).toEqual([...marks].reverse());
    expect(new Set([...marks, ledger.ownMark({})]).size).toBe(histories.length + 1);
    // A host's mark has no blank.
    for (const mark of marks) expect(mark).toMatch(/ /);
  });
});

describe("what a ledger remembers", () => {
  it("are test calls for a day, 20,000 of extensions and histories, a quarter of them of one", () => {
    let now = 5;
    const ledger = new PbxLedger(() => now);
    const call = { at: now, by: {}, running: false };
    let kept = 0;
    while (ledger.calls.add(`${kept}`, call)) kept += 1;
    expect(kept).toBe(5_000);
    now += 24 * 60 * MINUTE - 1;
    expect(ledger.calls.at("0")).toEqual([call]);
    now += 1;
    expect(ledger.calls.at("0")).toEqual([]);
  });

  it("are runs for a minute, tries and requests for ten, by a clock that is not set", () => {
    let now = 5;
    const ledger = new PbxLedger(() => now);
    const by = {};
    ledger.runs.add("k", { at: now, by });
    ledger.tries.add("k", { at: now, by, fingerprint: "", outcome: "refused" });
    ledger.requests.add("k", { at: now, by, user: "", login: false, cost: 1, settled: true });
    const sizes = () => [
      ledger.runs.at("k").length,
      ledger.tries.at("k").length,
      ledger.requests.at("k").length,
    ];
    now += MINUTE - 1;
    expect(sizes()).toEqual([1, 1, 1]);
    now += 1;
    expect(sizes()).toEqual([0, 1, 1]);
    now += 9 * MINUTE - 1;
    expect(sizes()).toEqual([0, 1, 1]);
    now += 1;
    expect(sizes()).toEqual([0, 0, 0]);
    const plain = new PbxLedger();
    expect(Math.abs(plain.now() - performance.now())).toBeLessThan(MINUTE);
  });

  it("are 10,000 hosts, and twice as many marks of users, since each try has two; a quarter of them of one history", () => {
    const ledger = new PbxLedger(() => 0);
    const rest = { fingerprint: "", outcome: "refused" } as const;
    const [runs, tries] = [0, 1, 2, 3, 4].reduce(
      ([ofRuns, ofTries], history) => {
        const event = { at: 0, by: {} };
        let [more, others] = [0, 0];
        while (ledger.runs.add(`${history} ${more}`, event)) more += 1;
        while (ledger.tries.add(`${history} ${others}`, { ...event, ...rest })) others += 1;
        return [
          [...ofRuns, more],
          [...ofTries, others],
        ];
      },
      [[], []] as [number[], number[]],
    );
    expect(runs).toEqual([2_500, 2_500, 2_500, 2_500, 0]);
    expect(tries).toEqual([5_000, 5_000, 5_000, 5_000, 0]);
  });
});

describe("recent events", () => {
  function recent(maxKeys = 2) {
    let now = 0;
    const events = new Recent<{ at: number; by: object }>({ now: () => now, windowMs: 10, maxKeys });
    /** Each key is started by its own history, unless one is given. */
    const note = (key: string, by: object = {}) => {
      const event = { at: now, by };
      return events.add(key, event) ? event : undefined;
    };
    return {
      events,
      note,
      pass: (ms: number) => {
        now += ms;
      },
    };
  }

  it("come oldest first, each key's own", () => {
    const { events, note, pass } = recent();
    note("a");
    pass(1);
    note("b");
    note("a");
    expect(events.at("a")).toMatchObject([{ at: 0 }, { at: 1 }]);
    expect(events.at("b")).toMatchObject([{ at: 1 }]);
    expect(events.at("c")).toEqual([]);
  });

  it("make room once all of a key are old, and none before", () => {
    const { events, note, pass } = recent();
    note("a");
    note("b");
    pass(9);
    note("b");
    expect(note("c")).toBeUndefined();
    expect(events.at("c")).toEqual([]);
    pass(1);
    expect(note("c")).toBeDefined();
    expect(events.at("b")).toMatchObject([{ at: 9 }]);
    expect(note("d")).toBeUndefined();
  });

  it("are noted for a key that is there, however full it is", () => {
    const { events, note } = recent();
    note("a");
    note("b");
    expect(note("a")).toBeDefined();
    expect(events.at("a")).toHaveLength(2);
  });

  it("of one history leave room for others, and count no more once they are old or taken back", () => {
    const { events, note, pass } = recent(8);
    const by = {};
    const first = note("a", by);
    expect(note("b", by)).toBeDefined();
    expect(note("c", by)).toBeUndefined();
    expect(note("a", by)).toBeDefined();
    expect(note("c")).toBeDefined();
    for (const event of events.at("b")) events.remove("b", event);
    expect(note("d", by)).toBeDefined();
    expect(note("e", by)).toBeUndefined();
    pass(10);
    expect(note("e", by)).toBeDefined();
    expect(first).toBeDefined();
  });

  it("are taken back one by one, and make room with the last", () => {
    const { events, note } = recent();
    const [first, second] = [note("a"), note("a")];
    note("b");
    if (first === undefined || second === undefined) throw new Error("not noted");
    events.remove("a", first);
    expect(events.at("a")).toEqual([second]);
    expect(note("c")).toBeUndefined();
    events.remove("a", { at: 0, by: {} });
    expect(events.at("a")).toEqual([second]);
    events.remove("a", second);
    expect(note("c")).toBeDefined();
  });
});
