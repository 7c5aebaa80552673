import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Rows of Asterisk's tables: `pjsip show contacts`, `endpoints`, `registrations`, `sip show peers` and `sip show registry`. */

const PATTERNS: readonly LinePattern[] = [
  // Web pages leave one blank of many.
  {
    marker: "Contact: ",
    pattern:
      /^Contact: {1,6}(?<user>[^/\s]{1,64})\/(?:sips?:[^@\s]{0,80}@)?(?<address>[^;\s]{1,80})\S{0,200} {1,40}[0-9a-f]{6,16} {1,10}(?<why>Avail|Unavail|NonQual|Unknown|Created)/,
    kind: ({ why }) => (why === "Unavail" ? "unreachable" : "registered"),
  },
  {
    marker: "Endpoint: ",
    pattern: /^Endpoint: {1,6}(?<user>[^/\s]{1,64})(?:\/\S{0,64})? {1,60}Unavailable {1,12}\d{1,5} of /,
    kind: "not-registered",
  },
  {
    marker: "Endpoint: ",
    pattern: /^Endpoint: {1,6}\S{1,128} {1,60}[A-Z][\w ]{1,20} {1,12}\d{1,5} of /,
    kind: undefined,
  },
  {
    marker: "Unable to find object ",
    pattern: /^Unable to find object (?<user>[^\s.]{1,64})\./,
    kind: "unknown-user",
  },
  {
    marker: "/sip",
    pattern: /^\/sips?:\S{1,120} {1,60}\S{1,60} {1,40}(?<why>Registered|Rejected|Unregistered|Stopped)\b/,
    kind: ({ why }) => (why === "Registered" ? "provider" : "provider-refused"),
  },
  {
    marker: "",
    pattern:
      /^(?<user>[\w.-]{1,40})(?:\/\S{0,40})? {1,60}(?<address>[\d.]{7,15}|\(Unspecified\)) {1,60}D {1,6}[ \w()-]{0,60}?(?<port>\d{1,5}) {1,12}(?<why>OK \(|UNREACHABLE|LAGGED|UNKNOWN|Unmonitored)/,
    kind: ({ why, address }) => {
      if (address === "(Unspecified)" || why === "UNKNOWN") return "not-registered";
      return why === "UNREACHABLE" || why === "LAGGED" ? "unreachable" : "registered";
    },
  },
  {
    marker: "",
    pattern:
      /^(?<detail>[\w.-]{1,80}:\d{1,5}) {1,40}[YN] {1,20}\S{1,60} {1,20}\d{1,6} (?<why>Registered|Request Sent|Rejected|No Authentication|Auth\. Sent|Timeout|Unregistered|Failed)\b/,
    kind: ({ why }) => (why === "Registered" ? "provider" : "provider-refused"),
  },
  { marker: "Objects found: ", pattern: /^Objects found: \d{1,6}/, kind: undefined },
  {
    marker: " sip peers [",
    pattern: /^ sip peers \[Monitored: /,
    kind: undefined,
  },
  { marker: "Name/username", pattern: /^Name\/username {1,40}Host/, kind: undefined },
  { marker: "<Aor/ContactUri", pattern: /^<Aor\/ContactUri/, kind: undefined },
  { marker: "<Endpoint/CID", pattern: /^<Endpoint\/CID/, kind: undefined },
  { marker: "I/OAuth: ", pattern: /^I\/OAuth: {1,6}<AuthId/, kind: undefined },
  { marker: "<Registration/ServerURI", pattern: /^<Registration\/ServerURI/, kind: undefined },
  { marker: "=====", pattern: /^={5,200}\s*$/, kind: undefined },
  { marker: "Aor: ", pattern: /^Aor: {1,6}\S{1,64} {1,60}\d{1,4}\s*$/, kind: undefined },
  { marker: "InAuth: ", pattern: /^InAuth: {1,6}\S{1,128}\s*$/, kind: undefined },
  {
    marker: "Transport: ",
    pattern: /^Transport: {1,6}\S{1,64} {1,60}(?:udp|tcp|tls|wss?|<Type>)\b/,
    kind: undefined,
  },
  { marker: "Aor: ", pattern: /^Aor: {1,6}<Aor/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "asterisk",
  writtenBy: "Asterisk",
  rank: 900,
  patterns: PATTERNS,
};
