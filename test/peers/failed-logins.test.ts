import { expect, it } from "vitest";
import { strikes } from "./support/failed-logins.js";

/** As `fail2ban-regex` 1.0.2 judged them. */
const counted = [
  `NOTICE[9] chan_sip.c: Registration from '<sip:1001@pbx.test>' failed for '127.0.0.1:47838' - Wrong password`,
  `NOTICE[9]: chan_sip.c:22 in handle_request: Registration from '"a" <sip:a@x>' failed for '127.0.0.1:5060' - No matching peer found`,
  `NOTICE[9] chan_sip.c: Registration from '<sip:1008@pbx.test>' failed for '127.0.0.1:36469' - Device does not match ACL`,
  `NOTICE[9] chan_sip.c: Call from '' (127.0.0.1:5060) to extension '0044' rejected because extension not found in context 'default'.`,
  `NOTICE[9][C-0000000a] chan_sip.c: Call from 'x' (TCP:127.0.0.1:5060) to extension '0044' rejected because extension not found in context 'default'.`,
  `NOTICE[9] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '"it's" <sip:1@x>' failed for '127.0.0.1:5060' (callid: abc) - Failed to authenticate`,
  `NOTICE[9] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1008@pbx.test>' failed for '127.0.0.1:47139' (callid: fb12@127.0.0.1) - Not match Endpoint ACL`,
  `SECURITY[9] res_security_log.c: SecurityEvent="InvalidPassword",EventTV="2026-11-23T04:48:59.549+0000",Service="SIP",AccountID="1001",RemoteAddress="IPV4/TLS/127.0.0.1/58138",Challenge="7f7c66a3"`,
  `SECURITY[9] res_security_log.c: SecurityEvent="ChallengeResponseFailed",AccountID="a",b"",RemoteAddress="IPV4/UDP/127.0.0.1/33129",Challenge="78ba6adb"`,
  `SECURITY[9] res_security_log.c: SecurityEvent="FailedACL",AccountID="1002",RemoteAddress="IPV6/TCP/::1/33129",ACLName="x"`,
  `NOTICE[9] chan_iax2.c: Host 127.0.0.1 failed MD5 authentication for 'a' (x != y)`,
  `NOTICE[9] manager.c: 127.0.0.1 failed to authenticate as 'admin'`,
  `NOTICE[9] manager.c: 127.0.0.1 tried to authenticate with nonexistent user 'admin'`,
  `NOTICE[9] chan_iax2.c: No registration for peer 'x' (from 127.0.0.1)`,
  `NOTICE[9] x.c: hacking attempt detected '127.0.0.1'`,
  `WARNING[9][C-0000000a] Ext. s: "Rejecting unknown SIP connection from 127.0.0.1"`,
];

const passedOver = [
  `NOTICE[9] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1@x>' failed for '::1:5060' (callid: abc) - No matching endpoint found after 5 tries`,
  `NOTICE[9] chan_sip.c: Registration from '<sip:1001@pbx.test>' failed for '127.0.0.1:47838' - Wrong password extra`,
  `VERBOSE[9] chan_sip.c: Registration from '<sip:1001@pbx.test>' failed for '127.0.0.1:47838' - Wrong password`,
  `SECURITY[9] res_security_log.c: SecurityEvent="ChallengeSent",AccountID="1002",RemoteAddress="IPV4/UDP/127.0.0.1/33129",Challenge="78ba6adb"`,
  `SECURITY[9] res_security_log.c: SecurityEvent="SuccessfulAuth",AccountID="1002",RemoteAddress="IPV4/UDP/127.0.0.1/33129",UsingPassword="1"`,
  `NOTICE[9] acl.c: SIP ACL: Rejecting '127.0.0.1' due to a failure to pass ACL '(BASELINE)'`,
];

const dated = (lines: readonly string[]) => lines.map((line) => `[2026-11-23 04:48:58] ${line}\n`);

it.each(dated(counted))("counts %s", (line) => {
  expect(strikes(line)).toBe(1);
});

it.each(dated(passedOver))("does not count %s", (line) => {
  expect(strikes(line)).toBe(0);
});

it("counts each line of a log once", () => {
  expect(strikes(dated([...counted, ...passedOver, ...counted]).join(""))).toBe(2 * counted.length);
});
