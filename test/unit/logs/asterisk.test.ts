import { describe, expect, it } from "vitest";
import { expected, explained, type LogRow } from "../../support/log-lines.js";

/**
 * Asterisk with PJSIP, as FreePBX, VitalPBX and Issabel log it too. Lines as Asterisk 22.10 wrote them for this
 * project, the older forms from its format strings (Asterisk 13 to 20) and from public reports.
 */
const HEAD = "[2026-11-23 05:24:04] NOTICE[19910] res_pjsip/pjsip_distributor.c: ";
const SECURITY =
  '[2026-11-23 05:24:04] SECURITY[19926] res_security_log.c: SecurityEvent="%",EventTV="2026-11-23T05:24:04.724+0000",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="1001",SessionID="38e5f1c527263ff622c07eb0@192.0.2.9",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/192.0.2.9/51842"';
const security = (name: string, more = "") => SECURITY.replace("%", name) + more;

const ROWS: readonly LogRow[] = [
  [
    `${HEAD}Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:51842' (callid: 38e5f1c527263ff6@192.0.2.9) - Failed to authenticate`,
    "1001 from 192.0.2.9: refused, the credentials did not fit",
    "credentials-refused",
  ],
  [
    `${HEAD}Request 'REGISTER' from '<sip:nobody@pbx.example.com>' failed for '192.0.2.9:49170' (callid: 542e01c7@192.0.2.9) - No matching endpoint found`,
    "nobody from 192.0.2.9: refused, the PBX has no such user",
    "unknown-before-credentials",
  ],
  [
    `[Oct 10 16:29:51] NOTICE[21261]: res_pjsip/pjsip_distributor.c:649 log_failed_request: Request 'REGISTER' from '"User1" <sip:User1@bp.example.in>' failed for '192.0.2.8:45524' (callid: cgo2ao1ceguimrqft85b) - No matching endpoint found`,
    "User1 from 192.0.2.8: refused, the PBX has no such user",
    "unknown-before-credentials",
  ],
  [
    `[Sep 15 07:33:27] NOTICE[65267] res_pjsip/pjsip_distributor.c: Request from '"1001" sip:1001@192.0.2.222' failed for '192.0.2.23:5071' (callid: 1bfa1fcfee1e20db) - No matching endpoint found`,
    "1001 from 192.0.2.23: refused, the PBX has no such user",
    "unknown-before-credentials",
  ],
  [
    `${HEAD}Request 'REGISTER' from '<sip:1008@pbx.example.com>' failed for '192.0.2.9:38633' (callid: 30bb278c@192.0.2.9) - Not match Endpoint ACL`,
    "1008 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    `${HEAD}Request 'REGISTER' from '<sip:1008@pbx.example.com>' failed for '192.0.2.9:38633' (callid: 30bb278c@192.0.2.9) - Not match Endpoint Contact ACL`,
    "1008 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    `${HEAD}Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:51842' (callid: 1@192.0.2.9) - Error to authenticate`,
    "1001 from 192.0.2.9: the PBX failed at the request",
    "server-error",
  ],
  [
    `${HEAD}Request 'INVITE' from '<sip:100@192.0.2.50>' failed for '192.0.2.50:5080' (callid: 99) - No matching endpoint found after 5 tries in 0.431 ms`,
    "100 from 192.0.2.50: INVITE refused, the PBX has no such user",
    "call-challenge-unanswered",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[19910] res_pjsip_registrar.c: Endpoint '1006' (192.0.2.9:57143) has no configured AORs",
    "1006 from 192.0.2.9: credentials good, but the endpoint has no address of record",
    "extension-not-bindable",
  ],
  [
    "[2019-03-01 10:11:12] WARNING[1234]: res_pjsip_registrar.c:1008 find_registrar_aor: Endpoint '1006' has no configured AORs",
    "1006: credentials good, but the endpoint has no address of record",
    "extension-not-bindable",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[71985] res_pjsip_registrar.c: AOR '1001' not found for endpoint 'agent' (192.0.2.9:5060)",
    "agent from 192.0.2.9: let in, but the address of record does not exist (1001)",
    "unknown-after-credentials",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[71985] res_pjsip_registrar.c: AOR '' not found for endpoint 'HomeAssistant' (192.0.2.9:5060)",
    "HomeAssistant from 192.0.2.9: let in, but the address of record does not exist",
    "unknown-after-credentials",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[19910] res_pjsip_registrar.c: AOR '1001' has no configured max_contacts. Endpoint '1001' (192.0.2.9:56761) unable to register",
    "1001: credentials good, but the address of record takes no registrations",
    "extension-not-bindable",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[19910] res_pjsip_registrar.c: Registration attempt from endpoint '1005' (192.0.2.9:56761) to AOR '1005' will exceed max contacts of 1",
    "1005 from 192.0.2.9: credentials good, but all places of the extension are taken",
    "extension-not-bindable",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[19910] res_pjsip_registrar.c: Failed to validate contacts in REGISTER request from '1001'",
    "1001: refused, the request is malformed to the PBX",
    "bad-request",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[19910] res_pjsip_registrar.c: Endpoint '1001' (192.0.2.9:5060) attempted to register to an AOR with a non-SIP URI",
    "1001: refused, the request is malformed to the PBX",
    "bad-request",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[19910] res_pjsip/config_auth.c: Couldn't find auth '1001-auth'. Cannot authenticate",
    "the endpoint's auth section does not exist (1001-auth)",
    "credentials-refused",
  ],
  [
    "    -- Added contact 'sip:1001@192.0.2.9:40620;transport=udp' to AOR '1001' with expiration of 119 seconds",
    '1001 from 192.0.2.9: registered ("119 seconds")',
  ],
  [
    "[2026-11-23 05:26:02] DEBUG[19910] res_pjsip_registrar.c: Refreshed contact 'sip:1001@192.0.2.9:40620' on AOR '1001' with new expiration of 119 seconds",
    '1001 from 192.0.2.9: registered ("119 seconds")',
  ],
  [
    "    -- Removed contact 'sip:1001@192.0.2.9:40620' from AOR '1001' due to request",
    "1001 from 192.0.2.9: registration taken away by the device itself",
  ],
  [
    "[2026-11-23 05:28:04] VERBOSE[19910] res_pjsip_registrar.c: Removed contact 'sip:1001@192.0.2.9:40620' from AOR '1001' due to expiration",
    "1001 from 192.0.2.9: registration ran out, it was not refreshed in time",
    "extension-not-registered",
  ],
  [
    "[2026-11-23 05:28:04] VERBOSE[19910] res_pjsip_registrar.c: Removed contact 'sip:1001@192.0.2.9:40620' from AOR '1001' due to remove_existing",
    "1001 from 192.0.2.9: registration replaced by a newer one of the same extension",
    "held-by-another-device",
  ],
  [
    "[2026-11-23 05:28:04] VERBOSE[19910] res_pjsip_registrar.c: Removed contact 'sip:1001@192.0.2.9:40620;transport=TLS' from AOR '1001' due to shutdown",
    "1001 from 192.0.2.9: registration dropped because its connection closed",
    "extension-not-registered",
  ],
  [
    "    -- Contact 1001/sip:1001@192.0.2.9:64249;transport=TLS;ob is now Unreachable.  RTT: 0.000 msec",
    "1001: does not answer the PBX, which will not ring it",
    "contact-unreachable",
  ],
  [
    "    -- Contact 1001/sip:1001@192.0.2.9:64249 is now Reachable.  RTT: 24.113 msec",
    "1001: answers the PBX's OPTIONS",
  ],
  [
    "  == Endpoint 1001 is now Unreachable",
    "1001: does not answer the PBX, which will not ring it",
    "contact-unreachable",
  ],
  ["  == Endpoint 1001 is now Reachable", "1001: answers the PBX's OPTIONS"],
  [
    "[2023-02-09 14:55:55] WARNING[12938]: res_pjsip_acl.c:134 apply_acl: Incoming SIP message from 192.0.2.137:54303 did not pass ACL test",
    "from 192.0.2.137: dropped without an answer, this source address is not allowed",
    "register-silent",
  ],
  [
    "[2023-02-09 14:55:55] NOTICE[12938]: acl.c:784 ast_apply_acl_internal: SIP ACL: Rejecting '192.0.2.137' due to a failure to pass ACL '(BASELINE)'",
    "from 192.0.2.137: an access list does not hold this address",
  ],
  [security("ChallengeSent", ',Challenge=""'), "1001 from 192.0.2.9: asked for credentials, which is normal"],
  [security("SuccessfulAuth", ',UsingPassword="1"'), "1001 from 192.0.2.9: credentials accepted"],
  [
    security(
      "ChallengeResponseFailed",
      ',Challenge="1795411444/82b09cfd1ec578c1",Response="80a250487eff9badd"',
    ),
    "1001 from 192.0.2.9: refused, the credentials did not fit",
    "credentials-refused",
  ],
  [
    security("InvalidAccountID"),
    "1001 from 192.0.2.9: refused, the PBX has no such user",
    "unknown-before-credentials",
  ],
  [
    security("FailedACL", ',ACLName="not_match_endpoint_acl"'),
    "1001 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    security("FailedACL", ',ACLName="registrar_attempt_without_configured_aors"'),
    "1001 from 192.0.2.9: credentials good, but the endpoint has no address of record",
    "extension-not-bindable",
  ],
  [
    "[2026-11-23 05:24:04] ERROR[19910] res_pjsip.c: Endpoint '1002': Could not create dialog to invalid URI '1002'.  Is endpoint registered and reachable?",
    "1002: call could not be delivered: no device is registered there",
    "callee-not-registered",
  ],
  [
    "[2026-11-23 05:24:04] NOTICE[19953][C-00000001] app_dial.c: Unable to create channel of type 'PJSIP' (cause 3 - No route to destination)",
    'call could not be delivered: no device is registered there ("3 - No route to destination")',
    "callee-not-registered",
  ],
  [
    "[2026-11-23 05:24:04] NOTICE[19959] core_local.c: No such extension/context 9@internal while calling Local channel",
    "call refused: the dialplan has no such extension in that context (9@internal)",
    "no-such-extension",
  ],
  [
    "  == 1001: Call (UDP:192.0.2.9:5060) to extension '900' rejected because extension not found in context 'from-telzino'.",
    "900: call refused: the dialplan has no such extension in that context (from-telzino)",
    "no-such-extension",
  ],
  ["    -- Called PJSIP/1001", "1001: call started"],
  ["    -- PJSIP/1001-00000003 is ringing", '1001: call ("is ringing")'],
  ["    -- PJSIP/1001-00000003 answered PJSIP/trunk-00000002", "1001: call (answered)"],
  [
    "  == Everyone is busy/congested at this time (1:0/0/1)",
    "call failed, the one who was called is not available (1:0/0/1)",
    "callee-unavailable",
  ],
  [
    "[2026-11-23 05:24:04] WARNING[1] res_pjsip_outbound_registration.c: No response received from 'sip:carrier.example.net' on registration attempt to 'sip:42@carrier.example.net', retrying in '60'",
    "the PBX's own registration with a provider fails, not the agent's (sip:42@carrier.example.net)",
    "provider-refused",
  ],
  [
    "2026-11-23 05:25:01,422 fail2ban.actions        [438]: NOTICE  [asterisk] Ban 192.0.2.9",
    "from 192.0.2.9: banned or blocked",
    "banned-after-refusals",
  ],
  [
    "2026-11-23 05:24:59,102 fail2ban.filter         [438]: INFO    [asterisk] Found 192.0.2.9 - 2026-11-23 05:24:58",
    "from 192.0.2.9: counted as a strike by fail2ban",
  ],
  [
    "2026-11-23 05:35:01,001 fail2ban.actions        [438]: NOTICE  [asterisk] Unban 192.0.2.9",
    "from 192.0.2.9: ban lifted",
  ],
  ["2026-11-23 05:35:01,001 fail2ban.actions        [438]: NOTICE  [sshd] Ban 192.0.2.9", ""],
];

describe("a line of Asterisk or FreePBX", () => {
  it.each(ROWS.map((row) => [row[0], row] as const))("%s", (line, row) => {
    expect(explained(line)).toEqual(expected(row));
  });

  it("that is not about SIP is unknown", () => {
    for (const line of [
      "[2026-11-23 05:24:04] VERBOSE[19859] asterisk.c: Asterisk Ready.",
      "Request for help",
    ]) {
      expect(explained(line).says, line).toBeUndefined();
    }
  });
});
