import { describe, expect, it } from "vitest";
import { expected, explained, type LogRow } from "../../support/log-lines.js";

/**
 * Kamailio and OpenSIPS. Lines as Kamailio 5.6 wrote them for this project, its modules' format strings, its sample
 * configuration, and logs in public reports (kamailio issues 2104, 2597, 3765). OpenSIPS was not run: its lines are put
 * together from its format strings.
 */
const KAMAILIO = " 2(20122) ";
const SYSLOG = "Jan  6 15:13:55 proxy /usr/sbin/kamailio[32425]: ";
const OPENSIPS = "Jan 25 14:26:15 proxy /usr/sbin/opensips[27666]: ";

const ROWS: readonly LogRow[] = [
  [
    `${SYSLOG}DEBUG: auth_db [auth_mod.c:164]: fetch_credentials(): no result for user '1001@pbx.example.com' in [subscriber]`,
    "1001: refused, the PBX has no such user",
    "unknown-before-credentials",
  ],
  [
    `${KAMAILIO}DEBUG: auth_db [authorize.c:120]: get_ha1(): no result for user 'nobody@pbx.example.com'`,
    "nobody: refused, the PBX has no such user",
    "unknown-before-credentials",
  ],
  [
    `${OPENSIPS}DBG:auth_db:get_ha1: no result for user '1001@pbx.example.com'`,
    "1001: refused, the PBX has no such user",
    "unknown-before-credentials",
  ],
  [
    `${SYSLOG}INFO: registrar [save.c:418]: test_max_contacts(): too many contacts for AOR <1001> (n:2 max:1)`,
    "1001: credentials good, but all places of the extension are taken (503)",
    "rejected-after-credentials",
  ],
  [
    `${SYSLOG}INFO: registrar [save.c:418]: test_max_contacts(): too many contacts (n:2 max:1) for AOR <1001@pbx.example.com>`,
    "1001: credentials good, but all places of the extension are taken (503)",
    "rejected-after-credentials",
  ],
  [
    `${OPENSIPS}INFO:registrar:insert_contacts: too many contacts for AOR <1001@pbx.example.com>, max=1`,
    "1001: credentials good, but all places of the extension are taken (503)",
    "rejected-after-credentials",
  ],
  [
    `${SYSLOG}NOTICE: pike [pike_funcs.c:153]: pike_check_ipaddr(): PIKE - BLOCKing ip 192.0.2.10, node=0x7f5e3e622348`,
    "from 192.0.2.10: blocked for a while, too many requests in a short time",
    "banned-after-refusals",
  ],
  [
    `${OPENSIPS}WARNING:pike:mark_node: PIKE - BLOCKing ip 192.0.2.10, node=0x7f5e`,
    "from 192.0.2.10: blocked for a while, too many requests in a short time",
    "banned-after-refusals",
  ],
  [
    `${SYSLOG}NOTICE: pike [timer.c:122]: swap_routine(): PIKE - UNBLOCKing node 0x7f5e3e622348`,
    "ban lifted",
  ],
  [
    `${SYSLOG}ALERT: <script>: ALERT: pike blocking REGISTER from sip:1001@pbx.example.com (IP:192.0.2.10:5060)`,
    "1001 from 192.0.2.10: blocked for a while, too many requests in a short time",
    "banned-after-refusals",
  ],
  [
    `${SYSLOG}ALERT: <script>: ALERT: blocking REGISTER from sip:1001@pbx.example.com (IP:192.0.2.10:5060)`,
    "1001 from 192.0.2.10: blocked for a while, too many requests in a short time",
    "banned-after-refusals",
  ],
  [
    `${SYSLOG}DEBUG: <script>: request from blocked IP - REGISTER from sip:1001@pbx.example.com (IP:192.0.2.10:5060)`,
    "1001 from 192.0.2.10: blocked for a while, too many requests in a short time",
    "banned-after-refusals",
  ],
  [
    `${SYSLOG}DEBUG: auth_db [auth_mod.c:412]: auth_check(): authentication username mismatch with from/to username`,
    "refused, the digest user is not the one of this extension",
    "credentials-refused",
  ],
  [
    `${SYSLOG}DEBUG: auth_db [auth_mod.c:420]: auth_check(): from username mismatch with to username`,
    "refused, the digest user is not the one of this extension",
    "credentials-refused",
  ],
  [
    `${SYSLOG}DEBUG: auth [api.c:95]: pre_auth(): Credentials with realm 'pbx.example.com' not found`,
    "asked for credentials, which is normal",
  ],
  [
    `${SYSLOG}DEBUG: auth [auth_mod.c:900]: w_has_credentials(): no credentials with realm [pbx.example.com]`,
    "asked for credentials, which is normal",
  ],
  [
    `${SYSLOG}DEBUG: auth [api.c:210]: auth_check_hdr_md5(): stale nonce`,
    "asked again, the nonce was too old or used before",
    "nonce-stale-once",
  ],
  [
    `${SYSLOG}DEBUG: auth [auth_mod.c:300]: pv_authenticate(): nonce reused`,
    "asked again, the nonce was too old or used before",
    "nonce-stale-once",
  ],
  [
    `${SYSLOG}DEBUG: auth [nonce.c:400]: check_nonce(): Invalid nonce value received (ret 2)`,
    "asked again, the nonce was too old or used before",
    "nonce-stale-once",
  ],
  [
    `${SYSLOG}DEBUG: auth [auth_mod.c:680]: pv_www_authenticate(): error or bad credentials`,
    "refused, the credentials did not fit",
    "credentials-refused",
  ],
  [`${KAMAILIO}ERROR: auth [auth_mod.c:655]: pv_www_authenticate(): failed to get passwd value`, ""],
  [`${KAMAILIO}ERROR: <core> [core/sr_module.c:1693]: get_str_fparam(): Could not convert PV to str`, ""],
  [
    `${SYSLOG}WARNING: <script>: Malformed SIP request from 192.0.2.10:5060`,
    "from 192.0.2.10: refused, the request is malformed to the PBX",
    "bad-request",
  ],
  [
    `${SYSLOG}ERROR: <core> [core/parser/parse_fline.c:271]: parse_first_line(): parse_first_line: bad message (offset: 0)`,
    "refused, the request is malformed to the PBX",
    "bad-request",
  ],
  [
    `${SYSLOG}DEBUG: permissions [permissions.c:500]: check_register(): deny rule found => Register denied`,
    "refused before any credentials, this source address is not allowed",
    "forbidden-before-credentials",
  ],
  [
    `${SYSLOG}DEBUG: registrar [lookup.c:600]: lookup_helper(): '1001@pbx.example.com' has no valid contact in usrloc`,
    "call could not be delivered: no device is registered there",
    "callee-not-registered",
  ],
  [
    `${SYSLOG}DEBUG: registrar [lookup.c:400]: lookup_helper(): '1001@pbx.example.com' Not found in usrloc`,
    "call could not be delivered: no device is registered there",
    "callee-not-registered",
  ],
  [
    `${KAMAILIO}ERROR: sl [sl_funcs.c:418]: sl_reply_error(): stateless error reply used: I'm terribly sorry, server error occurred (1/SL)`,
    'the PBX failed at the request ("I\'m terribly sorry, server error occurred (1/SL)")',
    "server-error",
  ],
  [
    "11(20131) ERROR: tls [tls_util.h:50]: tls_err_ret(): TLS accept:error:0A00010B:SSL routines::wrong version number (sni: unknown)",
    "what came to the TLS port was not TLS",
    "tls-on-plain-port",
  ],
  [
    `${SYSLOG}ERROR: tls [tls_util.h:42]: tls_err_ret(): TLS accept:error:1408F10B:SSL routines:ssl3_get_record:wrong version number`,
    "what came to the TLS port was not TLS",
    "tls-on-plain-port",
  ],
  [
    `${SYSLOG}ERROR: tls [tls_util.h:49]: tls_err_ret(): TLS accept:error:0A0000C1:SSL routines::no shared cipher (sni: unknown)`,
    "TLS failed, no version or cipher in common",
    "tls-handshake-failed",
  ],
  [
    `${SYSLOG}ERROR: tls [tls_util.h:42]: tls_err_ret(): TLS accept:error:14209102:SSL routines:tls_early_post_process_client_hello:unsupported protocol`,
    "TLS failed, no version or cipher in common",
    "tls-handshake-failed",
  ],
  [
    "Oct 18 13:04:35 proxy /usr/local/sbin/kamailio[5675]: ERROR: tls [tls_util.h:42]: tls_err_ret(): TLS accept:error:14094416:SSL routines:ssl3_read_bytes:sslv3 alert certificate unknown",
    "the client did not trust the PBX's certificate",
    "certificate-chain",
  ],
  [
    `${SYSLOG}ERROR: tls [tls_util.h:42]: tls_err_ret(): TLS accept:error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca`,
    "the client did not trust the PBX's certificate",
    "certificate-chain",
  ],
  [
    `${SYSLOG}ERROR: tls [tls_util.h:42]: tls_err_ret(): TLS accept:error:14094415:SSL routines:ssl3_read_bytes:sslv3 alert certificate expired`,
    "the client found the PBX's certificate expired",
    "certificate-expired",
  ],
  [
    `${SYSLOG}ERROR: tls [tls_util.h:42]: tls_err_ret(): TLS accept:error:1417C0C7:SSL routines:tls_process_client_certificate:peer did not return a certificate`,
    "TLS failed, the PBX wants a certificate of the client",
    "tls-client-certificate",
  ],
  [`${KAMAILIO}ERROR: tls [tls_server.c:1330]: tls_h_read_f(): protocol level error`, ""],
  [`${KAMAILIO}ERROR: tls [tls_server.c:1334]: tls_h_read_f(): src addr: 192.0.2.10:48100`, ""],
  [
    `${SYSLOG}ERROR: <core> [core/tcp_read.c:1505]: tcp_read_req(): ERROR: tcp_read_req: error reading - c: 0x7f54c3613588 r: 0x7f54c3613608 (-1)`,
    "",
  ],
];

describe("a line of Kamailio or OpenSIPS", () => {
  it.each(ROWS.map((row) => [row[0], row] as const))("%s", (line, row) => {
    expect(explained(line)).toEqual(expected(row));
  });
});
