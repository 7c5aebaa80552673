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

describe("what a ledger remembers", () => {
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

  it("are 10,000 hosts, and twice as many marks of users, since each try has two", () => {
    const ledger = new PbxLedger(() => 0);
    const event = { at: 0, by: {} };
    let runs = 0;
    while (ledger.runs.add(`${runs}`, event)) runs += 1;
    let tries = 0;
    while (ledger.tries.add(`${tries}`, { ...event, fingerprint: "", outcome: "refused" })) tries += 1;
    expect([runs, tries]).toEqual([10_000, 20_000]);
  });
});

describe("recent events", () => {
  function recent(maxKeys = 2) {
    let now = 0;
    const events = new Recent<{ at: number }>({ now: () => now, windowMs: 10, maxKeys });
    const note = (key: string) => {
      const event = { at: now };
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
    expect(events.at("a")).toEqual([{ at: 0 }, { at: 1 }]);
    expect(events.at("b")).toEqual([{ at: 1 }]);
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
    expect(events.at("b")).toEqual([{ at: 9 }]);
    expect(note("d")).toBeUndefined();
  });

  it("are noted for a key that is there, however full it is", () => {
    const { events, note } = recent();
    note("a");
    note("b");
    expect(note("a")).toBeDefined();
    expect(events.at("a")).toHaveLength(2);
  });

  it("are taken back one by one, and make room with the last", () => {
    const { events, note } = recent();
    const [first, second] = [note("a"), note("a")];
    note("b");
    if (first === undefined || second === undefined) throw new Error("not noted");
    events.remove("a", first);
    expect(events.at("a")).toEqual([second]);
    expect(note("c")).toBeUndefined();
    events.remove("a", { at: 0 });
    expect(events.at("a")).toEqual([second]);
    events.remove("a", second);
    expect(note("c")).toBeDefined();
  });
});
