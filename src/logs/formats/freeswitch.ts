import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** FreeSWITCH and FusionPBX. Texts: mod_sofia/sofia_reg.c and sofia.c, switch_ivr_originate.c. */

const PATTERNS: readonly LinePattern[] = [
  // At its provider, of a registration or a call.
  {
    marker: "Cannot locate any authentication credentials",
    pattern:
      /^Cannot locate any authentication credentials to complete .{0,40}realm '"?(?<detail>[^'"]{1,120})/,
    kind: "call-no-credentials",
  },
  {
    marker: '"sofia::gateway_state"',
    pattern:
      /^"sofia::gateway_state".{0,60}?"Gateway":"(?<detail>[^"]{1,80})","State":"(?:FAIL_WAIT|FAILED|TIMEOUT|EXPIRED)"/,
    kind: "provider-refused",
  },
  {
    marker: "SIP auth failure (REGISTER) due to ",
    pattern:
      /^SIP auth failure \(REGISTER\) due to reaching max allowed registrations\.\s{1,3}Count: (?<detail>\d{1,6})/,
    kind: "contacts-full-403",
  },
  {
    marker: "SIP auth failure (REGISTER) due to ",
    pattern: /^SIP auth failure \(REGISTER\) due to user-agent-filter/,
    kind: "user-agent-refused",
  },
  {
    marker: "SIP auth ",
    pattern:
      /^SIP auth (?<why>challenge|failure) \((?<method>[A-Z]{1,16})\) on sofia profile '?[^'\s]{1,80}'? for \[(?<user>[^\]@]{0,128})@?(?<detail>[^\]]{0,128})\] from ip (?<address>\S{1,60})/,
    kind: ({ why }) => (why === "failure" ? "auth-failed-403" : "challenged"),
  },
  {
    marker: "an't find user [",
    pattern:
      /^an't find user \[(?<user>[^\]@]{0,128})@?(?<detail>[^\]]{0,128})\](?: from (?:ip )?(?<address>\S{1,60}))?/,
    kind: "unknown-user-403",
  },
  { marker: "You must define a domain called '", pattern: /^You must define/, kind: undefined },
  { marker: "and you must configure your device to use the proper domain", pattern: /^and/, kind: undefined },
  {
    marker: "IP ",
    pattern: /^IP (?<address>\S{1,60}) Rejected by register acl "(?<detail>[^"]{0,80})"/,
    kind: "acl-denied-before",
  },
  {
    marker: "IP ",
    pattern:
      /^IP (?<address>\S{1,60}) Rejected by user acl \[?(?<detail>[^\s\]]{1,80})\]?(?<why> checking proxy)?/,
    kind: ({ why }) => (why === undefined ? "acl-denied" : undefined),
  },
  {
    marker: "IP ",
    pattern: /^IP \S{1,60} Rejected by acl "[^"]{0,80}"\. Falling back to Digest auth/,
    kind: undefined,
  },
  {
    marker: "IP ",
    pattern: /^IP (?<address>\S{1,60}) Rejected by acl "(?<detail>[^"]{0,80})"/,
    kind: "call-from-unknown",
  },
  {
    marker: "Can not do authorization without a complete header in REGISTER request from ",
    pattern:
      /^Can not do authorization without a complete header in REGISTER request from (?<address>\S{1,60})/,
    kind: "bad-request",
  },
  { marker: "Invalid Authorization header!", pattern: /^Invalid/, kind: "bad-request" },
  {
    marker: "SIP username ",
    pattern: /^SIP username (?<user>\S{1,128}) does not match auth username/,
    kind: "auth-user-mismatch",
  },
  {
    marker: "SIP auth hash algorithm explicitly not allowed",
    pattern: /^SIP auth hash algorithm explicitly not allowed\. \[(?<detail>[\w-]{1,30})\]/,
    kind: "digest-not-allowed",
  },
  {
    marker: "Empty password denied for user ",
    pattern: /^Empty password denied for user (?<user>[^@\s]{1,128})@(?<detail>\S{1,128})/,
    kind: "password-missing",
  },
  {
    marker: "Timeout Registering ",
    pattern: /^Timeout Registering (?<detail>\S{1,80})/,
    kind: "provider-refused",
  },
  // Rows of `sofia status`.
  {
    marker: "gateway",
    pattern:
      /^gateway\s{1,60}(?<detail>sips?:\S{1,80})\s{1,60}(?<why>FAIL_WAIT|FAILED|UNREGED|UNREGISTER|TIMEOUT|EXPIRED|DOWN|REGED|NOREG|TRYING|REGISTER|STANDBY)\b/,
    kind: ({ why = "" }) => (/^(?:FAIL|TIMEOUT|EXPIRED|DOWN)/.test(why) ? "provider-refused" : "provider"),
  },
  {
    marker: "profile",
    pattern: /^profile\s{1,40}sips?:mod_sofia@\S{1,80}\s{1,8}(?:RUNNING|DOWN)\b/,
    kind: undefined,
  },
  // What its console says where mod_sofia is not loaded.
  { marker: "sofia", pattern: /^sofia\b[^:]{0,80} Command not found!/, kind: "sip-not-loaded" },
  {
    marker: "Error Loading module ",
    pattern: /^Error Loading module \S{0,160}\bmod_sofia\.(?:so|dll)/,
    kind: "sip-not-loaded",
  },
  { marker: "Cant register a pointer", pattern: /^Cant register a pointer/, kind: "cannot-register" },
  { marker: "NO CONTACT!", pattern: /^NO CONTACT!/, kind: "wants-contact" },
  { marker: "Received an invalid packet!", pattern: /^Received/, kind: "bad-request" },
  // What a profile with debug on prints when it has taken a registration.
  { marker: "From:    [", pattern: /^From: {4}\[(?<user>[^\]@]{1,128})@?[^\]]{0,128}\]/, kind: "registered" },
  { marker: "Contact: [", pattern: /^Contact: \[/, kind: undefined },
  { marker: "Expires: [", pattern: /^Expires: \[\d{1,9}\]/, kind: undefined },
  { marker: " Register:", pattern: /^ Register:\s*$/, kind: undefined },
  { marker: "Requesting Registration from: [", pattern: /^Requesting/, kind: undefined },
  {
    marker: "Send ",
    pattern: /^Send (?<why>forbidden|challenge) for \[(?<user>[^\]@]{0,128})@?[^\]]{0,128}\]/,
    kind: undefined,
  },
  {
    marker: "Expire ",
    pattern: /^Expire (?:registration|sip user) '(?<user>[^'@]{1,128})@?[^']{0,128}' due to options failure/,
    kind: "unreachable",
  },
  {
    marker: "Ping to sip user '",
    pattern:
      /^Ping to sip user '(?<user>[^'@]{1,128})@?[^']{0,128}' (?:failed )?with code (?<detail>\d{3})[^,]{0,60}, (?:count \S{1,12}, )?state (?<why>\w{1,20})/,
    kind: ({ why }) => (/^(?:REACHABLE|UP)$/i.test(why ?? "") ? "reachable" : "unreachable"),
  },
  { marker: "Ping failed ", pattern: /^Ping failed (?<detail>\S{1,60})/, kind: "provider" },
  {
    marker: "Failed Registration",
    pattern: /^Failed Registration (?:\[(?<detail>\d{1,4})\]|with status (?<why>.{1,80}))/,
    kind: "provider-refused",
  },
  {
    marker: "sofia_reg.c:",
    pattern: /^sofia_reg\.c:\d{1,5} Registering (?<detail>\S{1,80})\s*$/,
    kind: "provider",
  },
  {
    marker: "sofia_reg.c:",
    pattern: /^sofia_reg\.c:\d{1,5} Timeout Registering (?<detail>\S{1,80})/,
    kind: "provider-refused",
  },
  {
    marker: "receiving invite from ",
    pattern: /^receiving invite from (?<address>\S{1,60})/,
    kind: undefined,
  },
];

export const FORMAT: LogFormat = {
  dialect: "freeswitch",
  writtenBy: "FreeSWITCH",
  rank: 30,
  patterns: PATTERNS,
};
