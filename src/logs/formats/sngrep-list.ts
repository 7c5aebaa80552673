import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** sngrep's list of calls: a row a dialog, with its state at the end. */

const STATES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["BUSY", "call-busy"],
  ["CANCELLED", "call-cancelled"],
  ["REJECTED", "call-unavailable"],
  ["DIVERTED", "call-forwarded"],
  ["COMPLETED", "call-ended"],
  ["IN CALL", "call-progress"],
  ["CALL SETUP", "call-started"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "INVITE ",
    pattern:
      /^INVITE {1,40}\S{1,100} {1,60}(?<user>[^@\s]{1,64})@\S{1,100} {1,40}\d{1,6} {1,40}\S{3,60} {1,40}(?<address>\S{3,60}) {1,40}(?<why>CALL SETUP|IN CALL|CANCELLED|REJECTED|BUSY|DIVERTED|COMPLETED)\s{0,20}$/,
    kind: ({ why = "" }) => STATES.get(why),
  },
  {
    marker: "REGISTER ",
    pattern: /^REGISTER {1,40}\S{1,100} {1,60}\S{1,100} {1,40}\d{1,6} {1,40}\S{3,60} {1,40}\S{3,60}\s{0,20}$/,
    kind: undefined,
  },
];

export const FORMAT: LogFormat = {
  dialect: "sngrep",
  writtenBy: "sngrep",
  patterns: PATTERNS,
};
