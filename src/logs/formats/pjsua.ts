import { callEvent } from "../call-codes.js";
import { clientEvent } from "../client-meanings.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** pjsua, MicroSIP and whatever else is built on pjproject. Texts: pjsua_acc.c, sip_transport_tls.c, sip_auth_client.c, errno.c. */

function failed({ status = "", detail = "" }: Groups): EventKind | undefined {
  return reasonOf(detail) ?? clientEvent(Number(status));
}

/** pjproject gives a failure below SIP a code as well (503, 408): the words tell it. */
const REASONS: readonly (readonly [RegExp, EventKind])[] = [
  [/connection refused|ECONNREFUSED/i, "client-port-refused"],
  [/(?:network|host) is unreachable|no route to host/i, "client-no-route"],
  [/gethostbyname|resolv|PJ_ERESOLVE|DNS|NXDOMAIN|No answer record/i, "client-no-name"],
  [
    /PJSIP_EAUTHNOCHAL|PJSIP_EINVALIDALGORITHM|no suitable credential|PJSIP_ENOCREDENTIAL/i,
    "client-no-digest",
  ],
  [/ECERTVERIF|certificate verification/i, "tls-distrusted"],
  [/wrong version number/i, "client-not-tls"],
  [/no shared cipher|unsupported protocol|version too low|alert protocol version/i, "tls-no-common-terms"],
  [/SSL error|PJLIB_SSL_ERR|handshake/i, "tls-failed"],
  [/timed? ?out/i, "client-silent"],
  [/(?:wrong|bad|invalid|incorrect) (?:user|password|credential|auth|login)/i, "client-refused"],
];

/** What is known below SIP. */
export function reasonOf(words: string): EventKind | undefined {
  return REASONS.find(([reason]) => reason.test(words))?.[1];
}

const CERTIFICATE: readonly (readonly [RegExp, EventKind])[] = [
  [/identity does not match/i, "tls-wrong-name"],
  [/expired/i, "tls-distrusted-expired"],
  [/self.signed|untrusted|issuer|unknown CA|not found|chain/i, "tls-self-signed"],
];

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "TLS cert verification result of ",
    pattern: /^TLS cert verification result of (?<address>\S{1,80}) ?: (?<detail>.{1,160})/,
    kind: ({ detail = "" }) => CERTIFICATE.find(([reason]) => reason.test(detail))?.[1],
  },
  {
    marker: "SIP registration failed, status=",
    pattern: /^SIP registration failed, status=(?<status>\d{3}) \((?<detail>.{0,160})\)/,
    kind: failed,
  },
  {
    marker: "SIP registration error: ",
    pattern: /^SIP registration error: (?<detail>.{1,160}) \[status=\d{1,7}\]/,
    kind: ({ detail = "" }) => reasonOf(detail),
  },
  {
    marker: "registration success, status=200",
    pattern: /^registration success, status=200 \(.{0,60}?\), will re-register in (?<detail>\d{1,9} seconds)/,
    kind: "registered",
  },
  { marker: ": unregistration success", pattern: /^: unregistration success/, kind: "unregistered" },
  { marker: "unregistration success", pattern: /^unregistration success/, kind: "unregistered" },
  {
    marker: "SIP TLS transport is disconnected from ",
    pattern: /^SIP TLS transport is disconnected from \S{1,80}: SSL certificate verification error/,
    kind: undefined,
  },
  { marker: "TLS cipher used: ", pattern: /^TLS cipher used/, kind: undefined },
  {
    marker: "connect() error: ",
    pattern: /^connect\(\) error: \[code=\d{1,7}\] peer: \S{1,60}: SSL certificate verification error/,
    kind: undefined,
  },
  {
    marker: "connect() error: ",
    pattern: /^connect\(\) error: (?:\[code=\d{1,7}\] peer: (?<address>\S{1,60}): )?(?<detail>.{1,160})/,
    kind: ({ detail = "" }) => reasonOf(detail),
  },
  {
    marker: "Failed to send Request msg REGISTER",
    pattern:
      /^Failed to send Request msg REGISTER\/cseq=\d{1,10} \([^)]{1,40}\)! err=\d{1,7} \((?<detail>.{1,160})\)/,
    kind: ({ detail = "" }) => (/certificate verification/i.test(detail) ? undefined : reasonOf(detail)),
  },
  {
    marker: "Unable to resolve ",
    pattern: /^Unable to resolve (?<detail>\S{1,120})/,
    kind: "client-no-name",
  },
  {
    marker: "Failed to resolve ",
    pattern: /^Failed to resolve (?<detail>\S{1,120})/,
    kind: "client-no-name",
  },
  {
    marker: "Unsupported digest algorithm",
    pattern: /^Unsupported digest algorithm/,
    kind: "client-no-digest",
  },
  {
    marker: "Unable to set auth for ",
    pattern: /^Unable to set auth for .{1,60}: can not find credential for (?<detail>.{1,80})/,
    kind: "client-no-digest",
  },
  {
    marker: "Request msg REGISTER/cseq=",
    pattern:
      /^Request msg REGISTER\/cseq=\d{1,10} \([^)]{1,40}\) from (?<address>\S{1,80}) was dropped\/unhandled/,
    kind: "client-no-registrar",
  },
  {
    marker: "was dropped/unhandled by any modules",
    pattern: /^was dropped\/unhandled by any modules/,
    kind: undefined,
  },
  {
    marker: "is DISCONNECTED [reason",
    pattern: /^is DISCONNECTED \[reason[ =]{1,3}(?<detail>\d{3} ?\([^)]{0,60}\))/,
    kind: ({ detail = "" }) => callEvent(Number(detail.slice(0, 3)), "pbx"),
  },
  // sip_timer.c; Asterisk passes it on.
  {
    marker: "No session refresh received after ",
    pattern: /^No session refresh received after (?<detail>\d{1,9}s)/,
    kind: "call-session-expired",
  },
  { marker: "Registration sent", pattern: /^Registration sent/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "pjsua",
  writtenBy: "pjsua or MicroSIP",
  ownConnections: true,
  rank: 80,
  patterns: PATTERNS,
};
