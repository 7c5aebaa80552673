/** Codes of echo tests that are documented, and on what. */
export const ECHO_CODES: ReadonlySet<string> = new Set([
  // FreePBX and what is built on it.
  "*43",
  // FreeSWITCH's example dialplan, and FusionPBX's.
  "9196",
  "*9196",
]);
