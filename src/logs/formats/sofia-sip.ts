import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** sofia-sip, on which FreeSWITCH, drachtio and Flexisip are built: its transactions' timers (nta.c), and drachtio's own lines. */

/** Timer F ends a request without an answer, timer B an INVITE (RFC 3261, 17.1). */
const TIMEOUTS: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["REGISTER", "client-silent"],
  ["INVITE", "call-unreached"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: " fired, timeout ",
    pattern: /^ fired, timeout (?<why>[A-Z]{3,10}) \(/,
    kind: ({ why = "" }) => TIMEOUTS.get(why),
  },
  // drachtio: no application is connected that takes calls.
  {
    marker: "No connected clients found to handle incoming invite",
    pattern: /^No connected clients found to handle incoming invite/,
    kind: "call-congested",
  },
  { marker: "nta: timer ", pattern: /^nta: timer [A-K]\d? fired/, kind: undefined },
  { marker: "nta.c:", pattern: /^nta\.c:\d{1,5} /, kind: undefined },
  { marker: "tport.c:", pattern: /^tport\.c:\d{1,5} /, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "sofia-sip",
  writtenBy: "sofia-sip (FreeSWITCH, drachtio, Flexisip)",
  ownConnections: true,
  rank: 96,
  patterns: PATTERNS,
};
