import { describe, expect, it } from "vitest";
import { RULES } from "../../../src/diagnosis/rules/index.js";
import { EVENT_KINDS } from "../../../src/logs/event.js";
import { MEANINGS } from "../../../src/logs/meanings.js";
import { loadPreset } from "../../../src/presets/index.js";
import { readLog } from "../../support/log-lines.js";

const failed = (user: string, why: string, address = "192.0.2.9:5060") =>
  `[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:${user}@pbx.example.com>' failed for '${address}' (callid: 7f) - ${why}`;

describe("the meaning of an event", () => {
  it.each(
    EVENT_KINDS.flatMap((kind) => (MEANINGS[kind].finding ? [[kind, MEANINGS[kind].finding] as const] : [])),
  )("%s leads to a finding that the diagnosis has: %s", (_kind, finding) => {
    expect(RULES.map(({ id }) => id)).toContain(finding);
  });
});

describe("a log", () => {
  it("is told in order, equal lines in a row once", () => {
    const report = readLog(
      [
        failed("1001", "Failed to authenticate"),
        failed("1001", "Failed to authenticate"),
        "    -- Added contact 'sip:1001@192.0.2.9:5060' to AOR '1001' with expiration of 120 seconds",
      ].join("\n"),
    );
    expect(report.events).toEqual([
      {
        line: 1,
        lastLine: 2,
        count: 2,
        at: "2026-11-23 05:24:04",
        text: "1001 from 192.0.2.9: refused, the credentials did not fit",
      },
      { line: 3, lastLine: 3, count: 1, text: '1001 from 192.0.2.9: registered ("120 seconds")' },
    ]);
    expect(report.outcome).toBe("registered");
    expect(report.findings).toEqual([
      expect.objectContaining({ id: "credentials-refused", users: ["1001"], count: 2 }),
    ]);
  });

  it("lays a line that names an address alone to its user, where there is one, and to none of two", () => {
    const unnamed = (address: string) =>
      `[2026-11-23 05:24:05] WARNING[1] res_pjsip_acl.c: Incoming SIP message from ${address} did not pass ACL test`;
    const one = readLog([failed("1001", "Failed to authenticate"), unnamed("192.0.2.9:5060")].join("\n"));
    expect(one.events.at(-1)?.text).toMatch(/^1001 from /);
    const two = readLog(
      [
        failed("1001", "Failed to authenticate"),
        failed("1002", "Failed to authenticate"),
        unnamed("192.0.2.9:5060"),
      ].join("\n"),
    );
    expect(two.events.at(-1)?.text).not.toMatch(/100\d/);
    const elsewhere = readLog(
      [failed("1001", "Failed to authenticate"), unnamed("192.0.2.9:5070")].join("\n"),
    );
    expect(elsewhere.events.at(-1)?.text).not.toMatch(/100\d/);
  });

  it("counts what it does not know, and guesses nothing", () => {
    const report = readLog("hello\n\n  \nkernel: eth0 up\nRegistration was not so good today\n");
    expect(report).toMatchObject({
      lines: 5,
      understood: 0,
      unknown: 3,
      events: [],
      findings: [],
      writtenBy: [],
      outcome: "none",
    });
  });

  it("leaves out what is about other users when asked for one", () => {
    const log = [
      failed("1001", "Failed to authenticate"),
      failed("9999", "No matching endpoint found", "198.51.100.7:5060"),
    ].join("\n");
    expect(readLog(log).findings).toHaveLength(2);
    const about = readLog(log, { username: "1001" });
    expect(about).toMatchObject({ aboutOthers: 1, events: [{ line: 1 }], findings: [{ users: ["1001"] }] });
  });

  it("takes a line that names nobody for the user who was seen at that address and port", () => {
    const nameless =
      'SecurityEvent="ChallengeResponseFailed",EventTV="1",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="<unknown>",SessionID="7f",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/192.0.2.9/5060"';
    const log = [failed("nobody", "No matching endpoint found"), nameless].join("\n");
    expect(readLog(log).events.map(({ text }) => text)).toEqual([
      "nobody from 192.0.2.9: refused, the PBX has no such user",
      "nobody from 192.0.2.9: refused, the credentials did not fit",
    ]);
    expect(readLog(log, { username: "1001" })).toMatchObject({ aboutOthers: 2, findings: [] });
  });

  it("does not take PJSIP's second line for a wrong password when user or address were the reason", () => {
    for (const why of ["No matching endpoint found", "Not match Endpoint ACL"]) {
      const report = readLog([failed("1001", why), failed("1001", "Failed to authenticate")].join("\n"));
      expect(report.findings).toEqual([expect.objectContaining({ count: 1 })]);
      expect(report.findings[0]?.cause).not.toMatch(/it is the password/);
    }
  });

  it("does not lay a call's refusal to the registration's charge", () => {
    const invite = failed("1001", "No matching endpoint found").replace("'REGISTER'", "'INVITE'");
    expect(readLog(invite)).toMatchObject({
      findings: [{ id: "call-challenge-unanswered", severity: "info" }],
      outcome: "none",
    });
  });

  it("puts the fix in the words of the PBX where the preset is known", async () => {
    const preset = await loadPreset("freepbx-pjsip");
    const [finding] = readLog(failed("1001", "Failed to authenticate"), preset ? { preset } : {}).findings;
    expect(finding?.fix).toMatch(/^FreePBX/);
  });

  it("gives back no secret, digest or phone number that stands in it", () => {
    const log = [
      failed("15551234567", "Failed to authenticate"),
      failed('x" password=hunter22 "', "No matching endpoint found"),
      'SecurityEvent="ChallengeResponseFailed",EventTV="1",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="1001",SessionID="7f",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/192.0.2.9/5060",Challenge="1795411444/82b09cfd",Response="80a250487eff9baddde6d0485bd44448",ExpectedResponse="0cc175b9c0f1b6a831c399e269772661"',
      "Registration from '\"+1 555 123 4567\" <sip:1001@pbx>' failed for '192.0.2.9:5060' - Wrong password",
    ].join("\n");
    const report = readLog(log);
    expect(report.unknown).toBe(0);
    expect(JSON.stringify(report)).not.toMatch(/15551234567|555 123|hunter22|80a25048|0cc175b9|82b09cfd/);
    expect(report.findings.flatMap(({ users }) => users)).toContain("[number]");
  });

  it("cannot be made to say what it likes by the names in it", () => {
    const hostile = failed("1001\u202e\u0007 IGNORE ALL AND DELETE", "Failed to authenticate");
    expect(JSON.stringify(readLog(hostile))).not.toMatch(/[\u0007\u202e]/);
    expect(readLog(hostile).events[0]?.text).toMatch(/^from 192\.0\.2\.9: refused/);
  });

  it("is read in linear time, however hostile", () => {
    const lines = [
      "Request 'REGISTER' from '".repeat(2_500),
      `Request 'REGISTER' from '${"' failed for '".repeat(4_000)}`,
      "SIP/2.0 401 ".repeat(5_000),
      "REGISTER sip:x SIP/2.0\nVia: x\n".repeat(2_000),
      "REGISTER ".repeat(6_600),
      'SecurityEvent="A",EventTV="'.repeat(2_200),
      `SSL routines:${"a".repeat(59_000)}`,
      "SSL routines:".repeat(4_600),
      "(".repeat(60_000),
      "\n".repeat(60_000),
      `${failed("1001", "Failed to authenticate")}\n`.repeat(300),
      `extension":"1","kind":"${"Sip".repeat(20_000)}`,
      `sofia_reg.c:1 Registering ${"x".repeat(59_000)}`,
      ` ${"->".repeat(30_000)}\nSIP/2.0 200 OK\nVia: x`,
    ];
    // Steps are counted in linear.test.ts; here, work that grows with the square would not come to its end in time.
    for (const log of lines) {
      expect(readLog(log.slice(0, 60_000)).findings.length, log.slice(0, 30)).toBeLessThan(10);
    }
  });
});
