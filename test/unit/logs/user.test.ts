import { describe, expect, it } from "vitest";
import { readLog } from "../../support/log-lines.js";

/** Neither a number nor a hash. */
const PASSWORD = "zqXwVbTr";

const LINES = [
  `[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '"A" <sip:1001:${PASSWORD}@192.0.2.10>' failed for '198.51.100.7:5060' (callid: a) - No matching endpoint found`,
  `[2026-11-23 05:24:04] SECURITY[1] res_security_log.c: SecurityEvent="InvalidPassword",EventTV="x",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="1001:${PASSWORD}",SessionID="c",LocalAddress="IPV4/UDP/192.0.2.10/5060",RemoteAddress="IPV4/UDP/198.51.100.7/5060"`,
  `2026-11-23 05:24:04.1 [WARNING] sofia_reg.c:2752 Can't find user [1001:${PASSWORD}@pbx.example.com] from 198.51.100.7`,
  `2026-11-23 05:24:04.1 [WARNING] sofia_reg.c:2752 Can't find user [1001:a@${PASSWORD}@pbx.example.com] from 198.51.100.7`,
  `Nov 23 05:24:04 sbc kamailio[1]: INFO: auth_db [authorize.c:1]: get_ha1(): no result for user '1001:${PASSWORD}@pbx.example.com'`,
  `Nov 23 05:24:04 sbc kamailio[1]: ERROR: registrar [save.c:1]: too many contacts for AOR <1001:${PASSWORD}@pbx.example.com>`,
];

describe("a user", () => {
  it.each(LINES)("is shown without the password that stands behind it: %s", (line) => {
    const report = readLog(line);
    expect(report.findings[0]?.users).toEqual(["1001"]);
    expect(report.events[0]?.text).toMatch(/^1001[ :]/);
    expect(JSON.stringify(report)).not.toContain(PASSWORD);
  });

  it("is the same with a password and without", () => {
    const [line = ""] = LINES;
    expect(readLog(`${line}\n${line.replace(`:${PASSWORD}`, "")}`).users).toEqual([]);
  });
});
