import { LONGEST_CALL_MS } from "../../calls/measured-call.js";
import type { ScriptStep } from "../../calls/script.js";

/** How long a test call may be, whatever is asked for. Milliseconds. */

/** An answer is waited for so long. */
export const ANSWER_MS = 30_000;
/** A client usually abandons a tool call after a minute. */
const CLIENT_MS = 56_000;
/** The most and the least time for which the log is read. */
const LOG_MS = { most: 20_000, least: 4_000 } as const;

const GREETING_MS = 8_000;
const SENTENCE_MS = 2_500;
const REPLY_MS = 5_000;

/**
 * Listens for a greeting, says something, listens for a reply; keeps silent for as long, to learn what an agent says unasked;
 * says it once more; stays as long as the limit allows.
 *
 * @param pace shortens all of it, for tests.
 */
export function scriptOf(holdSeconds: number, pace = 1): ScriptStep[] {
  const say: ScriptStep = { do: "speak", ms: SENTENCE_MS * pace };
  const listen: ScriptStep = { do: "listen", mostMs: REPLY_MS * pace };
  const steps: ScriptStep[] = [
    { do: "listen", mostMs: GREETING_MS * pace },
    say,
    listen,
    listen,
    say,
    listen,
  ];
  return holdSeconds === 0 ? steps : [...steps, { do: "wait", ms: holdSeconds * 1_000 * pace }];
}

/** The longest that the call with that script may be. */
export function longestCall(holdSeconds: number): number {
  const most = GREETING_MS + 2 * SENTENCE_MS + 3 * REPLY_MS + holdSeconds * 1_000;
  return Math.min(LONGEST_CALL_MS, most + 1_000);
}

/** What is left for the log of the time that a client has. */
export function logBudget(elapsedMs: number): number {
  return Math.max(LOG_MS.least, Math.min(LOG_MS.most, CLIENT_MS - elapsedMs));
}
