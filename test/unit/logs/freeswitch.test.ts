import { describe, expect, it } from "vitest";
import { expected, explained, type LogRow } from "../../support/log-lines.js";

/**
 * FreeSWITCH and FusionPBX. Forms from mod_sofia's format strings (sofia_reg.c, sofia.c) and from logs in public
 * reports (signalwire/freeswitch issues 1944 and 2747, fail2ban issue 2161, fusionpbx issues 1695 and 1967).
 * Of lower confidence, since only seen in format strings: pings of users, the debug block of a registration.
 */
const HEAD = "2026-06-21 11:38:22.931785 [WARNING] sofia_reg.c:1792 ";

const ROWS: readonly LogRow[] = [
  [
    `${HEAD}SIP auth challenge (REGISTER) on sofia profile 'internal' for [1001@pbx.example.com] from ip 192.0.2.10`,
    "1001 from 192.0.2.10: asked for credentials, which is normal",
  ],
  [
    `${HEAD}SIP auth failure (REGISTER) on sofia profile 'internal' for [1001@pbx.example.com] from ip 192.0.2.10`,
    "1001 from 192.0.2.10: refused after the credentials (403)",
    "credentials-refused",
  ],
  [
    "2026-03-08 10:01:01.123456 [WARNING] sofia_reg.c:2999 SIP auth failure (REGISTER) on sofia profile internal for [1001@example.com] from ip 203.0.113.20",
    "1001 from 203.0.113.20: refused after the credentials (403)",
    "credentials-refused",
  ],
  [
    "2025-01-22 12:01:13.083037 99.03% [WARNING] sofia_reg.c:1795 SIP auth challenge (REGISTER) on sofia profile 'internal' for [985@freeswitch.example] from ip 198.51.100.174",
    "985 from 198.51.100.174: asked for credentials, which is normal",
  ],
  [
    "d8b1f3a2-0f5e-4c4b-9a70-0c7b7c1de001 2026-06-21 11:38:22.931785 [WARNING] sofia_reg.c:1792 SIP auth failure (REGISTER) on sofia profile 'internal' for [1001@pbx.example.com] from ip 192.0.2.10",
    "1001 from 192.0.2.10: refused after the credentials (403)",
    "credentials-refused",
  ],
  [
    `${HEAD}SIP auth challenge (INVITE) on sofia profile 'internal' for [101@192.0.2.104] from ip 192.0.2.100`,
    "101 from 192.0.2.100: INVITE asked for credentials, which is normal",
  ],
  [
    `${HEAD}SIP auth failure (INVITE) on sofia profile 'external' for [1001@test] from ip 198.51.100.7`,
    "1001 from 198.51.100.7: INVITE refused after the credentials (403)",
    "call-credentials-refused",
  ],
  [
    `${HEAD}SIP auth failure (REGISTER) due to reaching max allowed registrations.  Count: 1`,
    "refused, the extension has its maximum of registrations",
    "binding-refused",
  ],
  [
    `${HEAD}SIP auth failure (REGISTER) due to user-agent-filter.  Filter "Polycom" User-Agent "OpenSIPS"`,
    "refused, this kind of device is not allowed",
    "forbidden-after-credentials",
  ],
  [
    "2026-06-21 11:38:27.051799 [WARNING] sofia_reg.c:2906 Can't find user [1001@172.31.30.163] from 192.0.2.10",
    "1001 from 192.0.2.10: refused, the PBX has no such user in that domain (172.31.30.163)",
    "unknown-after-credentials",
  ],
  [
    "2026-06-21 11:38:27.051799 [WARNING] sofia_reg.c:2906 Can't find user [1001@pbx.example.com]",
    "1001: refused, the PBX has no such user in that domain (pbx.example.com)",
    "unknown-after-credentials",
  ],
  [
    "2012-06-21 11:38:27.051799 [WARNING] sofia_reg.c:1200 can't find user [1001@pbx.example.com]",
    "1001: refused, the PBX has no such user in that domain (pbx.example.com)",
    "unknown-after-credentials",
  ],
  [
    "2026-03-08 10:01:01.123456 [WARNING] sofia_reg.c:3050 Can't find user [1001@example.com] from ip 198.51.100.15",
    "1001 from 198.51.100.15: refused, the PBX has no such user in that domain (example.com)",
    "unknown-after-credentials",
  ],
  [
    "You must define a domain called '172.31.30.163' in your directory and add a user with the id=\"1001\" attribute",
    "",
  ],
  ["and you must configure your device to use the proper domain in it's authentication credentials.", ""],
  [
    '2026-06-21 11:38:27.051799 [WARNING] sofia.c:2100 IP 192.0.2.10 Rejected by register acl "lan"',
    "from 192.0.2.10: refused before any credentials, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    "2026-06-21 11:38:27.051799 [WARNING] sofia_reg.c:2800 IP 192.0.2.10 Rejected by user acl [office] and no proxy acl present",
    "from 192.0.2.10: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    "2026-06-21 11:38:27.051799 [WARNING] sofia_reg.c:2800 IP 192.0.2.10 Rejected by user acl office",
    "from 192.0.2.10: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    "2026-06-21 11:38:27.051799 [DEBUG] sofia_reg.c:2800 IP 192.0.2.10 Rejected by user acl [office] checking proxy ACLs now",
    "",
  ],
  [
    '2016-06-22 05:01:53.702959 [DEBUG] sofia.c:9623 IP 192.0.2.100 Rejected by acl "domains". Falling back to Digest auth.',
    "",
  ],
  [
    '2026-06-21 11:38:27.051799 [WARNING] sofia.c:9700 IP 192.0.2.100 Rejected by acl "domains"',
    "from 192.0.2.100: call from an address that the PBX does not know",
    "call-challenge-unanswered",
  ],
  [
    "2026-06-21 11:38:27.051799 [WARNING] sofia_reg.c:2906 Cant register a pointer.",
    "refused, this account is not one that registers",
    "forbidden-after-credentials",
  ],
  [
    "2026-06-21 11:38:27.051799 [ERR] sofia_reg.c:2010 NO CONTACT!",
    "a REGISTER without Contact was refused",
    "query-refused",
  ],
  [
    "2026-06-21 11:38:27.051799 [ERR] sofia.c:1200 Received an invalid packet!",
    "refused, the request is malformed to the PBX",
    "bad-request",
  ],
  ["2026-06-21 11:38:27.051799 [DEBUG] sofia_reg.c:1900 Register:", ""],
  ["From:    [1001@pbx.example.com]", "1001: registered"],
  ['Contact: ["user" <sip:1001@192.0.2.10:5060>]', ""],
  ["Expires: [3600]", ""],
  [
    "2026-06-21 11:38:27.051799 [WARNING] sofia.c:6300 Expire registration '1001@pbx.example.com' due to options failure",
    "1001: does not answer the PBX, which will not ring it",
    "contact-unreachable",
  ],
  [
    "2026-06-21 11:38:27.051799 [WARNING] sofia.c:6400 Ping to sip user '1001@pbx.example.com' failed with code 408 - count 3, state UNREACHABLE",
    "1001: does not answer the PBX, which will not ring it",
    "contact-unreachable",
  ],
  [
    "2023-01-30 10:07:10.270909 99.03% [WARNING] sofia_reg.c:520 carrier Failed Registration [904], setting retry to 30 seconds.",
    "the PBX's own registration with a provider fails, not the agent's (904)",
    "provider-refused",
  ],
  [
    "2023-01-30 10:07:41.330707 98.90% [NOTICE] sofia_reg.c:463 Registering carrier",
    "the PBX's own registration with a provider, not the agent's (carrier)",
  ],
  [
    "2025-01-22 12:01:58.522687 [WARNING] sofia.c:6417 Ping failed carrier with code 408 - count 1/0/1, state DOWN",
    "the PBX's own registration with a provider, not the agent's (carrier)",
  ],
  [
    "2019-01-29 15:42:31.330388 [NOTICE] switch_ivr_originate.c:2944 Cannot create outgoing channel of type [error] cause: [USER_NOT_REGISTERED]",
    "call could not be delivered: no device is registered there",
    "callee-not-registered",
  ],
  [
    "2016-10-05 11:11:51.557386 [NOTICE] switch_channel.c:1104 New Channel sofia/internal/1016@192.0.2.150 [db2663ea-73e6-4665-b9e7-b0a1539a19f8]",
    "1016: call started",
  ],
  [
    "2016-10-05 11:12:01.597388 [NOTICE] switch_core_state_machine.c:649 Hangup sofia/internal/1016@192.0.2.150 [CS_NEW] [WRONG_CALL_STATE]",
    "1016: call failed (WRONG_CALL_STATE)",
  ],
  [
    "2026-10-05 11:12:01.597388 [NOTICE] sofia.c:1089 Hangup sofia/internal/1001@192.0.2.10:5060 [CS_EXECUTE] [NORMAL_CLEARING]",
    "1001: call ended (NORMAL_CLEARING)",
  ],
  [
    "2016-06-22 05:01:53.702959 [DEBUG] sofia.c:9456 sofia/internal/100@192.0.2.104 receiving invite from 192.0.2.100:55764 version: 1.6.9 64bit",
    "",
  ],
];

describe("a line of FreeSWITCH or FusionPBX", () => {
  it.each(ROWS.map((row) => [row[0], row] as const))("%s", (line, row) => {
    expect(explained(line)).toEqual(expected(row));
  });
});
