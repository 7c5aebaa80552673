import { callEvent } from "../call-codes.js";
import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * LiveKit SIP, as it writes on a console or as JSON (pkg/sip/inbound.go, outbound.go); issues 105, 227, 318, 402, 484, 520 and 611 of
 * livekit/sip show the lines. It takes calls, and registers nowhere.
 */

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Rejecting inbound flood",
    pattern: /^Rejecting inbound flood/,
    kind: "agent-number-unknown",
  },
  // The same as a call's end says it; what it is about is among the fields of JSON, which may each have a line.
  { marker: '"reason"', pattern: /^"reason":\s?"flood"/, kind: "agent-number-unknown" },
  {
    marker: "No trunk found",
    pattern: /^No trunk found/,
    kind: "agent-number-unknown",
  },
  {
    marker: "o SIP trunk matched",
    pattern: /^o SIP trunk matched/,
    kind: "agent-number-unknown",
  },
  {
    marker: "doesn't match any Trunks",
    pattern: /^doesn't match any Trunks/i,
    kind: "agent-number-unknown",
  },
  {
    marker: "doesn't match any ",
    pattern: /^doesn't match any (?:Dispatch )?Rules/i,
    kind: "agent-number-unknown",
  },
  {
    marker: "Rejecting inbound, ",
    pattern: /^Rejecting inbound, (?<detail>.{1,80})/,
    kind: ({ detail = "" }) => (/auth/i.test(detail) ? "agent-not-authorized" : "agent-number-unknown"),
  },
  {
    marker: "not authorized by trunk configuration",
    pattern: /^not authorized by trunk configuration/,
    kind: "agent-not-authorized",
  },
  {
    marker: "Rejecting unauthorized inbound call",
    pattern: /^Rejecting unauthorized inbound call/i,
    kind: "agent-not-authorized",
  },
  {
    marker: "unexpected status from INVITE response: ",
    pattern: /^unexpected status from INVITE response: (?:sip status: )?(?<detail>\d{3}[^"\\]{0,60})/,
    kind: ({ detail = "" }) => callEvent(Number(detail.slice(0, 3)), "pbx"),
  },
  // Versions of 2024 write it like this.
  {
    marker: "Unexpected StatusCode from INVITE response ",
    pattern: /^Unexpected StatusCode from INVITE response (?<detail>\d{3})\b/,
    kind: ({ detail = "" }) => callEvent(Number(detail), "pbx"),
  },
  {
    marker: "max auth retry attempts reached",
    pattern: /^max auth retry attempts reached/,
    kind: "call-auth-failed",
  },
  // Newer ones and the API's clients write it like this; the name of the code may be in brackets.
  {
    marker: "INVITE failed: sip status: ",
    pattern: /^INVITE failed: sip status: (?<detail>\d{3}[^"\\,]{0,60})/,
    kind: ({ detail = "" }) => callEvent(Number(detail.slice(0, 3)), "pbx"),
  },
  // The outcome of a transfer; the lines before it are about the same.
  {
    marker: "call transfer failed: ",
    pattern: /^call transfer failed: (?:sip status: )?(?<detail>\d{3}[^"\\,)]{0,60})/,
    kind: "call-transfer-refused",
  },
  { marker: "call failed to transfer", pattern: /^call failed to transfer/, kind: "call-transfer-refused" },
  { marker: "call transferred", pattern: /^call transferred/, kind: undefined },
  // In a sentence the same words say nothing of this log.
  { marker: '"media-timeout', pattern: /^"media-timeout\\?"/, kind: "call-media-timeout" },
  { marker: "=media-timeout", pattern: /^=media-timeout\b/, kind: "call-media-timeout" },
  // Its timer is set and stopped in every call.
  {
    marker: "media timeout ",
    pattern: /^media timeout (?:disabled|enabled|loop stopped|stats|is idle)/,
    kind: undefined,
  },
  {
    marker: "triggering media timeout",
    pattern: /^triggering media timeout(?=["\s\\]{0,4}(?:$|[{,"]))/,
    kind: "call-media-timeout",
  },
  {
    marker: '"error"',
    pattern: /^"error":\s?"[^"]{0,160}media timeout"/,
    kind: "call-media-timeout",
  },
  {
    marker: "Media timeout after missing ACK",
    pattern: /^Media timeout after missing ACK/,
    kind: "call-ack-lost",
  },
  {
    marker: "o common audio codec",
    pattern: /^o common audio codec/,
    kind: "call-codec-mismatch",
  },
  {
    marker: "cannot agree on encryption",
    pattern: /^cannot agree on encryption/i,
    kind: "call-srtp-mismatch",
  },
  // Without a session description: what is logged of the INVITE tells that.
  { marker: "sdp: invalid syntax ``", pattern: /^sdp: invalid syntax ``/, kind: undefined },
  { marker: "Cannot start media", pattern: /^Cannot start media/, kind: "call-media-refused" },
  { marker: "no ACK received", pattern: /^no ACK received/i, kind: "call-ack-lost" },
  { marker: "processing invite", pattern: /^processing invite/, kind: "call-started" },
  { marker: "Accepting the call", pattern: /^Accepting the call/, kind: "call-progress" },
  // The answer that ended it, if it is in the same line.
  {
    marker: "Closing ",
    pattern: /^Closing (?:in|out)bound call.{0,800}?"status":\s?(?<detail>[4-6]\d{2})\b(?<why>.{0,200})/,
    kind: ({ detail = "", why = "" }) =>
      /"flood"|no-?(?:trunk|rule)/.test(why) ? "agent-number-unknown" : callEvent(Number(detail), "pbx"),
  },
  { marker: "Closing inbound call", pattern: /^Closing inbound call/, kind: "call-ended" },
  { marker: "Closing outbound call", pattern: /^Closing outbound call/, kind: "call-ended" },
  { marker: "listening for media on UDP", pattern: /^listening for media on UDP/, kind: undefined },
  { marker: "Server transaction ", pattern: /^Server transaction (?:terminat|destroy)/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "livekit",
  writtenBy: "LiveKit SIP",
  rank: 110,
  patterns: PATTERNS,
};
