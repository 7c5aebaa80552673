import { clientEvent } from "../client-meanings.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** The causes with which JsSIP, dart-sip-ua and what is built on them end calls and registrations (JsSIP's Constants.causes). */

const CAUSES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["RTP Timeout", "call-media-timeout"],
  ["No ACK", "call-ack-lost"],
  ["Incompatible SDP", "call-media-refused"],
  ["Missing SDP", "call-media-refused"],
  ["Bad Media Description", "call-media-refused"],
  ["Busy", "call-busy"],
  ["Rejected", "call-declined"],
  ["Redirected", "call-forwarded"],
  ["Unavailable", "call-unavailable"],
  ["Not Found", "call-no-route"],
  ["Address Incomplete", "call-no-route"],
  ["No Answer", "call-not-answered"],
  ["Canceled", "call-cancelled"],
  ["Request Timeout", "call-unreached"],
  ["Authentication Error", "call-auth-failed"],
  ["Terminated", "call-ended"],
  ["User Denied Media Access", "call-microphone-denied"],
]);

function causeEvent({ why = "" }: Groups): EventKind | undefined {
  return CAUSES.get(why);
}

/** The same causes of a registration; JsSIP calls 408, 410 and 480 "Unavailable". */
const OF_REGISTRATION: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["Authentication Error", "client-refused"],
  ["Rejected", "client-forbidden"],
  ["Not Found", "client-unknown"],
  ["Redirected", "client-redirected"],
  ["Request Timeout", "client-silent"],
  ["Connection Error", "client-port-refused"],
]);

const PATTERNS: readonly LinePattern[] = [
  // SIP.js and JsSIP, of a 200 that they throw away.
  {
    marker: "No Contact header pointing to us",
    pattern: /^No Contact header pointing to us, (?:dropping|ignoring) response/i,
    kind: "client-not-listed",
  },
  {
    marker: "no Contact header ",
    pattern: /^no Contact header (?:pointing to us|in response to REGISTER), response ignored/,
    kind: "client-not-listed",
  },
  // dart-sip-ua, with the code before it.
  {
    marker: "egistrationFailed => Code: [",
    pattern: /^egistrationFailed => Code: \[(?<status>\d{3})\]/,
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
  {
    marker: "egistrationFailed",
    pattern:
      /^egistrationFailed.{0,120}?ause"?\s?:\s?["']?(?<why>[A-Z][A-Za-z]{1,14}(?: [A-Z][A-Za-z]{1,12}){0,2})\b/,
    kind: ({ why = "" }) => OF_REGISTRATION.get(why),
  },
  {
    marker: "disconnected => Code: [",
    pattern: /^disconnected => Code: \[\d{1,4}\], Cause: Connection Error/,
    kind: "client-websocket-failed",
  },
  // dart-sip-ua, with the code before it.
  {
    marker: ", Cause: ",
    pattern: /^, Cause: (?<why>[A-Z][A-Za-z]{1,12}(?: [A-Z][A-Za-z]{1,12}){0,3})\b/,
    kind: causeEvent,
  },
  {
    marker: "ause",
    pattern: /^ause"?\s?:\s?["'](?<why>[A-Z][A-Za-z]{1,12}(?: [A-Z][A-Za-z]{1,12}){0,3})["']/,
    kind: causeEvent,
  },
  // As its debug output has it.
  {
    marker: 'emit "failed" [cause:',
    pattern: /^emit "failed" \[cause:(?<why>[A-Z][A-Za-z]{1,12}(?: [A-Z][A-Za-z]{1,12}){0,3})\]/,
    kind: causeEvent,
  },
  // RFC 3261 17.1.1.2: an INVITE got no answer at all.
  {
    marker: "Timer B expired for ",
    pattern: /^Timer B expired for /,
    kind: "call-unreached",
  },
];

export const FORMAT: LogFormat = {
  dialect: "jssip",
  writtenBy: "JsSIP or a library like it",
  rank: 903,
  patterns: PATTERNS,
};
