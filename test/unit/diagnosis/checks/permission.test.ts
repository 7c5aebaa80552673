import { beforeEach, describe, expect, it } from "vitest";
import {
  type AskPermission,
  type CredentialsRequest,
  type NotPermitted,
  permissionsForOptions,
  permissionToAsk,
} from "../../../../src/diagnosis/checks/permission.js";
import type { RegistrarChecked } from "../../../../src/diagnosis/checks/registrar.js";
import type { ExchangeEvidence } from "../../../../src/diagnosis/evidence.js";
import type { Charge } from "../../../../src/diagnosis/failed-logins.js";
import { ProbeHistory } from "../../../../src/diagnosis/history.js";
import { PbxLedger } from "../../../../src/diagnosis/pbx-ledger.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import { credentials, endpoint, exchange, registered, tlsSeen } from "../../../support/evidence.js";

const PLACE = { domain: "pbx.example.com", address: "192.0.2.1", user: "1001" };
const RIGHT = new Secret("right");
const OTHER = new Secret("other");

let now: number;
let history: ProbeHistory;
beforeEach(() => {
  now = 1_000_000;
  history = new ProbeHistory(new PbxLedger(() => now));
});

function ask(
  password: Secret | undefined,
  more: Partial<CredentialsRequest> = {},
  tls?: ReturnType<typeof tlsSeen>,
): AskPermission | NotPermitted {
  return permissionToAsk(PLACE, tls, {
    ...{ password, history, force: false, ignoreCertificate: false, testBinding: false },
    ...more,
  });
}

function granted(permission: AskPermission | NotPermitted): AskPermission {
  if ("registrar" in permission) throw new Error(permission.registrar);
  return permission;
}

const asked = (...exchanges: [ExchangeEvidence, ...ExchangeEvidence[]]): RegistrarChecked => ({
  registrar: { endpoint: endpoint(), exchanges },
});

/** Of the PBXs, the one that counts the most. */
const ASTERISK = "Asterisk PBX 20.5.0";
const challenged = () => registered(401, { server: ASTERISK });

/** A challenge without credentials, and the answer to them. */
function loggedIn(outcome: Parameters<typeof credentials>[0], status: number | undefined): RegistrarChecked {
  const seen = credentials(outcome, status);
  const last = status === undefined ? seen.last : { ...seen.last, server: untrusted(ASTERISK) };
  return { ...asked(challenged(), last), credentials: { ...seen, last } };
}

/** Uses up what the PBX may be sent, but for so much. */
function leave(left: number): void {
  for (let spent = 0; spent < 4 - left; spent += 1) granted(ask(undefined)).settle(asked(challenged()));
  expect(history.failedLogins.spent(PLACE.address)).toBe(4 - left);
}

describe("the password", () => {
  it("goes out where nothing speaks against it", () => {
    expect(granted(ask(RIGHT))).toMatchObject({ password: RIGHT });
    expect(granted(ask(RIGHT, { force: true })).whyNoCredentials).toContain("being tried there");
  });

  it("does not where there is none", () => {
    const permission = granted(ask(undefined));
    expect(permission).not.toHaveProperty("password");
    expect(permission.whyNoCredentials).toMatch(/^no test of the credentials was asked for/);
  });

  it.each([
    ["has expired", tlsSeen({ validTo: new Date("2026-05-01") })],
    ["is another host's", tlsSeen({ dnsNames: ["other.test"], commonNames: ["other.test"] })],
    ["is of a chain that is not trusted", tlsSeen({}, "SELF_SIGNED_CERT_IN_CHAIN")],
  ])("does not go where the certificate %s, unless that is to be ignored", (_what, tls) => {
    const permission = granted(ask(RIGHT, {}, tls));
    expect(permission).not.toHaveProperty("password");
    expect(permission.whyNoCredentials).toContain("the certificate did not hold");
    expect(granted(ask(RIGHT, { ignoreCertificate: true }, tls)).password).toBe(RIGHT);
  });

  it("goes where the certificate holds", () => {
    expect(granted(ask(RIGHT, {}, tlsSeen())).password).toBe(RIGHT);
  });

  it.each([
    ["refused", 401],
    ["rejected", 403],
    ["rejected", 404],
  ] as const)("that was %s with %i is not sent again, unless by force", (outcome, status) => {
    granted(ask(RIGHT)).settle(loggedIn(outcome, status));
    expect(granted(ask(RIGHT)).whyNoCredentials).toMatch(/this very password was refused there before/);
    expect(history.evidence(PLACE, RIGHT)).toMatchObject({ refusals: 1, samePassword: true });
  });

  it.each([
    ["rejected", 500],
    ["no-answer", undefined],
  ] as const)("that was %s with %s may be right, but counts as a try", (outcome, status) => {
    granted(ask(RIGHT)).settle(loggedIn(outcome, status));
    expect(history.evidence(PLACE, RIGHT)).toMatchObject({ refusals: 0 });
    expect(history.evidence(PLACE, RIGHT)).not.toHaveProperty("samePassword");
    expect(history.permit(PLACE, RIGHT, false)).toBeTypeOf("object");
    expect(history.permit(PLACE, OTHER, false)).toContain("sent 2 times");
  });

  it("that was accepted may be sent as often as it is asked for", () => {
    for (let times = 0; times < 10; times += 1) {
      const permission = granted(ask(RIGHT));
      expect(permission.password).toBe(RIGHT);
      permission.settle(loggedIn("accepted", 200));
    }
    expect(history.failedLogins.spent(PLACE.address)).toBe(0);
  });

  it("that was not sent after all is no try", () => {
    for (let times = 0; times < 3; times += 1) {
      const permission = granted(ask(RIGHT));
      expect(permission.password).toBe(RIGHT);
      permission.settle(undefined);
    }
    expect(history.failedLogins.spent(PLACE.address)).toBe(0);
  });

  it("is no try where the PBX refused the user without asking for it", () => {
    granted(ask(RIGHT)).settle(asked(registered(403)));
    expect(history.evidence(PLACE, RIGHT)).toMatchObject({ refusals: 0, counted: 1 });
    expect(granted(ask(RIGHT)).password).toBe(RIGHT);
  });

  it("counts as a try, and in full, where it is not known what was sent, and may be right", () => {
    granted(ask(RIGHT)).fail();
    expect(history.failedLogins.spent(PLACE.address)).toBe(3);
    expect(history.permit(PLACE, RIGHT, false)).toBeTypeOf("object");
    expect(history.permit(PLACE, OTHER, false)).toContain("sent 2 times");
  });
});

describe("what a run has cost", () => {
  it("is the failed logins of all its exchanges", () => {
    granted(ask(RIGHT)).settle(loggedIn("refused", 401));
    expect(history.failedLogins.spent(PLACE.address, true)).toBe(3);
  });

  it("is the challenge where nothing else was sent, and nothing where nobody answered", () => {
    granted(ask(undefined)).settle(asked(registered(401)));
    expect(history.failedLogins.spent(PLACE.address, true)).toBe(1);
    granted(ask(undefined)).settle(asked(exchange({ method: "REGISTER", result: "silent" })));
    granted(ask(undefined)).settle(undefined);
    expect(history.failedLogins.spent(PLACE.address, true)).toBe(1);
  });

  it("stays the most that it may be where the run without credentials ended in an error", () => {
    granted(ask(undefined)).fail();
    expect(history.failedLogins.spent(PLACE.address)).toBe(1);
  });

  it("is nothing for a user whose password was accepted, where nothing is sent but a request without it", () => {
    granted(ask(RIGHT)).settle(loggedIn("accepted", 200));
    granted(ask(undefined)).settle(asked(challenged()));
    expect(history.failedLogins.spent(PLACE.address)).toBe(0);
  });

  it("depends on who answers, which is remembered", () => {
    const server = "kamailio (5.7.4)";
    granted(ask(undefined)).settle(asked(registered(401, { server })));
    expect(history.failedLogins.spent(PLACE.address)).toBe(0);
    for (let times = 0; times < 10; times += 1) {
      granted(ask(undefined)).settle(asked(registered(401, { server })));
    }
    expect(granted(ask(RIGHT)).password).toBe(RIGHT);
  });

  it("notes an answer where there was one", () => {
    granted(ask(undefined)).settle(asked(exchange({ method: "REGISTER", result: "silent" })));
    expect(history.evidence(PLACE)).not.toHaveProperty("answeredAgo");
    granted(ask(undefined)).settle(
      asked(exchange({ method: "REGISTER", result: "silent" }), registered(404)),
    );
    expect(history.evidence(PLACE)).toHaveProperty("answeredAgo", 0);
  });
});

describe("a PBX that may ban from the next failed logins on", () => {
  it("is asked without credentials where there is room for that, and the password stays untried", () => {
    leave(2);
    const permission = granted(ask(RIGHT));
    expect(permission).not.toHaveProperty("password");
    expect(permission.whyNoCredentials).toMatch(/PBXs ban from 5 on, so no credentials were sent/);
    permission.settle(asked(registered(401)));
    // It was no try: another history would find the same room.
    expect(history.evidence(PLACE, RIGHT)).toMatchObject({ refusals: 0 });
    expect(history.permit(PLACE, RIGHT, false)).toBeTypeOf("object");
  });

  it("is not asked at all where there is none", () => {
    leave(0);
    expect(ask(RIGHT)).toEqual({
      registrar: expect.stringMatching(/PBXs ban from 5 on, so nothing was asked in a user's name/),
      credentials: "for the same reason as the registrar",
    });
    expect(ask(undefined)).toEqual({
      registrar: expect.stringMatching(/so nothing was asked in a user's name/),
      credentials: expect.stringMatching(/^no test of the credentials was asked for/),
    });
  });
});

describe("OPTIONS", () => {
  const target = { sipDomain: "pbx.example.com" };
  const known = { ...target, username: "1001" };
  const leaveOf = (permission: Charge | string) => (typeof permission === "string" ? permission : "sent");
  const CHALLENGED = /the PBX refused or challenged a request within ten minutes/;

  it("without a user is sent once in a run, and once more in the next", () => {
    for (let run = 0; run < 2; run += 1) {
      const permit = permissionsForOptions(target, "plain", history);
      const permission = permit(PLACE.address, true);
      expect(leaveOf(permission)).toBe("sent");
      (permission as Charge).settle(0);
      expect(permit("192.0.2.2", false)).toBe("without a user OPTIONS is sent once in a run");
    }
  });

  it("with a user is sent to each address", () => {
    const permit = permissionsForOptions(known, "login", history);
    for (const address of [PLACE.address, "192.0.2.2", "192.0.2.3"]) {
      expect(leaveOf(permit(address, true))).toBe("sent");
    }
  });

  it("leaves room for the REGISTER that follows, with a login or without", () => {
    const fits = (next: "login" | "plain", followed: boolean) => {
      const fresh = new ProbeHistory(new PbxLedger(() => 1_000_000));
      const permit = permissionsForOptions(known, next, fresh);
      const sent = [1, 2, 3, 4, 5].filter(() => typeof permit(PLACE.address, followed) !== "string");
      return sent.length;
    };
    expect([fits("login", true), fits("plain", true), fits("plain", false)]).toEqual([1, 3, 4]);
  });

  it("is left out where something had counted before the run, unless no REGISTER follows", () => {
    granted(ask(undefined)).settle(asked(registered(401)));
    now += 1_000;
    const permit = permissionsForOptions(known, "plain", history);
    expect(leaveOf(permit(PLACE.address, true))).toMatch(CHALLENGED);
    expect(leaveOf(permit(PLACE.address, false))).toBe("sent");
    // Without a user there is nothing to register.
    expect(leaveOf(permissionsForOptions(target, "plain", history)(PLACE.address, true))).toBe("sent");
  });

  it("is not left out for what is not known to have counted, or has in this run", () => {
    const permit = permissionsForOptions(known, "plain", history);
    granted(ask(undefined)).settle(asked(registered(401)));
    expect(leaveOf(permit(PLACE.address, true))).toBe("sent");
    const other = { ...PLACE, address: "192.0.2.2" };
    history.failedLogins.takeRegister(other, false);
    now += 1_000;
    expect(history.failedLogins.spent(other.address)).toBe(1);
    expect(leaveOf(permissionsForOptions(known, "plain", history)(other.address, true))).toBe("sent");
  });

  it("counts for the user and the digest user of the target", () => {
    history.failedLogins.noteAccepted({ address: PLACE.address, user: "1001", authUser: "a1001" });
    const proven = permissionsForOptions({ ...known, authUsername: "a1001" }, "login", history);
    // Of a user who is known there, what carries no credentials costs nothing.
    for (let times = 0; times < 6; times += 1) expect(leaveOf(proven(PLACE.address, true))).toBe("sent");
    expect(history.failedLogins.spent(PLACE.address)).toBe(0);
    permissionsForOptions(known, "login", history)(PLACE.address, true);
    expect(history.failedLogins.spent(PLACE.address)).toBe(1);
  });
});
