import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import type { CallView } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { partyWords } from "./parties.js";

/** Calls that are ended because no voice comes. */

const OF_MEDIA =
  /(?:rtp|media|audio)[\s_-]{0,2}(?:inactivity[\s_-]{0,2})?time-?\s?out|no (?:rtp|media|audio)\b/i;

export function silentEnd({ answer, bye, parties, callee }: CallView): CallFact | undefined {
  const end = bye?.request;
  if (end === undefined || bye === undefined) return undefined;
  const reason = end.message.headers.get("Reason") ?? "";
  const who = partyWords(bye.byCaller ? parties.caller : parties.callee);
  const common = { id: "no-audio", line: end.line, users: [callee], hint: { nat: true } } as const;
  if (OF_MEDIA.test(reason)) {
    return { ...common, seen: `${who} hangs up with Reason: ${shown(reason, 100)}`, confidence: "high" };
  }
  if (answer === undefined) return undefined;
  const lasted = secondsBetween(answer.ok.at, end.at);
  // What waits for the first packet mostly waits for 30 s; a call may end then by itself as well.
  if (lasted === undefined || lasted < 29.6 || lasted > 30.9 || bye.byCaller || parties.callee.kind === "pbx")
    return undefined;
  return {
    ...common,
    seen: `${who}, which answered, hangs up ${lasted.toFixed(1)} s after that`,
    confidence: "low",
    severity: "info",
    cause:
      "Voice agents hang up after 30 s without a single packet of voice. It may be by chance: then the voice of such calls is well.",
  };
}
