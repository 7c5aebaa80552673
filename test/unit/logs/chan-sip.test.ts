import { describe, expect, it } from "vitest";
import { expected, explained, type LogRow } from "../../support/log-lines.js";

/**
 * Asterisk with chan_sip. Lines as Asterisk 16.28 wrote them for this project; the others from its format strings and
 * its reasons (channels/chan_sip.c).
 */
const HEAD = "[2026-11-23 05:24:07] NOTICE[20092] chan_sip.c: ";
const failed = (why: string, from = "<sip:1001@pbx.example.com>") =>
  `${HEAD}Registration from '${from}' failed for '192.0.2.9:43020' - ${why}`;
const SECURITY =
  '[2026-11-23 05:24:07] SECURITY[20093] res_security_log.c: SecurityEvent="%",EventTV="2026-11-23T05:24:07.312+0000",Severity="Error",Service="SIP",EventVersion="2",AccountID="1001",SessionID="0x7fe4100061e0",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/192.0.2.9/43020"';
const security = (name: string, more = "") => SECURITY.replace("%", name) + more;

const ROWS: readonly LogRow[] = [
  [failed("Wrong password"), "1001 from 192.0.2.9: refused, wrong password", "credentials-refused"],
  [
    failed("Wrong password", '"Front Desk" <sip:1001@pbx.example.com;transport=UDP>'),
    "1001 from 192.0.2.9: refused, wrong password",
    "credentials-refused",
  ],
  [
    failed("No matching peer found"),
    "1001 from 192.0.2.9: refused, the PBX has no such user in that domain",
    "unknown-after-credentials",
  ],
  [
    "[Jul 11 04:15:53] NOTICE[2344]: chan_sip.c:28234 handle_request_register: Registration from '\"100\" <sip:100@192.0.2.1:5060>' failed for '198.51.100.7:5070' - No matching peer found",
    "100 from 198.51.100.7: refused, the PBX has no such user in that domain",
    "unknown-after-credentials",
  ],
  [
    failed("Username/auth name mismatch"),
    "1001 from 192.0.2.9: refused, the digest user is not the one of this extension",
    "credentials-refused",
  ],
  [
    failed("Device does not match ACL"),
    "1001 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    failed("ACL error (permit/deny)"),
    "1001 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    failed("Not a local domain"),
    "1001 from 192.0.2.9: refused, the PBX does not serve this domain",
    "unknown-before-credentials",
  ],
  [
    failed("Peer is not supposed to register"),
    "1001 from 192.0.2.9: refused, this account is not one that registers",
    "forbidden-after-credentials",
  ],
  [
    failed("Device not configured to use this transport type"),
    "1001 from 192.0.2.9: refused, this account is not one that registers",
    "forbidden-after-credentials",
  ],
  ["    -- Registered SIP '1001' at 192.0.2.9:5060", "1001 from 192.0.2.9: registered"],
  [
    "[2026-11-23 05:24:07] VERBOSE[1] chan_sip.c: -- Registered SIP '1001' at 192.0.2.9:48357",
    "1001 from 192.0.2.9: registered",
  ],
  ["    -- Unregistered SIP '1001'", "1001: registration taken away by the device itself"],
  [
    "[2026-11-23 05:24:07] WARNING[1] chan_sip.c: username mismatch, have <1001>, digest has <agent>",
    "1001: refused, the digest user is not the one of this extension (agent)",
    "credentials-refused",
  ],
  [
    "[2026-11-23 05:24:07] NOTICE[1] chan_sip.c: Correct auth, but based on stale nonce received from '<sip:1001@pbx.example.com>;tag=1f6c5c'",
    "1001: asked again, the nonce was too old or used before",
    "nonce-stale-once",
  ],
  [
    "[2026-11-23 05:24:07] WARNING[1] chan_sip.c: Registration denied because of contact ACL",
    "refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    "[2026-11-23 05:24:07] WARNING[1] chan_sip.c: Domain '10.0.0.4' disallowed by contact ACL (violating IP 10.0.0.4)",
    "from 10.0.0.4: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    "[2026-11-23 05:24:07] NOTICE[1] chan_sip.c: Got SIP REGISTER to non-local domain 'other.example.com'; refusing request.",
    "refused, the PBX does not serve this domain (other.example.com)",
    "unknown-before-credentials",
  ],
  [
    "[2026-11-23 05:24:07] NOTICE[1] chan_sip.c: Peer '1001' is now UNREACHABLE!  Last qualify: 21",
    "1001: does not answer the PBX, which will not ring it",
    "contact-unreachable",
  ],
  [
    "[2026-11-23 05:24:07] NOTICE[1] chan_sip.c: Peer '1001' is now Reachable. (24ms / 2000ms)",
    "1001: answers the PBX's OPTIONS",
  ],
  [
    "[2026-11-23 05:24:07] NOTICE[1] chan_sip.c: Peer '1001' is now Lagged. (2104ms / 2000ms)",
    "1001: does not answer the PBX, which will not ring it",
    "contact-unreachable",
  ],
  [
    "[2026-11-23 05:24:07] NOTICE[1] chan_sip.c: Failed to authenticate device <sip:1001@pbx.example.com>;tag=as1 for INVITE, code = -1",
    "1001: INVITE refused, the credentials did not fit",
    "call-credentials-refused",
  ],
  [
    "[2026-11-23 05:24:07] WARNING[1] chan_sip.c: Retransmission timeout reached on transmission 6e6458cc2e10ba38@192.0.2.1:5060 for seqno 102 (Critical Request) -- See https://wiki.asterisk.org/wiki/display/AST/SIP+Retransmissions",
    "call got no answer from the device or far side",
    "invite-unanswered",
  ],
  [
    "[2026-11-23 05:24:07] NOTICE[1] chan_sip.c:    -- Registration for '42@carrier.example.net' timed out, trying again (Attempt #3)",
    "the PBX's own registration with a provider fails, not the agent's (42@carrier.example.net)",
    "provider-refused",
  ],
  [
    "[2026-11-23 05:24:07] NOTICE[20092] acl.c: SIP Peer ACL: Rejecting '192.0.2.9' due to a failure to pass ACL '(BASELINE)'",
    "from 192.0.2.9: an access list does not hold this address",
  ],
  [
    security("ChallengeSent", ',Challenge="675939b8"'),
    "1001 from 192.0.2.9: asked for credentials, which is normal",
  ],
  [security("SuccessfulAuth", ',UsingPassword="1"'), "1001 from 192.0.2.9: credentials accepted"],
  [
    security(
      "InvalidPassword",
      ',Challenge="675939b8",ReceivedChallenge="675939b8",ReceivedHash="8935b04b2a77e990"',
    ),
    "1001 from 192.0.2.9: refused, wrong password",
    "credentials-refused",
  ],
  [
    security("FailedACL", ',ACLName="device_must_match_acl"'),
    "1001 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  ["    -- Called SIP/1001", "1001: call started"],
  [
    "[2026-11-23 05:24:07] WARNING[1][C-00000001] app_dial.c: Unable to create channel of type 'SIP' (cause 20 - Subscriber absent)",
    'call could not be delivered: no device is registered there ("20 - Subscriber absent")',
    "callee-not-registered",
  ],
  ["[2026-11-23 05:24:07] VERBOSE[20092] chan_sip.c: --- (10 headers 0 lines) ---", ""],
  ["<------------->", ""],
  ["[2026-11-23 05:24:07] VERBOSE[20092] chan_sip.c: Sending to 192.0.2.9:33909 (NAT)", ""],
  [
    "[2026-11-23 05:24:07] VERBOSE[20092] chan_sip.c: Scheduling destruction of SIP dialog 'eded67e5@192.0.2.9' in 32000 ms (Method: REGISTER)",
    "",
  ],
];

describe("a line of Asterisk's chan_sip", () => {
  it.each(ROWS.map((row) => [row[0], row] as const))("%s", (line, row) => {
    expect(explained(line)).toEqual(expected(row));
  });
});
