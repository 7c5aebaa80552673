import { clientEvent } from "../client-meanings.js";
import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Linphone: liblinphone and belle-sip. Texts: coreapi/proxy.c, account.cpp, belle-sip's channel.c, tls_channel. */

/** What belle-sip calls the failures that never came to an answer. */
function refresher(status: number, reason: string): EventKind | undefined {
  if (/io error/i.test(reason)) return "client-silent";
  return status < 200 ? undefined : clientEvent(status);
}

const FLAGS: readonly (readonly [RegExp, EventKind])[] = [
  [/expired/i, "tls-distrusted-expired"],
  [/CN.?mismatch|does not match/i, "tls-wrong-name"],
  [/not.?trusted|self.?signed|unknown/i, "tls-self-signed"],
];

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Register refresher [",
    pattern: /^Register refresher \[(?<status>\d{1,3})\] reason \[(?<detail>[^\]]{0,80})\]/,
    kind: ({ status = "", detail = "" }) => refresher(Number(status), detail),
  },
  {
    marker: "for identity [",
    pattern:
      /^for identity \[[^@\]]{0,60}?(?:sips?:)?(?<user>[^@:\]\s]{1,128})@[^\]]{1,128}\] moving from state \[\w{1,40}\] to \[(?:Linphone)?Registration(?<why>Ok|Failed|Cleared|Progress|None)\]/,
    // The line on the refresher says what failed.
    kind: ({ why }) => (why === "Ok" ? "registered" : why === "Cleared" ? "unregistered" : undefined),
  },
  {
    marker: "Could not resolve ",
    pattern: /^Could not resolve (?<detail>\S{1,120})/,
    kind: "client-no-name",
  },
  {
    marker: "res_ready_cb: no ",
    pattern: /^res_ready_cb: no .{1,60}/,
    kind: "client-no-name",
  },
  {
    marker: "DNS resolution failed for ",
    pattern: /^DNS resolution failed for (?<detail>\S{1,120})/,
    kind: "client-no-name",
  },
  {
    marker: "DNS resolution returned ",
    pattern: /^DNS resolution returned .{0,60}error/,
    kind: "client-no-name",
  },
  {
    marker: "Cannot reach the server: either ",
    pattern: /^Cannot reach the server: either it is an invalid address or it may be temporary down/,
    kind: "client-connection-failed",
  },
  {
    marker: "Registration impossible (network down)",
    pattern: /^Registration impossible \(network down\)/,
    kind: "client-no-route",
  },
  {
    marker: "Connection refused",
    pattern: /^Connection refused/,
    kind: "client-port-refused",
  },
  // connect() of a datagram socket to nowhere in particular: it fails where there is no route, in whatever language.
  {
    marker: "belle_sip_get_src_addr_for: ",
    pattern: /^belle_sip_get_src_addr_for: (?:bctbx_)?connect\(\) failed: (?<detail>.{1,120})/,
    kind: "client-no-route",
  },
  // What failed there is in the lines around it.
  { marker: "Cannot connect to [", pattern: /^Cannot connect to \[/, kind: undefined },
  {
    marker: "cannot connect to [",
    pattern: /^cannot connect to \[(?<detail>[^\]]{1,100})\]/i,
    kind: "client-port-refused",
  },
  {
    // As older versions spell it, too.
    marker: "SSL han",
    pattern: /^SSL han(?:d)?shake failed(?<why> : X509 - Certificate verification failed)?.{0,160}/,
    kind: ({ why }) => (why === undefined ? "tls-failed" : "tls-distrusted"),
  },
  {
    marker: "ertificate depth=[",
    pattern: /^ertificate depth=\[\d{1,2}\], flags=\[(?<detail>[^\]]{0,160})\]/,
    kind: ({ detail = "" }) => FLAGS.find(([flag]) => flag.test(detail))?.[1],
  },
  // belle-sip, when the same credentials are refused again and again.
  {
    marker: "Authentication is failing constantly",
    pattern: /^Authentication is failing constantly/,
    kind: "client-refused",
  },
  // An algorithm in small letters, or one that it does not have.
  {
    marker: "Algorithm [",
    pattern: /^Algorithm \[(?<detail>[\w-]{1,20})\] is not correct/,
    kind: "client-no-digest",
  },
  {
    marker: "HttpDigest authentication fails",
    pattern: /^HttpDigest authentication fails/,
    kind: undefined,
  },
  {
    marker: "was not ACK'd within T1*64 seconds",
    pattern: /^was not ACK'd within T1\*64 seconds/,
    kind: "call-ack-lost",
  },
  {
    marker: "Incompatible media capabilities",
    pattern: /^Incompatible media capabilities/,
    kind: "call-media-refused",
  },
  {
    marker: "Missing mandatory header [",
    pattern: /^Missing mandatory header \[(?<detail>[\w-]{2,40})\] for message \[ACK\]/,
    kind: "call-ack-malformed",
  },
  { marker: "[belle-sip]", pattern: /^\[belle-sip\] MESSAGE/, kind: undefined },
  { marker: "/belle-sip] ", pattern: /^\/belle-sip\] MESSAGE/, kind: undefined },
  { marker: "liblinphone] MESSAGE ", pattern: /^liblinphone\] MESSAGE/, kind: undefined },
  { marker: "Linphone core [", pattern: /^Linphone core \[\S{1,20}\] notified/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "linphone",
  writtenBy: "Linphone",
  ownConnections: true,
  rank: 90,
  patterns: PATTERNS,
};
