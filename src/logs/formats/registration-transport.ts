import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";
import { FAILED, TRANSPORT_REASONS } from "./registration-words.js";

/** A sentence that a registration failed below SIP. Clients give that a code of SIP as well, mostly 503, which says less. */

const KINDS = TRANSPORT_REASONS.map(([words, kind]) => [new RegExp(`^(?:${words})$`, "i"), kind] as const);
const REASON = `(?<why>${TRANSPORT_REASONS.map(([words]) => words).join("|")})`;

function reason({ why = "" }: Groups): EventKind | undefined {
  return KINDS.find(([words]) => words.test(why))?.[1];
}

const PATTERNS: readonly LinePattern[] = [
  { marker: "egist", pattern: new RegExp(`^egist.{0,60}?${FAILED}.{0,100}?${REASON}`, "i"), kind: reason },
  {
    marker: "ailed to regist",
    pattern: new RegExp(`^ailed to regist.{0,100}?${REASON}`, "i"),
    kind: reason,
  },
];

export const FORMAT: LogFormat = {
  dialect: "registration-words",
  writtenBy: "a SIP client",
  ownConnections: true,
  rank: 909,
  patterns: PATTERNS,
};
