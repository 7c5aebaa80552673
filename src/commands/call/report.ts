import { findingLines } from "../../tools/core/finding-lines.js";
import type { TestCallFacts } from "../../tools/test-call/facts.js";
import type { Judgement } from "../../tools/test-call/judge.js";
import { type LadderLine, ladderOf } from "../../tools/test-call/ladder.js";
import { inSections, MARKS, titled } from "../verdicts.js";

/** How a test call is printed. Pure; the text has still to be redacted. */

const COLOURS = { full: 32, silent: 33, broken: 31, "not observable": 90 } as const;
const LEGS = {
  here_to_pbx: "here to PBX",
  pbx_to_here: "PBX to here",
  agent_to_pbx: "agent to PBX",
  pbx_to_agent: "PBX to agent",
} as const;

export function asText(facts: TestCallFacts, judged: Judgement, isColoured: boolean): string {
  const { verdict, findings, legs, notShown } = judged;
  const sections = [
    [`${MARKS[verdict.outcome]}  ${verdict.text}`],
    ladderOf(facts, legs).map((line) => painted(line, isColoured)),
    titled(
      "Ways of the voice",
      (Object.keys(LEGS) as (keyof typeof LEGS)[]).map((leg) => `${LEGS[leg].padEnd(14)}${legs[leg]}`),
    ),
    titled("Findings", findingLines(findings.map(({ seenFrom: _, ...finding }) => finding))),
    titled("Agent's log", [logWords(facts)]),
    titled("Not shown", [...notShown]),
  ];
  return inSections(sections);
}

/** The same facts for a program. */
export function asJson({ position, log }: TestCallFacts, judged: Judgement): Record<string, unknown> {
  const { verdict, outcome, legs, findings, notShown } = judged;
  return { verdict, call: outcome, position, legs, log, findings, notShown };
}

function painted({ text, band }: LadderLine, isColoured: boolean): string {
  return isColoured && band !== undefined ? `\u001b[${COLOURS[band]}m${text}\u001b[0m` : text;
}

function logWords({ log }: TestCallFacts): string {
  if (log.kind !== "found") return LOG_WORDS[log.kind];
  return log.agentEntries === undefined
    ? "the call is in it, but it does not say who spoke"
    : `the call is in it: ${log.agentEntries} entries of the agent, ${log.callerEntries ?? 0} of the caller`;
}

const LOG_WORDS = {
  none: "no call of that time and caller so far",
  several: "several calls of that time and caller: it is unclear which one this was",
  unreadable: "could not be read",
  "not-looked": "not looked at, since there was no call to find",
} as const;
