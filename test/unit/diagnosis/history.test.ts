import { describe, expect, it } from "vitest";
import { type Permission, ProbeHistory, ProbeLimitError } from "../../../src/diagnosis/history.js";
import { PbxLedger } from "../../../src/diagnosis/pbx-ledger.js";
import { Secret } from "../../../src/redaction/secret.js";

const PLACE = { domain: "pbx.example.com", address: "192.0.2.1", user: "1001" };
const MINUTE = 60_000;

function clocked() {
  let now = 1_000_000;
  return {
    history: new ProbeHistory(new PbxLedger(() => now)),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

function settled(permission: Permission | string, outcome: Parameters<Permission["settle"]>[0]): void {
  if (typeof permission === "string") throw new Error(permission);
  permission.settle(outcome);
}

function refuse(permission: Permission | string): void {
  settled(permission, "refused");
}

describe("a refused password", () => {
  it("is not sent again, whatever the spelling of the host", () => {
    const { history } = clocked();
    refuse(history.permit(PLACE, new Secret("a"), false));
    expect(history.permit(PLACE, new Secret("a"), false)).toMatch(/refused there before/);
    expect(
      history.permit({ ...PLACE, domain: "PBX.example.com", address: "192.0.2.2" }, new Secret("a"), false),
    ).toMatch(/refused/);
    expect(history.permit({ ...PLACE, domain: "other.example.com" }, new Secret("a"), false)).toMatch(
      /refused/,
    );
  });

  it("is sent once more by force, and no more than that", () => {
    const { history } = clocked();
    refuse(history.permit(PLACE, new Secret("a"), false));
    refuse(history.permit(PLACE, new Secret("a"), true));
    expect(history.permit(PLACE, new Secret("a"), true)).toMatch(/sent 2 times within ten minutes/);
  });

  it("leaves room for one other password, not for guessing", () => {
    const { history } = clocked();
    refuse(history.permit(PLACE, new Secret("a"), false));
    refuse(history.permit(PLACE, new Secret("b"), false));
    expect(history.permit(PLACE, new Secret("c"), true)).toMatch(/next try is allowed in 10 min/);
  });

  it("is forgotten after ten minutes", () => {
    const { history, pass } = clocked();
    refuse(history.permit(PLACE, new Secret("a"), false));
    pass(10 * MINUTE);
    expect(history.permit(PLACE, new Secret("a"), false)).toBeTypeOf("object");
  });

  it("stands for its own user alone", () => {
    const { history } = clocked();
    refuse(history.permit(PLACE, new Secret("a"), false));
    expect(history.permit({ ...PLACE, user: "1002" }, new Secret("a"), false)).toBeTypeOf("object");
  });

  it("is kept as a keyed hash, which differs from process to process", () => {
    const key = (fill: number) => new Uint8Array(32).fill(fill);
    const secret = new Secret("hunter2");
    expect(secret.fingerprint(key(1))).toBe(new Secret("hunter2").fingerprint(key(1)));
    expect(secret.fingerprint(key(1))).not.toBe(secret.fingerprint(key(2)));
    expect(secret.fingerprint(key(1))).not.toContain("hunter2");
  });
});

describe("a try", () => {
  it("counts while it is under way, so two at a time make no guess more", () => {
    const { history } = clocked();
    history.permit(PLACE, new Secret("a"), false);
    expect(history.permit(PLACE, new Secret("a"), true)).toMatch(/at this moment/);
    history.permit(PLACE, new Secret("b"), false);
    expect(history.permit(PLACE, new Secret("c"), false)).toMatch(/2 times/);
  });

  it("does not count once it was accepted or never sent", () => {
    const { history } = clocked();
    for (const outcome of ["accepted", "unsent", "accepted", "unsent"] as const) {
      settled(history.permit(PLACE, new Secret("a"), false), outcome);
    }
    expect(history.evidence(PLACE)).toEqual({ refusals: 0 });
  });

  it("that got no answer counts as well: the PBX may have counted it", () => {
    const { history, pass } = clocked();
    settled(history.permit(PLACE, new Secret("a"), false), "unanswered");
    pass(MINUTE);
    settled(history.permit(PLACE, new Secret("a"), false), "unanswered");
    expect(history.permit(PLACE, new Secret("b"), true)).toMatch(/sent 2 times .* allowed in 9 min/);
    expect(history.evidence(PLACE)).toEqual({ refusals: 0 });
    pass(9 * MINUTE);
    expect(history.permit(PLACE, new Secret("b"), false)).toBeTypeOf("object");
    expect(history.permit(PLACE, new Secret("c"), false)).toMatch(/2 times/);
  });

  it("that was refused counts with one that got no answer", () => {
    const { history } = clocked();
    settled(history.permit(PLACE, new Secret("a"), false), "unanswered");
    refuse(history.permit(PLACE, new Secret("a"), false));
    expect(history.permit(PLACE, new Secret("b"), true)).toMatch(/2 times/);
    expect(history.evidence(PLACE)).toEqual({ refusals: 1 });
  });

  it("under way is not repeated, by force neither", () => {
    const { history } = clocked();
    history.permit(PLACE, new Secret("a"), false);
    expect(history.permit(PLACE, new Secret("a"), false)).toMatch(/at this moment/);
    expect(history.permit(PLACE, new Secret("a"), true)).toMatch(/at this moment/);
  });

  it("is reported as evidence, with the time of the last answer", () => {
    const { history, pass } = clocked();
    history.noteAnswer(PLACE);
    refuse(history.permit(PLACE, new Secret("a"), false));
    pass(90_000);
    expect(history.evidence(PLACE)).toEqual({ refusals: 1, answeredAgo: 90 });
  });
});

describe("a refused password that is meant to be sent again", () => {
  const refusedOnce = () => {
    const { history } = clocked();
    refuse(history.permit(PLACE, new Secret("a"), false));
    return history;
  };

  it("is said to need force, where force would send it", () => {
    expect(refusedOnce().permit(PLACE, new Secret("a"), false)).toBe(
      "this very password was refused there before; it is not sent again unless force is given",
    );
  });

  it("is said not to be sent now, where one more login could mean a ban", () => {
    const history = refusedOnce();
    // There is room for a login, and none for the challenge before it.
    const charge = history.failedLogins.takeRegister(PLACE, false);
    if (typeof charge === "string") throw new Error(charge);
    charge.settle(1);
    expect(history.failedLogins.mayLogIn(PLACE)).toBe(true);
    expect(history.permit(PLACE, new Secret("a"), false)).toBe(
      "this very password was refused there before; it is not sent again now",
    );
  });

  it("is told as evidence to a run with it, and to no other", () => {
    const history = refusedOnce();
    expect(history.evidence(PLACE, new Secret("a"))).toEqual({ refusals: 1, samePassword: true });
    expect(history.evidence(PLACE, new Secret("b"))).toEqual({ refusals: 1 });
    expect(history.evidence(PLACE)).toEqual({ refusals: 1 });
    expect(history.evidence({ ...PLACE, user: "1002" }, new Secret("a"))).toEqual({ refusals: 0 });
  });

  it("is told as evidence beside others that were refused, and not where it got no answer", () => {
    const history = refusedOnce();
    refuse(history.permit(PLACE, new Secret("b"), false));
    expect(history.evidence(PLACE, new Secret("a"))).toEqual({ refusals: 2, samePassword: true });
    const { history: other } = clocked();
    settled(other.permit(PLACE, new Secret("a"), false), "unanswered");
    expect(other.evidence(PLACE, new Secret("a"))).toEqual({ refusals: 0 });
  });
});

describe("whether another password may be tried", () => {
  it("is so until two were sent", () => {
    const { history, pass } = clocked();
    expect(history.mayTry(PLACE)).toBe(true);
    refuse(history.permit(PLACE, new Secret("a"), false));
    expect(history.mayTry(PLACE)).toBe(true);
    refuse(history.permit(PLACE, new Secret("b"), false));
    expect(history.mayTry(PLACE)).toBe(false);
    expect(history.mayTry({ ...PLACE, user: "1002" })).toBe(true);
    pass(10 * MINUTE);
    expect(history.mayTry(PLACE)).toBe(true);
  });

  it("is not so where one more login could mean a ban, whoever was asked about", () => {
    const { history } = clocked();
    const charge = history.failedLogins.takeRegister({ ...PLACE, user: "1002" }, true);
    if (typeof charge === "string") throw new Error(charge);
    expect(history.mayTry(PLACE)).toBe(false);
    charge.settle(0);
    expect(history.mayTry(PLACE)).toBe(true);
  });
});

describe("histories that share a ledger", () => {
  function shared() {
    const ledger = new PbxLedger(() => 1_000_000);
    return { mine: new ProbeHistory(ledger), others: new ProbeHistory(ledger) };
  }
  const LIMIT =
    /^this server limits what it sends to one PBX within ten minutes, so no credentials were sent/;

  it("count tries together, and say nothing of who made them", () => {
    const { mine, others } = shared();
    refuse(others.permit(PLACE, new Secret("a"), false));
    refuse(others.permit(PLACE, new Secret("b"), false));
    for (const place of [
      PLACE,
      { ...PLACE, domain: "::ffff:192.0.2.1" },
      { ...PLACE, address: "192.0.2.9" },
    ]) {
      expect(mine.permit(place, new Secret("c"), true)).toMatch(LIMIT);
    }
    expect(mine.permit({ ...PLACE, user: "1002" }, new Secret("c"), false)).toBeTypeOf("object");
    expect(mine.evidence(PLACE)).toEqual({ refusals: 0 });
  });

  it("do not tell whether another has tried the same password", () => {
    const { mine, others } = shared();
    refuse(others.permit(PLACE, new Secret("a"), false));
    expect(mine.permit(PLACE, new Secret("a"), false)).toBeTypeOf("object");
    expect(mine.permit(PLACE, new Secret("b"), false)).toMatch(LIMIT);
  });

  it("have their own refusals", () => {
    const { mine, others } = shared();
    refuse(others.permit(PLACE, new Secret("a"), false));
    expect(mine.evidence(PLACE)).toEqual({ refusals: 0 });
    expect(others.evidence(PLACE)).toEqual({ refusals: 1 });
  });

  it("have their own answers", () => {
    const { mine, others } = shared();
    others.noteAnswer(PLACE);
    others.failedLogins.takeRegister(PLACE, true);
    expect(mine.evidence(PLACE)).toEqual({ refusals: 0 });
    expect(others.evidence(PLACE)).toEqual({ refusals: 0, answeredAgo: 0 });
  });

  it("count runs against one host together, and all runs each for itself", () => {
    const { mine, others } = shared();
    for (let count = 0; count < 6; count += 1) others.startRun("pbx.example.com");
    for (const host of ["pbx.example.com", "PBX.example.com."]) {
      expect(() => mine.startRun(host)).toThrow(
        expect.objectContaining({
          message: "Too many diagnoses: the limit is 6 a minute against one host.",
          retryAfterSeconds: 60,
        }),
      );
    }
    for (let count = 0; count < 12; count += 1) mine.startRun(`host${count}`);
    expect(() => mine.startRun("another")).toThrow(/12 a minute/);
    expect(() => others.startRun("another")).not.toThrow();
  });
});

describe("runs", () => {
  it("are limited a minute, for one host and in all", () => {
    const { history, pass } = clocked();
    for (let count = 0; count < 6; count += 1) history.startRun("a");
    expect(() => history.startRun("a")).toThrow(expect.objectContaining({ name: "ProbeLimitError" }));
    for (let count = 0; count < 6; count += 1) history.startRun(`host${count}`);
    expect(() => history.startRun("another")).toThrow(/12 a minute/);
    pass(MINUTE);
    expect(() => history.startRun("a")).not.toThrow();
  });

  it("say when the next one is allowed", () => {
    const { history, pass } = clocked();
    for (let count = 0; count < 6; count += 1) history.startRun("a");
    pass(20_000);
    expect(() => history.startRun("a")).toThrow(expect.objectContaining({ retryAfterSeconds: 40 }));
  });

  it("against one host that others have made too do not tell when those were", () => {
    let now = 1_000_000;
    const ledger = new PbxLedger(() => now);
    const [mine, others] = [new ProbeHistory(ledger), new ProbeHistory(ledger)];
    mine.startRun("a");
    for (let count = 0; count < 5; count += 1) others.startRun("a");
    now += 20_000;
    expect(() => mine.startRun("a")).toThrow(expect.objectContaining({ retryAfterSeconds: 60 }));
  });
});

describe("what is remembered of a place", () => {
  it("is that of its name and of its address, the newest answer of both", () => {
    const { history, pass } = clocked();
    history.noteAnswer({ ...PLACE, address: "192.0.2.9" });
    pass(10_000);
    history.noteAnswer({ ...PLACE, domain: "other.example.com" });
    pass(5_400);
    expect(history.evidence(PLACE)).toEqual({ refusals: 0, answeredAgo: 5 });
    expect(history.evidence({ ...PLACE, address: "192.0.2.9" })).toEqual({ refusals: 0, answeredAgo: 15 });
    expect(history.evidence({ ...PLACE, user: "1002" })).toEqual({ refusals: 0 });
  });

  it("has what the PBX may have counted there, once an answer has shown it", () => {
    const { history } = clocked();
    const charge = history.failedLogins.takeRegister(PLACE, true);
    expect(history.evidence(PLACE)).toEqual({ refusals: 0 });
    if (typeof charge === "string") throw new Error(charge);
    charge.settle(2);
    expect(history.evidence(PLACE)).toEqual({ refusals: 0, counted: 2 });
  });

  it("is of the authentication user at the address, so another AOR does not start again", () => {
    const { history } = clocked();
    refuse(history.permit({ ...PLACE, authUser: "auth" }, new Secret("a"), false));
    const other = { domain: "b.example.com", address: PLACE.address, user: "1002", authUser: "auth" };
    expect(history.permit(other, new Secret("a"), false)).toMatch(/refused there before/);
    expect(history.permit({ ...other, authUser: "1001" }, new Secret("a"), false)).toBeTypeOf("object");
  });

  it("are the answers of the last 500 names and addresses", () => {
    const { history } = clocked();
    const place = (index: number) => ({
      ...PLACE,
      domain: `pbx${index}.example.com`,
      address: `2001:db8::${index}`,
    });
    const remembers = (index: number) => history.evidence(place(index)).answeredAgo !== undefined;
    for (let index = 0; index < 250; index += 1) history.noteAnswer(place(index));
    expect([remembers(0), remembers(249)]).toEqual([true, true]);
    history.noteAnswer(place(0));
    history.noteAnswer(place(250));
    expect([remembers(0), remembers(1), remembers(2), remembers(250)]).toEqual([true, false, true, true]);
  });
});

describe("the time until the next try", () => {
  it("is that of the older one of the last two, in whole minutes, one at least", () => {
    const { history, pass } = clocked();
    const said = () => history.permit(PLACE, new Secret("c"), true);
    refuse(history.permit({ ...PLACE, domain: "other.example.com" }, new Secret("a"), false));
    pass(3 * MINUTE);
    refuse(history.permit({ ...PLACE, address: "192.0.2.9" }, new Secret("b"), false));
    pass(MINUTE / 2);
    expect(said()).toMatch(/allowed in 7 min,/);
    pass(6 * MINUTE + MINUTE / 2 - 1);
    expect(said()).toMatch(/allowed in 1 min,/);
    pass(1);
    expect(said()).toBeTypeOf("object");
  });

  it("is reported in whole seconds for a run, one at least", () => {
    const { history, pass } = clocked();
    for (let count = 0; count < 12; count += 1) history.startRun(`host${count}`);
    const allowedIn = (retryAfterSeconds: number) => expect.objectContaining({ retryAfterSeconds });
    pass(19_500);
    expect(() => history.startRun("another")).toThrow(allowedIn(41));
    pass(40_499);
    expect(() => history.startRun("another")).toThrow(allowedIn(1));
    pass(1);
    expect(() => history.startRun("another")).not.toThrow();
  });
});

describe("a ledger that is full", () => {
  /** Of many histories, none of which has its share. */
  const histories = Array.from({ length: 20 }, () => ({}));
  const of = (count: number) => ({ at: 1_000_000, by: histories[count % histories.length] ?? {} });
  const refused = { fingerprint: "", outcome: "refused" } as const;

  it("keeps nothing of a try of which it could remember only a part", () => {
    const ledger = new PbxLedger(() => 1_000_000);
    for (let count = 0; count < 19_999; count += 1)
      ledger.tries.add(`try ${count}`, { ...of(count), ...refused });
    const history = new ProbeHistory(ledger);
    expect(history.permit(PLACE, new Secret("a"), false)).toMatch(/^this server limits/);
    expect(ledger.tries.add("there is room for one", { ...of(0), ...refused })).toBe(true);
  });

  /** A ledger that has room for nothing new, as if as many others were remembered as it holds. */
  function fullLedger(): PbxLedger {
    const ledger = new PbxLedger(() => 1_000_000);
    for (let count = 0; ledger.runs.add(`run ${count}`, of(count)); count += 1);
    for (let count = 0; ledger.tries.add(`try ${count}`, { ...of(count), ...refused }); count += 1);
    return ledger;
  }

  it("allows neither a run nor a try of which nothing could be remembered", () => {
    const history = new ProbeHistory(fullLedger());
    expect(() => history.startRun("pbx.example.com")).toThrow(ProbeLimitError);
    expect(history.permit(PLACE, new Secret("a"), true)).toMatch(/^this server limits/);
  });
});
