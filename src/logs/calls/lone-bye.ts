import { shown } from "../hide-secrets.js";
import type { CallView } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { partyWords } from "./parties.js";

/** A BYE whose call's beginning is not in the paste: people copy the end, and its Reason shows why. */

const REASONS: readonly (readonly [
  words: RegExp,
  fact: Pick<CallFact, "id" | "confidence" | "cause" | "hint">,
])[] = [
  [
    /ack[\s_-]{0,2}time|no[\s_-]ack\b|ack not/i,
    { id: "ack-lost", confidence: "medium", hint: { nat: true } },
  ],
  [/session.{0,12}(?:timer|timeout|time-out|expir)/i, { id: "session-refresh-failed", confidence: "medium" }],
  [
    /(?:rtp|media|audio)[\s_-]{0,2}(?:inactivity[\s_-]{0,2})?time-?\s?out|no (?:rtp|media|audio)\b/i,
    { id: "no-audio", confidence: "medium", hint: { nat: true } },
  ],
  [
    /Q\.850\s{0,2};\s{0,2}cause\s{0,2}=\s{0,2}102\b|RECOVERY_ON_TIMER/i,
    {
      id: "ack-lost",
      confidence: "medium",
      cause:
        "A timer ran out in the call. One of these: (1) some 32 s after the answer: its ACK has not arrived (Contact of the answer, NAT); (2) later: a change within the call, as session timers make it, was not answered.",
      hint: { nat: true },
    },
  ],
];

export function loneBye({ answer, begin, bye, parties, callee }: CallView): CallFact | undefined {
  const end = bye?.request;
  if (answer !== undefined || begin?.request !== undefined || end === undefined || bye === undefined)
    return undefined;
  const reason = end.message.headers.all("Reason").join(", ");
  const fact = REASONS.find(([words]) => words.test(reason.slice(0, 300)))?.[1];
  if (fact === undefined) return undefined;
  const who = partyWords(bye.byCaller ? parties.caller : parties.callee, "one side");
  return {
    ...fact,
    line: end.line,
    users: [callee],
    seen: `${who} hangs up with Reason: ${shown(reason, 100)}; the beginning of the call is not in the paste`,
  };
}
