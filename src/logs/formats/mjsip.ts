import { clientEvent } from "../client-meanings.js";
import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";
import { failed } from "./baresip.js";

/** mjSIP, and what is built on it: it writes failures as baresip does. */

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Registration of ",
    pattern:
      /^Registration of '?<?(?:sips?:)?(?<user>[^@\s>]{1,128})@[^>\s]{1,128}>?'? failed: (?:(?<status>\d{3}) )?(?<detail>.{1,120})/,
    kind: failed,
  },
  {
    marker: "Registration of ",
    pattern:
      /^Registration of '?<?(?:sips?:)?(?<user>[^@\s>]{1,128})@[^>\s]{1,128}>?'? (?:succeeded|successful|success)/,
    kind: "registered",
  },
  {
    marker: "Updated registration ",
    pattern: /^Updated registration (?<user>[^\s:]{1,128}): (?<status>\d{3}) (?<detail>.{1,60})/,
    kind: ({ status = "" }) => (status === "200" ? "registered" : clientEvent(Number(status))),
  },
  { marker: "Waiting ", pattern: /^Waiting \d{1,6}s for next registration/, kind: undefined },
  {
    marker: "Unsupported protocol ",
    pattern: /^Unsupported protocol \w{1,10}, message discarded/,
    kind: "client-drops-answers",
  },
];

export const FORMAT: LogFormat = {
  dialect: "mjsip",
  writtenBy: "mjSIP",
  ownConnections: true,
  rank: 101,
  patterns: PATTERNS,
};
