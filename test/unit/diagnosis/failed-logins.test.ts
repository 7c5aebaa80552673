import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Family } from "../../../src/answers/families.js";
import type { ExchangeEvidence } from "../../../src/diagnosis/evidence.js";
import {
  type Charge,
  type Counter,
  FailedLogins,
  failedLoginsOf,
} from "../../../src/diagnosis/failed-logins.js";
import { PbxLedger } from "../../../src/diagnosis/pbx-ledger.js";
import { challenge, exchange, registered } from "../../support/evidence.js";

const AT = { address: "192.0.2.1", user: "1001" };
const MINUTE = 60_000;

function clocked() {
  let now = 1_000_000;
  return {
    ledger: new FailedLogins(new PbxLedger(() => now), {}),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

/** What one exchange costs at who answers it. */
function costAt(seen: ExchangeEvidence, family: Family): number {
  return failedLoginsOf([seen], { family });
}

function granted(leave: Charge | string): Charge {
  if (typeof leave === "string") throw new Error(leave);
  return leave;
}

describe("an exchange", () => {
  it("costs nothing where it was accepted or not answered, unless credentials were in it", () => {
    expect(costAt(exchange(), "asterisk-pjsip")).toBe(0);
    expect(costAt(exchange({ status: 404 }), "asterisk")).toBe(0);
    expect(costAt(exchange({ status: 401 }), "asterisk")).toBe(1);
    expect(costAt(exchange({ result: "silent" }), "unknown")).toBe(0);
    expect(costAt(exchange({ result: "silent", withCredentials: true }), "unknown")).toBe(2);
    expect(costAt(exchange({ result: "closed" }), "unknown")).toBe(1);
    expect(costAt(exchange({ result: "malformed", status: 200 }), "unknown")).toBe(1);
    // A 403 may be the check of the user; any other answer to a REGISTER may be as well.
    expect(costAt(exchange({ status: 403 }), "asterisk")).toBe(1);
    expect(costAt(registered(404), "asterisk")).toBe(1);
  });

  it("costs by who answers: a challenge may hide an unknown user, and a login for one counts twice", () => {
    const login = registered(401, { withCredentials: true });
    const costs = (["asterisk-pjsip", "unknown", "freeswitch", "asterisk-chan-sip", "kamailio"] as const).map(
      (family) => [costAt(registered(401), family), costAt(login, family)],
    );
    expect(costs).toEqual([
      [1, 2],
      [1, 2],
      [1, 1],
      [1, 1],
      [0, 1],
    ]);
    expect(costAt(registered(403), "kamailio")).toBe(1);
  });
});

describe("an exchange, by what came back", () => {
  const cost = (...args: Parameters<typeof registered>) => costAt(registered(...args), "unknown");

  it.each(["refused", "unreachable", "failed"] as const)(
    "costs nothing where it was %s: nobody saw it",
    (result) => {
      expect(costAt(exchange({ result }), "unknown")).toBe(0);
      expect(costAt(exchange({ result, withCredentials: true, status: 401 }), "unknown")).toBe(0);
    },
  );

  it("costs the whole where the status is not known", () => {
    const { status: _, ...unknown } = registered(200, { withCredentials: true });
    expect(costAt(unknown, "unknown")).toBe(2);
    const { status: _status, ...options } = exchange();
    expect(costAt(options, "unknown")).toBe(1);
  });

  it("costs nothing below 400, and the whole from there on", () => {
    expect([cost(200), cost(399), cost(400), cost(503)]).toEqual([0, 0, 1, 1]);
    expect(cost(399, { withCredentials: true })).toBe(0);
    expect(cost(400, { withCredentials: true })).toBe(2);
  });

  it.each([401, 407])("takes %i for a challenge", (status) => {
    expect(costAt(exchange({ status }), "unknown")).toBe(1);
    for (const family of ["kamailio", "opensips"] as const) {
      expect(costAt(registered(status), family)).toBe(0);
      expect(costAt(registered(status, { withCredentials: true }), family)).toBe(1);
    }
  });

  it("costs one where a refused login is logged once", () => {
    const login = registered(403, { withCredentials: true });
    for (const family of ["kamailio", "opensips", "asterisk-chan-sip", "freeswitch", "3cx"] as const) {
      expect(costAt(login, family)).toBe(1);
    }
  });
});

describe("a login at who hides his name", () => {
  const refused = (nonceOf?: Family) => {
    const challenged = { ...challenge(), ...(nonceOf ? { nonceOf } : {}) };
    const exchanges = [
      registered(401, { challenge: challenged }),
      registered(401, { withCredentials: true, challenge: challenged }),
    ];
    return (family: Family) => failedLoginsOf(exchanges, { family, challenge: challenged });
  };

  it.each([
    ["that of no Asterisk", undefined, 1],
    ["that of Asterisk's PJSIP", "asterisk-pjsip", 3],
    ["that of chan_sip", "asterisk-chan-sip", 2],
    ["that of FreeSWITCH", "freeswitch", 2],
  ] as const)("costs by the form of the nonce: %s", (_form, nonceOf, cost) => {
    expect([refused(nonceOf)("unknown"), refused(nonceOf)("other")]).toEqual([cost, cost]);
  });

  it("costs the whole where a name is borrowed and the nonce is PJSIP's", () => {
    expect([refused("asterisk-pjsip")("kamailio"), refused("asterisk-pjsip")("freeswitch")]).toEqual([3, 3]);
  });

  it("costs the whole where a name of nobody whose counting is known is given", () => {
    expect(refused()("asterisk")).toBe(3);
  });

  it("costs the whole where no challenge was seen", () => {
    expect(failedLoginsOf([registered(403, { withCredentials: true })], { family: "unknown" })).toBe(2);
  });

  it("leaves room for a corrected password after a look, and stays below five", () => {
    const { ledger } = clocked();
    const nameless: Counter = { family: "unknown", challenge: {} };
    granted(ledger.takeRegister(AT, false)).settle(failedLoginsOf([registered(401)], nameless));
    ledger.noteAnswerer(AT.address, nameless);
    for (let count = 0; count < 2; count += 1) granted(ledger.takeRegister(AT, true)).settle(1);
    granted(ledger.takeRegister(AT, true)).settle(1);
    expect(ledger.takeRegister(AT, true)).toMatch(/may count as 4 failed logins/);
  });
});

describe("a login at Asterisk's PJSIP", () => {
  const pjsip: Counter = { family: "asterisk-pjsip", challenge: { nonceOf: "asterisk-pjsip" } };
  const look = [registered(401)];
  const login = [registered(401), registered(401, { withCredentials: true })];

  it("has room after a look, and a corrected password none for ten minutes: six would be too many", () => {
    const { ledger, pass } = clocked();
    granted(ledger.takeRegister(AT, false)).settle(failedLoginsOf(look, pjsip));
    ledger.noteAnswerer(AT.address, pjsip);
    expect(ledger.mayLogIn(AT)).toBe(true);
    granted(ledger.takeRegister(AT, true)).settle(failedLoginsOf(login, pjsip));
    expect(ledger.spent(AT.address)).toBe(4);
    pass(10 * MINUTE - 1);
    expect(ledger.mayLogIn(AT)).toBe(false);
    expect(ledger.takeRegister(AT, true)).toMatch(/may count as 4 failed logins.*no credentials were sent/);
    pass(1);
    granted(ledger.takeRegister(AT, true));
  });

  it("has room for a corrected password where the user was accepted within ten minutes", () => {
    const { ledger } = clocked();
    ledger.noteAnswerer(AT.address, pjsip);
    ledger.noteAccepted(AT);
    for (let count = 0; count < 3; count += 1) granted(ledger.takeRegister(AT, true));
    expect(ledger.spent(AT.address)).toBe(3);
  });
});

describe("a refusal", () => {
  it("says how many there may be, and when the newest of them is forgotten", () => {
    const { ledger, pass } = clocked();
    granted(ledger.takeRegister(AT, false)).settle(1);
    expect(ledger.takeOptions(AT, "login", 0)).toContain(" may count as 1 failed login, and");
    pass(4 * MINUTE);
    granted(ledger.takeRegister(AT, true)).settle(3);
    pass(3 * MINUTE);
    expect(ledger.takeRegister(AT, false)).toMatch(/ may count as 4 failed logins, .*again in 7 min/);
  });

  it("does not wait for what costs nothing", () => {
    const { ledger, pass } = clocked();
    const other = { ...AT, user: "1002" };
    ledger.noteAccepted(AT);
    granted(ledger.takeRegister(other, true)).settle(3);
    granted(ledger.takeRegister(other, false)).settle(1);
    pass(3 * MINUTE);
    granted(ledger.takeRegister(AT, false));
    expect(ledger.takeRegister(other, false)).toMatch(/again in 7 min/);
  });
});

describe("what may have been counted at an address", () => {
  it("is what was sent there, and with an answer only what that has shown", () => {
    const { ledger, pass } = clocked();
    const started = ledger.now();
    const charge = granted(ledger.takeRegister(AT, true));
    expect([ledger.spent(AT.address), ledger.spent(AT.address, true)]).toEqual([3, 0]);
    pass(1);
    charge.settle(2);
    expect([ledger.spent(AT.address), ledger.spent(AT.address, true)]).toEqual([2, 2]);
    expect(ledger.now()).toBe(started + 1);
    expect(ledger.spent(AT.address, false, started)).toBe(0);
    expect(ledger.spent(AT.address, false, started + 1)).toBe(2);
  });

  it("leaves room for a login, now or once one without credentials was asked", () => {
    const { ledger } = clocked();
    expect([ledger.mayLogIn(AT), ledger.mayLogIn(AT, true)]).toEqual([true, true]);
    granted(ledger.takeRegister(AT, false)).settle(1);
    expect([ledger.mayLogIn(AT), ledger.mayLogIn(AT, true)]).toEqual([true, false]);
    granted(ledger.takeRegister(AT, false)).settle(1);
    expect([ledger.mayLogIn(AT), ledger.mayLogIn(AT, true)]).toEqual([false, false]);
  });
});

describe("who is known at a PBX", () => {
  it("is so for ten minutes", () => {
    const { ledger, pass } = clocked();
    ledger.noteAccepted(AT);
    pass(10 * MINUTE - 1);
    granted(ledger.takeRegister(AT, true));
    expect(ledger.spent(AT.address)).toBe(1);
    pass(1);
    granted(ledger.takeRegister(AT, true));
    expect(ledger.spent(AT.address)).toBe(4);
  });

  it("is distinguished by the authentication user, which is the user where none is given", () => {
    const { ledger } = clocked();
    ledger.noteAccepted({ ...AT, authUser: "a" });
    granted(ledger.takeRegister({ ...AT, authUser: "b" }, false)).settle(1);
    expect(ledger.spent(AT.address)).toBe(1);
    granted(ledger.takeRegister({ ...AT, authUser: "a" }, false)).settle(1);
    expect(ledger.spent(AT.address)).toBe(1);
    ledger.noteAccepted({ ...AT, authUser: AT.user });
    granted(ledger.takeRegister(AT, false)).settle(1);
    expect(ledger.spent(AT.address)).toBe(1);
  });

  it("is remembered of the last 500", () => {
    const at = (index: number) => ({ ...AT, address: `2001:db8::${index.toString(16)}` });
    const { ledger } = clocked();
    const costAt = (index: number) => {
      granted(ledger.takeRegister(at(index), false)).settle(1);
      return ledger.spent(at(index).address);
    };
    for (let index = 0; index < 500; index += 1) ledger.noteAccepted(at(index));
    expect(costAt(0)).toBe(0);
    ledger.noteAccepted(at(500));
    expect([costAt(0), costAt(1), costAt(500)]).toEqual([1, 0, 0]);
  });
});

describe("the ledger", () => {
  it("keeps nothing of what has cost nothing", () => {
    const ledger = new PbxLedger(() => 1_000_000);
    granted(new FailedLogins(ledger, {}).takeRegister(AT, true)).settle(0);
    expect(ledger.requests.at(ledger.mark(AT.address))).toEqual([]);
  });

  it("lets an OPTIONS pass after which nothing is asked, up to the last login that may be counted", () => {
    const { ledger } = clocked();
    granted(ledger.takeRegister(AT, true)).settle(3);
    granted(ledger.takeOptions(AT, "nothing", 3));
  });

  it("counts a login twice at a PBX that is known to log it twice", () => {
    const { ledger } = clocked();
    ledger.noteAnswerer(AT.address, { family: "asterisk-pjsip" });
    granted(ledger.takeRegister(AT, true));
    expect(ledger.spent(AT.address)).toBe(3);
  });

  it("lets a first run ask everything: OPTIONS, REGISTER, credentials", () => {
    const { ledger } = clocked();
    granted(ledger.takeOptions(AT, "login", ledger.spent(AT.address, true))).settle(1);
    granted(ledger.takeRegister(AT, true)).settle(3);
    expect(ledger.spent(AT.address)).toBe(4);
  });

  it("leaves OPTIONS out as soon as something may have counted, and says so", () => {
    const { ledger } = clocked();
    granted(ledger.takeOptions(AT, "plain", ledger.spent(AT.address, true))).settle(1);
    granted(ledger.takeRegister(AT, false)).settle(1);
    expect(ledger.takeOptions(AT, "plain", ledger.spent(AT.address, true))).toMatch(
      /^OPTIONS was left out: the PBX refused or challenged/,
    );
    granted(ledger.takeRegister(AT, false)).settle(1);
    granted(ledger.takeRegister(AT, false)).settle(1);
    expect(ledger.takeRegister(AT, false)).toMatch(
      /may count as 4 failed logins.*nothing was asked in a user's name; again in 10 min/,
    );
  });

  it("continues asking where nothing counts", () => {
    const { ledger } = clocked();
    for (let count = 0; count < 20; count += 1) {
      granted(ledger.takeOptions(AT, "plain", ledger.spent(AT.address, true))).settle(0);
      granted(ledger.takeRegister(AT, false)).settle(0);
    }
    expect(ledger.spent(AT.address)).toBe(0);
  });

  it("counts for the address of the PBX, whichever user is named", () => {
    const { ledger } = clocked();
    granted(ledger.takeRegister(AT, true)).settle(3);
    expect(ledger.takeRegister({ ...AT, user: "1002" }, true)).toMatch(/no credentials were sent/);
    granted(ledger.takeRegister({ ...AT, user: "1002" }, false));
    granted(ledger.takeRegister({ ...AT, address: "192.0.2.2" }, true));
  });

  it("forgets after ten minutes", () => {
    const { ledger, pass } = clocked();
    granted(ledger.takeRegister(AT, true)).settle(3);
    pass(10 * MINUTE - 1);
    expect(ledger.takeRegister(AT, true)).toBeTypeOf("string");
    pass(1);
    granted(ledger.takeRegister(AT, true));
  });

  it("takes back what was counted for a user whose credentials were accepted", () => {
    const { ledger } = clocked();
    granted(ledger.takeOptions(AT, "login", ledger.spent(AT.address, true))).settle(1);
    granted(ledger.takeRegister(AT, true)).settle(1);
    ledger.noteAccepted(AT);
    expect(ledger.spent(AT.address)).toBeLessThanOrEqual(1);
    for (let count = 0; count < 10; count += 1) granted(ledger.takeRegister(AT, false)).settle(1);
    expect(ledger.spent(AT.address)).toBeLessThanOrEqual(1);
  });

  it("takes back nothing of another user whose credentials were not accepted", () => {
    const { ledger } = clocked();
    granted(ledger.takeRegister({ ...AT, user: "1002" }, true)).settle(3);
    ledger.noteAccepted(AT);
    expect(ledger.spent(AT.address)).toBe(3);
  });

  it("counts once a refused login of a user whose credentials were accepted, for ten minutes", () => {
    const { ledger, pass } = clocked();
    ledger.noteAccepted(AT);
    for (let count = 0; count < 4; count += 1) granted(ledger.takeRegister(AT, true)).settle(3);
    expect(ledger.takeRegister(AT, true)).toMatch(/may count as 4 failed logins/);
    pass(10 * MINUTE);
    granted(ledger.takeRegister(AT, true));
    expect(ledger.spent(AT.address)).toBe(3);
  });

  it("leaves OPTIONS out where the REGISTER after it would not fit", () => {
    const { ledger } = clocked();
    granted(ledger.takeRegister(AT, false)).settle(1);
    expect(ledger.takeOptions(AT, "login", 0)).toMatch(/OPTIONS was left out; again in/);
    granted(ledger.takeOptions(AT, "plain", 0));
  });

  it("lets an OPTIONS after which nothing is asked pass where something has counted", () => {
    const { ledger } = clocked();
    granted(ledger.takeRegister(AT, false)).settle(1);
    granted(ledger.takeOptions(AT, "nothing", ledger.spent(AT.address, true)));
  });

  it("that is full continues counting where it counts already", () => {
    const ledger = new PbxLedger(() => 1_000_000);
    const logins = new FailedLogins(ledger, {});
    granted(logins.takeRegister(AT, false)).settle(1);
    const other = { at: 1_000_000, by: {}, user: "", login: false, cost: 1, settled: true };
    for (let count = 0; ledger.requests.add(`other ${count}`, other); count += 1);
    granted(logins.takeRegister(AT, false)).settle(1);
    expect(logins.spent(AT.address)).toBe(2);
  });

  it("leaves room for a second password where a refused login is logged once", () => {
    const { ledger } = clocked();
    ledger.noteAnswerer(AT.address, { family: "asterisk-chan-sip" });
    granted(ledger.takeRegister(AT, true)).settle(2);
    granted(ledger.takeRegister(AT, true)).settle(2);
    expect(ledger.takeRegister(AT, true)).toMatch(/no credentials were sent/);
  });

  it("counts for all who share it, at every spelling of the address, and tells each of its own alone", () => {
    const shared = new PbxLedger(() => 1_000_000);
    const [mine, others] = [new FailedLogins(shared, {}), new FailedLogins(shared, {})];
    granted(others.takeRegister(AT, true)).settle(3);
    for (const address of [AT.address, "::ffff:192.0.2.1", "::FFFF:c000:201", "[::ffff:c000:0201]"]) {
      expect(mine.takeRegister({ address, user: "1002" }, true)).toBe(
        "this server limits what it sends to one PBX within ten minutes, so no credentials were sent; try again in ten minutes",
      );
      expect(mine.spent(address)).toBe(0);
    }
    granted(mine.takeRegister({ ...AT, user: "1002" }, false)).settle(1);
    expect(mine.takeOptions(AT, "nothing", 0)).toMatch(/^this server limits .* so OPTIONS was left out/);
    expect([mine.spent(AT.address), others.spent(AT.address)]).toEqual([1, 3]);
  });

  it("takes back nothing of another's user whose credentials were accepted for one", () => {
    const shared = new PbxLedger(() => 1_000_000);
    const [mine, others] = [new FailedLogins(shared, {}), new FailedLogins(shared, {})];
    granted(others.takeRegister(AT, true)).settle(3);
    mine.noteAccepted(AT);
    expect(others.spent(AT.address)).toBe(3);
    expect(mine.takeRegister(AT, false)).toBeTypeOf("object");
    expect(others.takeRegister(AT, true)).toMatch(/may count as 3 failed logins/);
  });

  it("refuses when it is full, and forgets nothing to make room", () => {
    let now = 1_000_000;
    const shared = new PbxLedger(() => now);
    const ledger = new FailedLogins(shared, {});
    granted(ledger.takeRegister(AT, true));
    // One history alone may fill a quarter.
    const others = Array.from({ length: 4 }, () => new FailedLogins(shared, {}));
    const refused = Array.from({ length: 10_000 }, (_, index) => `2001:db8::${index.toString(16)}`).filter(
      (address, index) => typeof others[index % 4]?.takeRegister({ ...AT, address }, true) === "string",
    );
    expect(refused).toHaveLength(1);
    expect(ledger.takeRegister(AT, true)).toMatch(/may count as 3 failed logins/);
    now += 10 * MINUTE;
    granted(ledger.takeRegister({ ...AT, address: "2001:db8::ffff" }, true));
  });

  it("never lets what is sent within ten minutes add up to five, in whatever order it is asked, and by whom", () => {
    const step = fc.record({
      by: fc.constantFrom(0, 1),
      user: fc.constantFrom("1001", "1002", "nobody"),
      what: fc.constantFrom("options", "plain", "login"),
      next: fc.constantFrom("plain", "login", "nothing"),
      answered: fc.boolean(),
      after: fc.integer({ min: 0, max: 3 * MINUTE }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, isNameless) => {
        let now = 1_000_000;
        const shared = new PbxLedger(() => now);
        const ledgers = [new FailedLogins(shared, {}), new FailedLogins(shared, {})] as const;
        const real: { at: number; cost: number }[] = [];
        let at = 0;
        for (const { by, user, what, next, answered, after } of steps) {
          now += after;
          at += after;
          const ledger = ledgers[by];
          const asker = { ...AT, user };
          const leave =
            what === "options"
              ? ledger.takeOptions(asker, next, 0)
              : ledger.takeRegister(asker, what === "login");
          if (typeof leave === "string") continue;
          const full = isNameless ? { options: 1, plain: 1, login: 1 } : { options: 1, plain: 1, login: 3 };
          const cost = answered ? full[what] : 0;
          leave.settle(cost);
          if (answered && isNameless) ledger.noteAnswerer(AT.address, { family: "unknown", challenge: {} });
          real.push({ at, cost });
          const within = real.filter((each) => at - each.at < 10 * MINUTE);
          expect(within.reduce((sum, each) => sum + each.cost, 0)).toBeLessThan(5);
        }
      }),
    );
  });
});
