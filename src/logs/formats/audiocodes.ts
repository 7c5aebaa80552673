import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** AudioCodes' gateways and SBCs: the reason for a release in their syslog and call records. */

const RELEASES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["NORMAL_CALL_DROP", "call-ended"],
  ["DESTINATION_UNREACHABLE", "call-unreached"],
  ["DESTINATION_BUSY", "call-busy"],
  ["NOANSWER", "call-not-answered"],
  ["REMOTE_CANCEL_CALL", "call-cancelled"],
  ["UNMATCHED_CAPABILITIES", "call-codec-mismatch"],
  ["UNMATCHED_CREDENTIALS", "call-auth-failed"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "RELEASE_BECAUSE_",
    pattern: /^RELEASE_BECAUSE_(?<detail>[A-Z_]{4,60})\b/,
    kind: ({ detail = "" }) => RELEASES.get(detail),
  },
];

export const FORMAT: LogFormat = {
  dialect: "audiocodes",
  writtenBy: "AudioCodes",
  patterns: PATTERNS,
};
