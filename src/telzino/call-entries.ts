import { isObject } from "../base/is-object.js";
import type { SpokenEntries } from "./types.js";
import { parseNested } from "./wire-values.js";

/** As the API documents them: who spoke, and what the platform itself wrote down (transfers, webhooks, the end). */
const SPEAKERS = new Map([
  ["agent", "agent"],
  ["user", "caller"],
] as const);
const SYSTEM = "system";

/** Of a text so much is looked at for a letter or a figure. */
const LOOKED_AT = 200;

/**
 * How many entries of a call's `transcript_json` each side has. What they say is looked at for one thing, whether it is
 * anything at all, and stays behind. Drafts (`is_partial`) count, as one, only where a side has nothing else.
 *
 * @param counted `entry_count` and `session_data.total_entries`: an empty list beside entries that were counted has been left
 *   out, and does not say that no one spoke.
 * @returns `undefined` if the log does not say.
 */
export function countEntries(
  transcript: unknown,
  counted: readonly (number | undefined)[],
): SpokenEntries | undefined {
  const list = typeof transcript === "string" ? parseNested(transcript) : transcript;
  if (!Array.isArray(list)) return undefined;
  if (list.length === 0 && counted.some((count) => count !== undefined && count > 0)) return undefined;
  const final = { agent: 0, caller: 0, unknown: 0 };
  const drafts = { agent: 0, caller: 0, unknown: 0 };
  for (const entry of list) {
    const side = isObject(entry) && saysSomething(entry.text) ? sideOf(entry.speaker) : undefined;
    if (side === undefined) continue;
    const isDraft = (entry as Record<string, unknown>).is_partial === true;
    (isDraft ? drafts : final)[side] += 1;
  }
  const count = (side: keyof SpokenEntries) => final[side] || Math.min(1, drafts[side]);
  return { agent: count("agent"), caller: count("caller"), unknown: count("unknown") };
}

/** `undefined` for the platform's own entries. */
function sideOf(speaker: unknown): keyof SpokenEntries | undefined {
  const word = typeof speaker === "string" ? speaker.slice(0, LOOKED_AT).trim().toLowerCase() : "";
  if (word === SYSTEM) return undefined;
  return SPEAKERS.get(word as "agent" | "user") ?? "unknown";
}

function saysSomething(text: unknown): boolean {
  return typeof text === "string" && /[\p{L}\p{N}]/u.test(text.slice(0, LOOKED_AT));
}
