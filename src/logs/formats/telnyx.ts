import { callEvent } from "../call-codes.js";
import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Telnyx' webhooks and call detail records (call.hangup): the answer's code, where there was one. */

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "sip_hangup_cause",
    pattern: /^sip_hangup_cause\\?"?\s?[:=]\s?\\?"?(?<detail>[1-6]\d{2})\b/,
    kind: ({ detail = "" }) => callEvent(Number(detail), "device"),
  },
  { marker: "sip_hangup_cause", pattern: /^sip_hangup_cause/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "telnyx",
  writtenBy: "Telnyx",
  patterns: PATTERNS,
};
