import { callEvent } from "../call-codes.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * Kamailio and OpenSIPS: what the modules registrar, auth, auth_db, pike, permissions and tls write, and the
 * lines of Kamailio's sample configuration (etc/kamailio.cfg).
 */

/** What its registrar says of a request that it does not take, apart from what it could not do itself. */
const MALFORMED =
  /^(?:invalid|empty|failed to (?:parse|pack|extract|calculate|convert)|(?:callid|received|contact) too long|Invalid q)/;
const OWN_FAULT =
  /^failed to (?:insert|update|delete|retrieve|remove|send)|^(?:could not|error unregistering)/;

function registrarEvent({ why = "" }: Groups): EventKind | undefined {
  if (MALFORMED.test(why)) return "bad-request";
  return OWN_FAULT.test(why) ? "pbx-error" : undefined;
}

/** Of the PBX's own registration: a challenge belongs to a good one. */
function registrantEvent({ status = "" }: Groups): EventKind | undefined {
  if (status === "401" || status === "407" || status === "423") return undefined;
  return status.startsWith("2") ? "provider-registered" : "provider-refused";
}

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "no result for user '",
    pattern: /^no result for user '(?<user>[^'@]{0,128})@?(?<detail>[^']{0,128})'/,
    kind: "unknown-user",
  },
  {
    marker: "too many contacts",
    pattern:
      /^too many contacts (?:\([^)]{0,40}\) )?for AOR <(?<user>[^@>]{1,128})[^>]{0,200}>(?<detail>.{0,40})/,
    kind: "contacts-full-503",
  },
  {
    marker: "PIKE - ",
    pattern: /^PIKE - BLOCKing ip (?<address>[^\s,]{1,60})/,
    kind: "flooded",
  },
  { marker: "PIKE - ", pattern: /^PIKE - UNBLOCKing/, kind: "unbanned" },
  {
    marker: "block",
    pattern:
      /^block(?:ing|ed|s)? (?<method>[A-Z]{1,16}) from (?<from>\S{1,200}) \(IP:(?<address>[^)]{1,60})\)/,
    kind: "flooded",
  },
  {
    marker: "request from blocked IP - ",
    pattern:
      /^request from blocked IP - (?<method>[A-Z]{1,16}) from (?<from>\S{1,200}) \(IP:(?<address>[^)]{1,60})\)/,
    kind: "flooded",
  },
  {
    marker: "authentication username mismatch",
    pattern: /^authentication username mismatch/,
    kind: "auth-user-mismatch",
  },
  { marker: "username mismatch with", pattern: /^username mismatch with/, kind: "auth-user-mismatch" },
  {
    marker: "redentials with realm '",
    pattern: /^redentials with realm '(?<detail>[^']{0,128})' not found/,
    kind: "challenged",
  },
  {
    marker: "no credentials with realm [",
    pattern: /^no credentials with realm \[(?<detail>[^\]]{0,128})\]/,
    kind: "challenged",
  },
  { marker: "stale nonce", pattern: /^stale nonce/, kind: "nonce-stale" },
  { marker: "nonce reused", pattern: /^nonce reused/, kind: "nonce-stale" },
  { marker: "Invalid nonce value received", pattern: /^Invalid nonce/, kind: "nonce-stale" },
  { marker: "error or bad credentials", pattern: /^error or bad/, kind: "auth-failed" },
  // At debug: the digest was computed from the user's password, and is another one.
  {
    marker: "check_response",
    pattern: /^check_response(?:\(\))?: [Aa]uthorization (?<why>failed|is OK)/,
    kind: ({ why }) => (why === "failed" ? "auth-failed" : "auth-ok"),
  },
  {
    marker: "check_response",
    pattern: /^check_response(?:\(\))?: [Oo]ur result = /,
    kind: undefined,
  },
  { marker: "HA1 string calculated: ", pattern: /^HA1 string calculated: /, kind: undefined },
  {
    marker: "credentials with given realm not found",
    pattern: /^credentials with given realm not found/,
    kind: "challenged",
  },
  {
    marker: "registrar",
    pattern: /^registrar(?: \[[\w.-]{1,30}:\d{1,5}\]: |:)\w{1,40}(?:\(\))?: (?<why>[A-Za-z].{1,79})/,
    kind: registrarEvent,
  },
  {
    marker: "uac_reg_tm_callback(): ",
    pattern:
      /^uac_reg_tm_callback\(\): .{0,160}?(?:completed with status |status:|response:|sip response )(?<status>[2-6]\d{2})\b.{0,60}?(?:\[(?:uuid: )?(?<detail>[\w.@-]{1,80})\])?/,
    kind: registrantEvent,
  },
  {
    marker: "uac_reg_tm_callback(): ",
    pattern: /^uac_reg_tm_callback\(\): authentication failed for <(?<detail>[^>]{1,80})>/,
    kind: "provider-refused",
  },
  {
    marker: "uac_reg_update(): ",
    pattern: /^uac_reg_update\(\): /,
    kind: undefined,
  },
  { marker: "failed to get passwd value", pattern: /^failed/, kind: undefined },
  { marker: "Could not convert PV to str", pattern: /^Could/, kind: undefined },
  {
    marker: "Malformed SIP request from ",
    pattern: /^Malformed SIP request from (?<address>\S{1,80})/,
    kind: "bad-request",
  },
  {
    marker: "parse_first_line",
    pattern: /^parse_first_line.{0,40}bad (?:message|request)/,
    kind: "bad-request",
  },
  { marker: "parse_msg(): ", pattern: /^parse_msg\(\): ERROR: parse_msg: message=</, kind: "bad-request" },
  { marker: "deny rule found => Register denied", pattern: /^deny/, kind: "acl-denied-before" },
  {
    marker: "' has no valid contact in usrloc",
    pattern: /^' has no valid contact in usrloc/,
    kind: "call-not-registered",
  },
  { marker: "' not found in usrloc", pattern: /^' not found in usrloc/, kind: "call-not-registered" },
  { marker: "' Not found in usrloc", pattern: /^' Not found in usrloc/, kind: "call-not-registered" },
  {
    marker: "Received command 'answer' from ",
    pattern: /^Received command 'answer' from /,
    kind: "call-media-answered",
  },
  { marker: "rtpengine timeout", pattern: /^rtpengine timeout/, kind: "call-no-media-proxy" },
  {
    marker: "Discarded invalid SRTP packet",
    pattern: /^Discarded invalid SRTP packet: authentication failed/,
    kind: "call-srtp-unreadable",
  },
  {
    marker: "SRTP output wanted, but no crypto suite was negotiated",
    pattern: /^SRTP output wanted/,
    kind: "call-srtp-mismatch",
  },
  {
    marker: "Failed to get ",
    pattern: /^Failed to get \d{1,4} consecutive ports on /,
    kind: "call-no-ports",
  },
  { marker: "Ran out of ports", pattern: /^Ran out of ports/, kind: "call-no-ports" },
  {
    marker: "proxy ",
    pattern: /^proxy [<'][^>']{3,120}[>'] does not respond, disable it/,
    kind: "call-no-media-proxy",
  },
  {
    marker: "timeout waiting reply from a RTP proxy",
    pattern: /^timeout waiting reply from a RTP proxy/,
    kind: undefined,
  },
  { marker: "o available proxies", pattern: /^o available proxies/, kind: "call-no-media-proxy" },
  // Of what request, it does not say.
  {
    marker: "TCP/TLS connection for WebSocket could not be found",
    pattern: /^TCP\/TLS connection for WebSocket could not be found/,
    kind: "call-perhaps-unsent",
  },
  {
    marker: "sending request on branch ",
    pattern: /^sending request on branch \d{1,3} failed/,
    kind: undefined,
  },
  { marker: "Message too long", pattern: /^Message too long/, kind: "call-too-large" },
  // Its own prefix of a line (log_prefix) names the request that it is about.
  {
    marker: " INVITE ",
    pattern:
      /^ INVITE [^}\s]{1,160}\}.{0,200}?(?:could not resolve hostname: |failed to resolve )"(?<detail>[^"]{1,120})"/,
    kind: "call-unresolved",
  },
  {
    marker: " INVITE ",
    pattern:
      /^ INVITE [^}\s]{1,160}\}.{0,200}?stateless error reply used: (?<detail>[^(]{1,80})\((?<status>\d{3})\//,
    kind: ({ status = "" }) => (status === "478" ? "call-unresolved" : callEvent(Number(status), "pbx")),
  },
  {
    marker: " INVITE ",
    pattern: /^ INVITE [^}\s]{1,160}\}.{0,200}?failure to add branches/,
    kind: undefined,
  },
  {
    marker: "stateless error reply used: ",
    pattern: /^stateless error reply used: (?<detail>.{1,80})/,
    kind: "pbx-error",
  },
  // OpenSIPS's tls_accept().
  {
    marker: "New TLS connection from ",
    pattern: /^New TLS connection from (?<address>\S{1,60}) failed to accept: (?<detail>.{1,80})/,
    kind: ({ detail = "" }) => (/rejected by client/.test(detail) ? "tls-distrusted" : "tls-failed"),
  },
  // Around a TLS error, which has its own line.
  { marker: "protocol level error", pattern: /^protocol level error/, kind: undefined },
  {
    marker: "tls_h_read_f(): ",
    pattern: /^tls_h_read_f\(\): (?:src|dst|source|destination) /,
    kind: undefined,
  },
  { marker: "tcp_read_req: error reading", pattern: /^tcp_read_req/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "kamailio",
  writtenBy: "Kamailio or OpenSIPS",
  rank: 40,
  patterns: PATTERNS,
};
