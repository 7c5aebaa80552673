import { present } from "../../base/present.js";
import { callEvent } from "../call-codes.js";
import { clientEvent } from "../client-meanings.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** baresip: src/reg.c, src/ua.c, and re's sip/. Also mjSIP, whose lines on a registration say the same. */

const REASONS: readonly (readonly [RegExp, EventKind])[] = [
  [/timed out|time-?out|no response/i, "client-silent"],
  [/refused|reset by peer|connection abort/i, "client-port-refused"],
  [/unreachable|no route/i, "client-no-route"],
  [/no such (?:host|device)|not known|destination address required|resolve|DNS/i, "client-no-name"],
  [/authentication|permission denied/i, "client-refused"],
  // EPROTO, which re gives a TLS handshake that fails.
  [/^protocol error/i, "tls-failed"],
];

/** A code where there was an answer, words where there was none. */
export function failed({ status, detail = "" }: Groups): EventKind | undefined {
  if (status !== undefined) return clientEvent(Number(status));
  return REASONS.find(([reason]) => reason.test(detail))?.[1];
}

/** OpenSSL's words, which re prints before the failure that they lead to. */
const CERTIFICATE: readonly (readonly [RegExp, EventKind])[] = [
  [/expired|not yet valid/i, "tls-distrusted-expired"],
  [/hostname mismatch|address mismatch/i, "tls-wrong-name"],
  [/issuer|self[- ]signed|verify the first|untrusted/i, "tls-self-signed"],
];

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "tls: verify_handler: error_string = ",
    pattern: /^tls: verify_handler: error_string = (?<detail>.{1,120})/,
    kind: ({ detail = "" }) => CERTIFICATE.find(([words]) => words.test(detail))?.[1] ?? "tls-distrusted",
  },
  {
    marker: "tls: verify_handler: ",
    pattern: /^tls: verify_handler: (?:err|depth) {1,12}= \d/,
    kind: undefined,
  },
  {
    marker: "ua event (REGISTER_FAIL) ",
    pattern: /^ua event \(REGISTER_FAIL\) (?:(?<status>[3-6]\d{2}) )?(?<detail>.{0,120})/,
    kind: failed,
  },
  {
    marker: "reg: ",
    pattern:
      /^reg: (?:sips?:)?(?<user>[^@\s]{1,128})@\S{1,128}(?: \(prio \d{1,3}\))?: (?:(?<status>\d{3}) (?<detail>.{0,120})|(?:Register: |unable to register: )?(?<words>.{1,120}))/,
    kind: ({ words, ...groups }) => failed({ ...groups, ...present({ detail: words }) }),
  },
  {
    marker: ": {",
    pattern: /^: \{\d{1,3}\/(?:UDP|TCP|TLS|WSS?)\/v[46]\} 200 OK/,
    kind: "registered",
  },
  {
    marker: "ua: SIP register failed: ",
    pattern: /^ua: SIP register failed: (?<detail>.{1,120})/,
    kind: failed,
  },
  // ctrl_tcp's and mqtt's events.
  {
    marker: '"REGISTER_FAIL"',
    pattern:
      /^"REGISTER_FAIL"(?:.{0,200}?"accountaor":"(?:sips?:)?(?<user>[^@"]{1,128})@)?.{0,200}?"param":"(?:(?<status>[3-6]\d{2}) )?(?<detail>[^"]{0,100})/,
    kind: failed,
  },
  {
    marker: '"REGISTER_OK"',
    pattern: /^"REGISTER_OK"(?:.{0,200}?"accountaor":"(?:sips?:)?(?<user>[^@"]{1,128})@)?/,
    kind: "registered",
  },
  {
    marker: "session closed: ",
    pattern:
      /^session closed: (?<detail>Connection (?:timed out|refused)|No route to host|Network unreachable)/,
    kind: "call-unreached",
  },
  {
    marker: "session closed: ",
    pattern: /^session closed: (?<detail>\d{3} .{0,60})/,
    kind: ({ detail = "" }) => callEvent(Number(detail.slice(0, 3)), "pbx"),
  },
  {
    marker: "UA not found: ",
    pattern: /^UA not found: (?<user>[^\s]{1,64})/,
    kind: "call-number-unknown",
  },
  {
    marker: "useragent registered successfully!",
    pattern: /^useragent registered successfully!/,
    kind: "registered",
  },
  {
    marker: "useragents registered successfully!",
    pattern: /^useragents registered successfully!/,
    kind: "registered",
  },
];

export const FORMAT: LogFormat = {
  dialect: "baresip",
  writtenBy: "baresip",
  ownConnections: true,
  rank: 100,
  patterns: PATTERNS,
};
