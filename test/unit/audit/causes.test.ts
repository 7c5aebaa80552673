import { describe, expect, it } from "vitest";
import type { Audited } from "../../../src/audit/agent-read.js";
import { causesOf } from "../../../src/audit/causes/index.js";
import { hintsOf } from "../../../src/audit/hints/index.js";
import { type AuditReport, auditReport, outcomeOf } from "../../../src/audit/report.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { TelzinoError } from "../../../src/telzino/errors.js";
import type { RegistrationState } from "../../../src/telzino/types.js";
import { agentsOn, READ_AT } from "../../support/audited-agents.js";
import { plain } from "../../support/plain.js";

function told(agents: readonly Audited[]) {
  return causesOf(agents).map(({ cause, agents: whom, host }) => [cause, host, whom.length]);
}

describe("agents that are down", () => {
  it("are grouped by what they have in common: 40 agents on 6 PBXs with 5 causes", () => {
    const agents = [
      // Silent as a whole.
      ...agentsOn("pbx.example.com", 7, { state: "REGISTER_TIMEOUT_STATE" }),
      // One of nine fails.
      ...agentsOn("voice.example.net", 8),
      ...agentsOn("voice.example.net", 1, { state: "WRONG_CREDENTIALS_STATE", from: 50 }),
      // Two letters off.
      ...agentsOn("metro-care.example", 8),
      ...agentsOn("metro-caer.example", 1, { state: "INTERNAL_ERROR_STATE" }),
      // Refused as a whole.
      ...agentsOn("hotel.example.org", 5, { state: "REGISTRAR_ERROR_STATE" }),
      // Unknown to the registrar, on two PBXs.
      ...agentsOn("school.example.org", 3, { state: "NOT_FOUND" }),
      ...agentsOn("metro-care.example", 2, { state: "NOT_FOUND", from: 60 }),
      ...agentsOn("school.example.org", 5, { from: 70 }),
    ];
    expect(agents).toHaveLength(40);
    expect(new Set(agents.map(({ host }) => host)).size).toBe(6);
    expect(told(agents)).toEqual([
      ["pbx-silent", "pbx.example.com", 7],
      ["platform-not-synced", undefined, 5],
      ["pbx-refuses", "hotel.example.org", 5],
      ["domain-misspelt", "metro-caer.example", 1],
      ["agents-alone", "voice.example.net", 1],
    ]);
    const words = causesOf(agents).map(({ says }) => plain(says));
    expect(words[0]).toBe(
      "7 agents on pbx.example.com: REGISTER_TIMEOUT_STATE, all on that PBX: the PBX, the way to it, or the address and port stored for it, not one agent's account.",
    );
    expect(words[3]).toContain(
      "8 register with metro-care.example, which differs by 2 letters: probably a typing mistake, unless both names exist.",
    );
    expect(words[4]).toContain("while 8 register there: the PBX is reachable and serves that domain");
  });

  it("without a REGISTER are said to be unknown to the registrar only where it says so", () => {
    const said = (state: RegistrationState) =>
      plain(causesOf(agentsOn("pbx.example.com", 2, { state }))[0]?.says ?? "");
    expect(said("NOT_FOUND")).toContain("registrar does not know 2 agents");
    expect(said("NOT_REGISTERED_STATE")).not.toContain("does not know");
  });

  it("are not those that the platform calls registered, whatever speaks against it", () => {
    const ranOut = {
      state: "REGISTERED_STATE",
      isRegistered: true,
      registrationTimeoutSeconds: 3_600,
      lastRegisterSent: new Date(READ_AT - 3_601_000),
    } as const;
    const off = { state: "REGISTERED_STATE", isRegistered: true, enabled: false } as const;
    for (const status of [ranOut, off]) {
      const [agent] = agentsOn("pbx.example.com", 1, { status });
      expect(agent?.judged.standing).toBe("doubtful");
    }
  });

  it("are not those that register by the platform's word, as long as a REGISTER was sent since one was due", () => {
    const due = (expiresAgo: number, sentAgo: number) =>
      agentsOn("pbx.example.com", 1, {
        status: {
          ...{ state: "REGISTERED_STATE", isRegistered: true },
          expires: new Date(READ_AT - expiresAgo),
          lastRegisterSent: new Date(READ_AT - sentAgo),
        },
      })[0]?.judged.standing;
    // `expires` may be the mark for the refresh, which is sent at one of the platform's next ticks.
    expect(due(200_000, 3_600_000)).toBe("registered");
    expect(due(400_000, 3_600_000)).toBe("doubtful");
    expect(due(400_000, 60_000)).toBe("registered");
  });

  it("are those whose REGISTER was sent long ago and has had no outcome: nothing answers", () => {
    const sent = (state: RegistrationState, ago: number) =>
      agentsOn("pbx.example.com", 2, {
        status: { state, isRegistered: false, lastRegisterSent: new Date(READ_AT - ago) },
      });
    for (const state of ["REGISTERING_STATE", "AUTHENTICATING_STATE"] as const) {
      expect(told(sent(state, 86_400_000))).toEqual([["pbx-silent", "pbx.example.com", 2]]);
      expect(sent(state, 60_000)[0]?.judged.standing).toBe("pending");
    }
  });

  it("and switched off by the status are said to be disabled, whatever is stored", () => {
    const status = { state: "NOT_REGISTERED_STATE", enabled: false, isRegistered: false } as const;
    const agents = agentsOn("pbx.example.com", 1, { status });
    expect(told(agents)).toEqual([["disabled", undefined, 1]]);
    expect(agents[0]?.judged.reason).toBe("The registration is disabled.");
  });

  it("in a state that is not known, or in doubt, are none of them", () => {
    const status = { state: untrusted("WHO_KNOWS"), isRegistered: false };
    const [agent] = agentsOn("pbx.example.com", 1, { status });
    expect(agent?.judged.standing).toBe("doubtful");
  });

  it("on one PBX in several states point at the PBX first", () => {
    const agents = [
      ...agentsOn("pbx.example.com", 3, { state: "REGISTER_TIMEOUT_STATE" }),
      ...agentsOn("pbx.example.com", 2, { state: "WRONG_CREDENTIALS_STATE", from: 20 }),
    ];
    expect(told(agents)).toEqual([
      ["pbx-all-down", "pbx.example.com", 3],
      ["pbx-all-down", "pbx.example.com", 2],
    ]);
  });

  it("over another transport than those that register are told so", () => {
    const registration = {
      sipDomain: "pbx.example.com",
      username: "1",
      transport: "udp",
      port: 5060,
    } as const;
    const agents = [
      ...agentsOn("pbx.example.com", 5),
      ...agentsOn("pbx.example.com", 1, { state: "REGISTER_TIMEOUT_STATE", registration }),
    ];
    expect(plain(causesOf(agents)[0]?.says ?? "")).toMatch(
      /They register over tls:5061, this one over udp:5060\.$/,
    );
  });

  it("under one domain of a proxy are not said to be alone in it where others register under other domains", () => {
    const on = (sipDomain: string, from: number, count: number, state?: RegistrationState) =>
      Array.from({ length: count }, (_, index) =>
        agentsOn("sbc.example.net", 1, {
          ...(state === undefined ? {} : { state }),
          from: from + index,
          registration: { sipDomain, proxy: "sbc.example.net", username: `${from + index}` },
        }),
      ).flat();
    const agents = [
      ...on("alpha-clinic.example", 10, 4),
      ...on("beta-garage.example", 20, 3, "REGISTRAR_ERROR_STATE"),
      ...on("alpha-clinic.example", 30, 2, "REGISTRAR_ERROR_STATE"),
      ...on("alpha-clinci.example", 40, 1, "REGISTRAR_ERROR_STATE"),
    ];
    const causes = causesOf(agents);
    expect(told(agents)).toEqual([
      ["domain-all-down", "sbc.example.net", 3],
      ["agents-alone", "sbc.example.net", 2],
      ["domain-misspelt", "sbc.example.net", 1],
    ]);
    const words = causes.map(({ says }) => plain(says));
    expect(words[0]).toContain(
      "under the domain beta-garage.example, which no agent registers with; 4 register there under other domains",
    );
    expect(words[0]).not.toContain("serves that domain");
    expect(words[2]).toContain(
      "1 agent with the domain alpha-clinci.example, which no agent registers with; 4 register with alpha-clinic.example",
    );
  });

  it("whose PBX is the platform's to use, but not usable, are not said to get no answer", () => {
    const agents = agentsOn("pbx.example.com", 3, { state: "INTERNAL_ERROR_STATE" });
    expect(told(agents)).toEqual([["pbx-unusable", "pbx.example.com", 3]]);
    expect(plain(causesOf(agents)[0]?.says ?? "")).toContain("the platform cannot use the answer");
  });

  it("and have no domain stored share no PBX", () => {
    const agents = agentsOn("", 2, { state: "REGISTER_TIMEOUT_STATE", registration: { username: "1" } });
    expect(told(agents)).toEqual([["no-domain", undefined, 2]]);
  });

  it.each([
    ["some of that PBX were not read", [...agentsOn("pbx.example.com", 2, { isRead: false })], true],
    ["not all agents were listed", [], false],
    ["of one the registration is not known", unknownAgent(), true],
  ])("are all of their PBX only as far as was read: %s", (_what, more, isWhole) => {
    const several = [
      ...agentsOn("pbx.example.com", 3, { state: "REGISTER_TIMEOUT_STATE", from: 10 }),
      ...more,
    ];
    expect(plain(causesOf(several, isWhole)[0]?.says ?? "")).toContain("all on that PBX that were read:");
    const one = [...agentsOn("pbx.example.com", 1, { state: "REGISTER_TIMEOUT_STATE", from: 10 }), ...more];
    expect(plain(causesOf(one, isWhole)[0]?.says ?? "")).toContain("no other agent was read there");
  });

  it.each([
    ["sip:metro-care.example", /1 agent with sip:metro-care\.example, which no agent registers with/],
    ["metro-care.example:5061", /1 agent with metro-care\.example:5061, which no agent registers with/],
    [" metro-care.example", /1 agent with "metro-care\.example" with a blank before or after it/],
    ["METRO-CARE.example;transport=tcp", /the same name without anything around it/],
  ])("with something around a name that another registers with are told so: %j", (host, said) => {
    const agents = [
      ...agentsOn("metro-care.example", 1),
      ...agentsOn(host, 1, { state: "INTERNAL_ERROR_STATE", from: 20 }),
    ];
    const [cause] = causesOf(agents);
    expect(cause?.cause).toBe("domain-misspelt");
    expect(plain(cause?.says ?? "")).toMatch(said);
    expect(plain(cause?.says ?? "")).toContain("1 registers with metro-care.example");
  });

  it("with a name that others register with have not misspelt it, however near another is", () => {
    const agents = [
      ...agentsOn("metro-care.example", 8),
      ...agentsOn("metro-cafe.example", 2),
      ...agentsOn("metro-cafe.example", 1, { state: "WRONG_CREDENTIALS_STATE", from: 20 }),
    ];
    expect(told(agents)).toEqual([["agents-alone", "metro-cafe.example", 1]]);
  });

  it("over the same transport and port as those that register are told nothing of it", () => {
    const agents = [
      ...agentsOn("pbx.example.com", 3),
      ...agentsOn("pbx.example.com", 1, { state: "WRONG_CREDENTIALS_STATE", from: 20 }),
    ];
    expect(plain(causesOf(agents)[0]?.says ?? "")).not.toContain("They register over");
  });

  it.each([
    ["rows by letter", "clinic-a.example.com", "clinic-b.example.com"],
    ["rows by country", "telephony.de", "telephony.fr"],
    ["numbered hosts", "pbx1.example.com", "pbx2.example.com"],
    ["addresses", "192.0.2.10", "192.0.2.11"],
    ["short names", "pbx.lan", "pbx.lab"],
    ["other names", "metro-care.example", "metro-north.example"],
  ])("are no slip of the pen: %s", (_what, model, other) => {
    const agents = [...agentsOn(model, 8), ...agentsOn(other, 1, { state: "REGISTER_TIMEOUT_STATE" })];
    expect(told(agents)).toEqual([["one-agent", other, 1]]);
  });

  it("leave out who is not active, who has no account, and who was not read", () => {
    const agents = [
      ...agentsOn("pbx.example.com", 1, { state: "REGISTER_TIMEOUT_STATE", agentStatus: "inactive" }),
      ...agentsOn("pbx.example.com", 1, { registration: null }),
      ...agentsOn("pbx.example.com", 2, { isRead: false }),
    ];
    expect(told(agents)).toEqual([]);
    const report = auditReport(agents, { startedAt: READ_AT, endedAt: READ_AT });
    expect(report.counts).toMatchObject({ idle: 1, none: 1, unread: 2, down: 0 });
    expect(outcomeOf(report)).toBe("incomplete");
  });
});

/** One whose registration the list has left out, and that could not be read. */
function unknownAgent(): Audited[] {
  return agentsOn("", 1, { isRead: false, registration: undefined });
}

describe("an outage", () => {
  it("leaves open who else is on a PBX", () => {
    const outage = new TelzinoError("unreachable", "nothing answered");
    const agents = agentsOn("pbx.example.com", 3, { state: "REGISTER_TIMEOUT_STATE" });
    const times = { startedAt: READ_AT, endedAt: READ_AT };
    const said = (report: AuditReport) => plain(report.causes[0]?.says ?? "");
    expect(said(auditReport(agents, { ...times, outage }))).toContain("all on that PBX that were read");
    expect(said(auditReport(agents, { ...times, gap: "…" }))).toContain("all on that PBX that were read");
    expect(said(auditReport(agents, times))).not.toContain("that were read");
  });

  it("is no agent that is down", () => {
    const outage = new TelzinoError("unreachable", "nothing answered");
    const report = auditReport(agentsOn("pbx.example.com", 3), {
      startedAt: READ_AT,
      endedAt: READ_AT,
      outage,
    });
    expect(report.causes).toEqual([]);
    expect(outcomeOf(report)).toBe("incomplete");
  });
});

describe("hints", () => {
  it("tell who shares an extension, who has the user for a password, and who does without TLS", () => {
    const registration = { sipDomain: "PBX.example.com.", username: "1000", transport: "udp" } as const;
    const agents = [
      ...agentsOn("pbx.example.com", 2),
      ...agentsOn("pbx.example.com", 1, { registration, from: 30, passwordIsUser: true }),
      ...agentsOn("pbx.example.com", 1, { agentStatus: "inactive", registration, from: 40 }),
    ];
    expect(
      hintsOf(agents).map(({ hint, agents: whom }) => [hint, whom.map(({ id }) => id.slice(0, 4))]),
    ).toEqual([
      ["extension-shared", ["1000", "1030"]],
      ["password-is-user", ["1030"]],
      ["no-tls", ["1030"]],
    ]);
  });

  it("do not count a registration that is switched off as one that shares an extension", () => {
    const registration = { sipDomain: "pbx.example.com", username: "1000", transport: "tls" } as const;
    const agents = [
      ...agentsOn("pbx.example.com", 1),
      ...agentsOn("pbx.example.com", 1, { registration: { ...registration, enabled: false }, from: 30 }),
    ];
    expect(hintsOf(agents)).toEqual([]);
  });
});
