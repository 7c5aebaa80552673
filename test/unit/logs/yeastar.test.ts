import { describe, expect, it } from "vitest";
import { expected, explained, type LogRow, readLog } from "../../support/log-lines.js";

/**
 * Yeastar. Documented by the vendor: the report 30007 (developer guide) and the names of security events (security
 * guide). Its PBXs run Asterisk (the vendor's troubleshooting guides work on the Asterisk console), so that the rest are
 * Asterisk's lines as such a PBX has them; of lower confidence, since no log of a Yeastar PBX was seen.
 */
const PBX = "[2026-01-05 10:26:12] NOTICE[2187] res_pjsip/pjsip_distributor.c: ";
const OLD = "[2019-01-05 10:26:12] NOTICE[2187] chan_sip.c: ";
const report = (extension: string, kind: string, status: string, ip: string) =>
  JSON.stringify({
    type: 30007,
    sn: "3631A2124XXX",
    msg: JSON.stringify({ extension, kind, status, registered_ip: ip }),
  });
const request = (user: string, why: string) =>
  `${PBX}Request 'REGISTER' from '"${user}" <sip:${user}@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 8f2@192.0.2.9) - ${why}`;
const registration = (user: string, why: string) =>
  `${OLD}Registration from '"${user}" <sip:${user}@pbx.example.com>' failed for '192.0.2.9:5060' - ${why}`;

const ROWS: readonly LogRow[] = [
  [report("2010", "Sip", "Registered", "192.0.2.45"), "2010 from 192.0.2.45: registered"],
  [
    report("2010", "Sip", "Unregistered", "192.0.2.45"),
    "2010 from 192.0.2.45: registration taken away by the device itself",
  ],
  [report("1001", "SIP", "Registered", "198.51.100.3"), "1001 from 198.51.100.3: registered"],
  [report("2010", "Mobile", "Registered", "192.0.2.45"), ""],
  [report("2008", "Web", "Unregistered", "192.0.2.45"), ""],
  [report("2008", "Desktop", "Registered", "192.0.2.45"), ""],
  [
    '{"extension":"1001","kind":"Sip","status":"Registered","registered_ip":"192.0.2.9"}',
    "1001 from 192.0.2.9: registered",
  ],
  [
    '{"extension": "1001", "kind": "Sip", "status": "Unregistered"}',
    "1001: registration taken away by the device itself",
  ],
  ["2026-01-05 10:26:12 Extension Registration Blocked Out", "banned or blocked", "banned-after-refusals"],
  ["Event: Extension Registration Blocked Out, Level: Alert", "banned or blocked", "banned-after-refusals"],
  [
    "2026-01-05 10:26:12 SIP Trunk Registration Failed",
    "the PBX's own registration with a provider fails, not the agent's",
    "provider-refused",
  ],
  [
    "2026-01-05 10:27:12 SIP Trunk Re-registered",
    "the PBX's own registration with a provider, not the agent's",
  ],
  [
    request("1001", "No matching endpoint found"),
    "1001 from 192.0.2.9: refused, the PBX has no such user",
    "unknown-before-credentials",
  ],
  [
    request("1001", "Failed to authenticate"),
    "1001 from 192.0.2.9: refused, the credentials did not fit",
    "credentials-refused",
  ],
  [
    request("1001", "Not match Endpoint ACL"),
    "1001 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    request("1001", "Not match Endpoint Contact ACL"),
    "1001 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    request("1001", "Error to authenticate"),
    "1001 from 192.0.2.9: the PBX failed at the request",
    "server-error",
  ],
  [
    registration("1001", "Wrong password"),
    "1001 from 192.0.2.9: refused, wrong password",
    "credentials-refused",
  ],
  [
    registration("1001", "No matching peer found"),
    "1001 from 192.0.2.9: refused, the PBX has no such user in that domain",
    "unknown-after-credentials",
  ],
  [
    registration("1001", "Device does not match ACL"),
    "1001 from 192.0.2.9: refused, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    registration("1001", "Username/auth name mismatch"),
    "1001 from 192.0.2.9: refused, the digest user is not the one of this extension",
    "credentials-refused",
  ],
  [
    registration("1001", "Not a local domain"),
    "1001 from 192.0.2.9: refused, the PBX does not serve this domain",
    "unknown-before-credentials",
  ],
  [
    "[2026-01-05 10:26:12] WARNING[2187] res_pjsip_registrar.c: Registration attempt from endpoint '1001' (192.0.2.9:5060) to AOR '1001' will exceed max contacts of 1",
    "1001 from 192.0.2.9: credentials good, but all places of the extension are taken",
    "extension-not-bindable",
  ],
  [
    "    -- Added contact 'sip:1001@192.0.2.9:5060' to AOR '1001' with expiration of 120 seconds",
    '1001 from 192.0.2.9: registered ("120 seconds")',
  ],
  [
    "    -- Removed contact 'sip:1001@192.0.2.9:5060' from AOR '1001' due to request",
    "1001 from 192.0.2.9: registration taken away by the device itself",
  ],
  [
    "    -- Removed contact 'sip:1001@192.0.2.9:5060' from AOR '1001' due to expiration",
    "1001 from 192.0.2.9: registration ran out, it was not refreshed in time",
    "extension-not-registered",
  ],
  ["    -- Registered SIP '1001' at 192.0.2.9:5060", "1001 from 192.0.2.9: registered"],
  ["    -- Unregistered SIP '1001'", "1001: registration taken away by the device itself"],
  ["  == Endpoint 1001 is now Reachable", "1001: answers the PBX's OPTIONS"],
  [
    "  == Endpoint 1001 is now Unreachable",
    "1001: does not answer the PBX, which will not ring it",
    "contact-unreachable",
  ],
  ["    -- Called PJSIP/1001", "1001: call started"],
];

describe("a line of a Yeastar PBX", () => {
  it.each(ROWS.map((row) => [row[0], row] as const))("%s", (line, row) => {
    expect(explained(line)).toEqual(expected(row));
  });

  it("that is the report of its API gives the system away", () => {
    expect(readLog(report("1001", "Sip", "Registered", "192.0.2.9")).presetId).toBe("yeastar-p-series");
  });
});
