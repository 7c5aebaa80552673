import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Flexisip, Linphone's proxy: its Authentication module. */

const PATTERNS: readonly LinePattern[] = [
  // The quotes hold whatever was compared: it is not read.
  {
    marker: "auth_method_digest: password '",
    pattern: /^auth_method_digest: password '[^']{0,200}' did not match/,
    kind: "wrong-password",
  },
  { marker: "flexisip-debug-", pattern: /^flexisip-debug-/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "flexisip",
  writtenBy: "Flexisip",
  rank: 95,
  patterns: PATTERNS,
};
