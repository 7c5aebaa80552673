import { describe, expect, it } from "vitest";
import { expected, explained, type LogRow, readLog } from "../../support/log-lines.js";

/**
 * 3CX. Documented by the vendor: CM504001, CM504002 and CM102001 ("Analyzing registration"), "Registered line", the
 * trunk's change of status (event 4100). The long form of CM102001: voiceip/tinyphone issue 33. Of lower confidence: the
 * spelling "Extn:" and the call lines (third parties' parsers), and the words of the blacklist, which 3CX does not publish.
 */
const AT = "02/05/2021 2:18:24 PM - ";
const NEW = "2026/01/05 10:26:12.123 ";
const OLD = "12:03:20.734| ";
const WHY =
  "Reason: Credentials don't match, check that authorization-ID and password match the ones in extension settings";

const ROWS: readonly LogRow[] = [
  [
    `${AT}[CM504001]: Ext.100: new contact is registered. Contact(s): [sip:100@172.18.130.27:50386;rinstance=aa14540e328cb432]`,
    "100: registered (sip:100@172.18.130.27:50386;rinstance=aa14540e328cb432)",
  ],
  [
    `${NEW}[CM504001]: Ext.100: new contact is registered. Contact(s): [sip:100@172.18.130.27:50386/100]`,
    "100: registered (sip:100@172.18.130.27:50386/100)",
  ],
  [
    `${NEW}[CM504001]: Extn:1001: new contact is registered. Contact(s): [sip:1001@192.0.2.9:5060]`,
    "1001: registered (sip:1001@192.0.2.9:5060)",
  ],
  ["[CM504001] Ext.8001: new contact is registered. Contact(s): []", "8001: registered"],
  [
    "Ext.100: new contact is registered. Contact(s): [sip:100@172.18.130.27:50386]",
    "100: registered (sip:100@172.18.130.27:50386)",
  ],
  [
    `${OLD}[CM504001]: Ext.203: new contact is registered. Contact(s): [sip:203@10.0.0.7:5060]`,
    "203: registered (sip:203@10.0.0.7:5060)",
  ],
  [
    `${AT}[CM504002]: Ext.100: a contact is unregistered. Contact(s): []`,
    "100: registration taken away by the device itself",
  ],
  [
    `${NEW}[CM504002]: Extn:1001: a contact is unregistered. Contact(s): []`,
    "1001: registration taken away by the device itself",
  ],
  [
    "[CM504002] Ext.8001: a contact is unregistered. Contact(s): [sip:8001@192.0.2.4:5060]",
    "8001: registration taken away by the device itself",
  ],
  [
    `${OLD}Ext.203: a contact is unregistered. Contact(s): []`,
    "203: registration taken away by the device itself",
  ],
  [
    `${AT}[CM102001]: Authentication failed for SipReq:  REGISTER 172.18.130.28 tid=917d3a45e8403958 cseq=REGISTER contact=100@172.18.130.27:42464 / 2 from(wire); ${WHY}`,
    "100 from 172.18.130.27: refused, extension, authentication ID and password do not belong together",
    "credentials-refused",
  ],
  [
    `${NEW}[CM102001]: Authentication failed for SipReq: REGISTER pbx.example.com tid=1 cseq=2 REGISTER contact=1001@192.0.2.9:5060 / 2 from(wire); ${WHY}`,
    "1001 from 192.0.2.9: refused, extension, authentication ID and password do not belong together",
    "credentials-refused",
  ],
  [
    `${AT}[CM102001]: Authentication failed for AuthFail Recv Req REGISTER from 192.168.4.226:18437 tid=Pj06b2879a07b243ba95552c277079e4ba Call-ID=1a80b33572124f73b19350e600773b73:`,
    "from 192.168.4.226: refused, extension, authentication ID and password do not belong together",
    "credentials-refused",
  ],
  [
    `${NEW}[CM102001]: Authentication failed for AuthFail Recv Req INVITE from 198.51.100.7:5070 tid=2 Call-ID=3:`,
    "from 198.51.100.7: INVITE refused, extension, authentication ID and password do not belong together",
  ],
  [
    `${NEW}[CM102001]: Authentication failed for AuthMsg; ${WHY}`,
    "refused, extension, authentication ID and password do not belong together",
    "credentials-refused",
  ],
  [
    `Authentication failed for SipReq: REGISTER 172.18.130.28 tid=9 cseq=REGISTER contact=100@172.18.130.27:42464 / 2 from(wire); ${WHY}`,
    "100 from 172.18.130.27: refused, extension, authentication ID and password do not belong together",
    "credentials-refused",
  ],
  // By itself; below its own line it says nothing more.
  [
    `; ${WHY}`,
    "refused, extension, authentication ID and password do not belong together",
    "credentials-refused",
  ],
  [WHY, "refused, extension, authentication ID and password do not belong together", "credentials-refused"],
  [
    "Registered line: L:10004(InPhonex)",
    "the PBX's own registration with a provider, not the agent's (\"L:10004(InPhonex)\")",
  ],
  [
    `${AT}[CM504003]: Registered line: L:10001(Carrier)`,
    "the PBX's own registration with a provider, not the agent's (\"L:10001(Carrier)\")",
  ],
  [
    "Trunk Carrier has changed status to Unregistered",
    "the PBX's own registration with a provider, not the agent's (Unregistered)",
  ],
  [
    `${NEW}4100 Info Trunk Carrier has changed status to Registered`,
    "the PBX's own registration with a provider, not the agent's (Registered)",
  ],
  [
    "05/12/2025 10:00:01 [CM503003]: Call(C:3): Call to '100' has failed; Cause: 486 Busy Here",
    '100: call refused, busy ("486 Busy Here")',
    "callee-busy",
  ],
  [
    `${NEW}[CM503003]: Call(C:4): Call to '1001' has failed; Cause: 408 Request Timeout`,
    '1001: call got no answer from the device or far side ("408 Request Timeout")',
    "invite-unanswered",
  ],
  [
    `${NEW}[CM503003]: Call(C:5): Call to 1001 has failed; Cause: 404 Not Found`,
    "1001: call refused, the device does not know the number",
    "call-number-unknown",
  ],
  [`${NEW}[CM503001]: Call(C:123.1): Incoming call from Extn:100 to 1001`, "100: call started"],
  [`${OLD}[CM503001]: Call(3): Incoming call from Ext.100 to <sip:1001@pbx>`, "100: call started"],
  [`${NEW}IP 192.0.2.9 has been blacklisted`, "from 192.0.2.9: banned or blocked", "banned-after-refusals"],
  [
    `${NEW}IP address 192.0.2.9 was added to the blacklist`,
    "from 192.0.2.9: banned or blocked",
    "banned-after-refusals",
  ],
  [
    `${NEW}IP 192.0.2.9 is blacklisted for 86400 s`,
    "from 192.0.2.9: banned or blocked",
    "banned-after-refusals",
  ],
];

describe("a line of 3CX", () => {
  it.each(ROWS.map((row) => [row[0], row] as const))("%s", (line, row) => {
    expect(explained(line)).toEqual(expected(row));
  });

  it("may hold the whole request, which is read as a message and told in 3CX's own words", () => {
    const log = `${AT}[CM102001]: Authentication failed for AuthFail Recv Req REGISTER from 192.168.4.226:18437 tid=Pj06 Call-ID=1a80b33572124f73:
REGISTER sip:192.168.4.195;transport=tcp SIP/2.0
Via: SIP/2.0/TCP 192.168.4.226:18437;rport=18437;branch=z9hG4bKPj06b2879a;alias
Max-Forwards: 70
Contact: <sip:103@192.168.4.226:18437;transport=TCP;ob>;reg-id=1
To: <sip:103@192.168.4.195>
From: <sip:103@192.168.4.195>;tag=7bec73af
Call-ID: 1a80b33572124f73
CSeq: 18510 REGISTER
Proxy-Authorization: Digest username="103",realm="3CXPhoneSystem",nonce="414d5359601d45a083:47bb22553dc552c83b26fd6b077f78f5",uri="sip:192.168.4.195;transport=tcp",response="1fca031cc1b2f85162db0ec0f5bd4ff2",algorithm=MD5
Content-Length: 0
; ${WHY}`;
    const report = readLog(log);
    expect(report.unknown).toBe(0);
    expect(report.events.map(({ text }) => text)).toEqual([
      "from 192.168.4.226: refused, extension, authentication ID and password do not belong together",
      expect.stringMatching(/^103.*REGISTER with credentials$/),
    ]);
    expect(report.findings.map(({ id }) => id)).toEqual(["credentials-refused"]);
    expect(report.presetId).toBe("3cx");
    expect(JSON.stringify(report)).not.toMatch(/1fca031c|47bb2255|414d5359/);
  });
});
