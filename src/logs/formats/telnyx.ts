import { callEvent } from "../call-codes.js";
import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Telnyx' webhooks and call detail records (call.hangup): the answer's code, where there was one. */

/** CallHangupPayload of its API: the reason in words. */
const CAUSES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["call_rejected", "call-declined"],
  ["user_busy", "call-busy"],
  ["not_found", "call-number-unknown"],
  ["originator_cancel", "call-cancelled"],
  ["timeout", "call-not-answered"],
  ["normal_clearing", "call-ended"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "sip_hangup_cause",
    pattern: /^sip_hangup_cause\\?"?\s?[:=]\s?\\?"?(?<detail>[1-6]\d{2})\b/,
    kind: ({ detail = "" }) => callEvent(Number(detail), "device"),
  },
  { marker: "sip_hangup_cause", pattern: /^sip_hangup_cause/, kind: undefined },
  // In words, where there was no answer or none is named.
  {
    marker: "hangup_cause",
    pattern: /^hangup_cause\\?"?\s?[:=]\s?\\?"?(?<detail>[a-z_]{5,30})\b/,
    kind: ({ detail = "" }) => CAUSES.get(detail) ?? false,
  },
];

export const FORMAT: LogFormat = {
  dialect: "telnyx",
  writtenBy: "Telnyx",
  patterns: PATTERNS,
};
