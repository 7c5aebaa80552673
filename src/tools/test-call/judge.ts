import { capital, times } from "../../base/words.js";
import type { MeasuredCall } from "../../calls/call-facts.js";
import type { Finding } from "../../diagnosis/finding.js";
import type { Verdict } from "../../diagnosis/grades.js";
import type { Preset } from "../../presets/index.js";
import { entryCount } from "../core/logged-calls.js";
import { findingsOf, type SeenFact } from "./fact.js";
import { controlOf, type Heard, heardIn, type LogSeen, ownWay, type TestCallFacts } from "./facts.js";
import { refusalWords, refusedFacts } from "./refused.js";
import { voiceFacts } from "./voice.js";

/** What is known of one way of the voice. `unknown`: nothing was seen that tells. */
export type LegState = "works" | "broken" | "unknown";

export interface Legs {
  readonly here_to_pbx: LegState;
  readonly pbx_to_here: LegState;
  readonly agent_to_pbx: LegState;
  readonly pbx_to_agent: LegState;
}

/** The outcome of the call itself. */
export const CALL_OUTCOMES = [
  "works",
  "one_way",
  "silent",
  "refused",
  "no_ring",
  "dropped",
  "unclear",
] as const;
type CallOutcome = (typeof CALL_OUTCOMES)[number];

export interface Judgement {
  readonly verdict: Verdict;
  readonly outcome: CallOutcome;
  readonly legs: Legs;
  /** The most telling first. */
  readonly findings: readonly Finding[];
  /** What was not shown, a sentence each. */
  readonly notShown: readonly string[];
}

/**
 * What a test call has shown, and no more. Only what two sides confirm is proven: the tester has heard the agent, the agent has
 * reacted or has the caller in its log, and the log has the call, so it was the agent who answered. Pure.
 */
export function judgeTestCall(facts: TestCallFacts, preset?: Preset): Judgement {
  const { call } = facts;
  const isAnswered = call?.setup.outcome === "answered";
  const heard = isAnswered && call ? heardIn(call) : undefined;
  const seen = call === undefined ? controlAlone(facts) : factsOf(facts, call);
  const legs = legsOf(facts, heard);
  const works = legs.agent_to_pbx === "works" && legs.pbx_to_agent === "works";
  const all = works && heard ? [...seen, worksFact(facts.log, heard)] : seen;
  const findings = findingsOf(all, preset);
  const verdict = verdictOf(facts, { findings, legs, heard });
  return {
    verdict,
    findings,
    legs,
    outcome: outcomeOf(facts, { findings, legs, heard }),
    notShown: notShown(facts, legs),
  };
}

function factsOf(facts: TestCallFacts, call: MeasuredCall): SeenFact[] {
  return call.setup.outcome === "answered"
    ? voiceFacts(facts, call)
    : refusedFacts(call, {
        notRegistered: facts.notRegistered,
        echoAnswered: facts.control?.setup.outcome === "answered",
      });
}

/** The agent was not called: the echo test has shown that it would be of no use. */
function controlAlone({ control, notRegistered }: TestCallFacts): SeenFact[] {
  return control === undefined ? [] : refusedFacts(control, { notRegistered, echoAnswered: false });
}

function worksFact(log: LogSeen, { replies, spoken }: Heard): SeenFact {
  const logged =
    log.kind === "found" && log.callerEntries !== undefined
      ? `the call's log has ${entryCount(log.agentEntries)} of the agent and ${log.callerEntries} of the caller`
      : undefined;
  const replied = spoken > 0 ? `something was said after ${replies} of ${spoken} questions` : undefined;
  const seen = ["the agent was heard", replied, logged].filter((each) => each !== undefined).join("; ");
  return { id: "call-works", seen, confidence: log.kind === "found" ? "high" : "medium" };
}

/** Replies to every question, and nothing said unasked: not the agent's own prompts. */
function repliesTell({ spoken, replies, unasked, continuous }: Heard): boolean {
  return spoken >= 2 && replies === spoken && !unasked && !continuous;
}

function legsOf(facts: TestCallFacts, heard: Heard | undefined): Legs {
  const { log } = facts;
  const state = controlOf(facts);
  const arrives = heard?.arrives === true;
  const callerIsHeard = heard !== undefined && (isInLog(log, "callerEntries") || repliesTell(heard));
  const isRefused = facts.call !== undefined && heard === undefined;
  const agent = heard === undefined ? "unknown" : agentLeg(heard, state);
  return {
    here_to_pbx: callerIsHeard || ownWay(facts) === "works" ? "works" : "unknown",
    pbx_to_here: state === "good" || state === "one-way" || arrives ? "works" : "unknown",
    agent_to_pbx: agent,
    pbx_to_agent: isRefused
      ? "unknown"
      : callerIsHeard
        ? "works"
        : isCutOff(facts, heard)
          ? "broken"
          : "unknown",
  };
}

function agentLeg({ arrives, loud }: Heard, control: ReturnType<typeof controlOf>): LegState {
  // Silence a PBX may make by itself.
  if (arrives) return loud ? "works" : "unknown";
  return control === "good" ? "broken" : "unknown";
}

/** The far side gave up as one does that gets no voice, and nothing speaks against it. */
function isCutOff(facts: TestCallFacts, heard: Heard | undefined): boolean {
  const { log, call } = facts;
  const { end } = call ?? {};
  if (ownWay(facts) !== "works") return false;
  if (heard === undefined || end?.by !== "there" || heard.replies > 0) return false;
  const hasNoCaller = log.kind === "found" && log.callerEntries === 0;
  return hasNoCaller && end.atMs >= 29_000 && end.atMs < 31_500;
}

function isInLog(log: LogSeen, side: "callerEntries" | "agentEntries"): boolean {
  return log.kind === "found" && (log[side] ?? 0) > 0;
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly legs: Legs;
  readonly heard: Heard | undefined;
}

function verdictOf(facts: TestCallFacts, { findings, legs, heard }: Judged): Verdict {
  const { call, control, log } = facts;
  const grave = findings.filter(({ severity }) => severity === "critical");
  const [first] = [...grave, ...findings.filter(({ severity }) => severity === "warning")];
  const both = legs.agent_to_pbx === "works" && legs.pbx_to_agent === "works";
  if (heard === undefined || call === undefined) {
    if (first !== undefined && !saysNothingOfTheAgent(first)) return problem(first);
    const setup = (call ?? control)?.setup;
    const said = setup === undefined ? "No call was placed" : capital(refusalWords(setup));
    return open(
      `${said}.`,
      first === undefined ? "A call that is answered." : `${first.title}: fix that first, then test again.`,
    );
  }
  if (grave[0] !== undefined && !saysNothingOfTheAgent(grave[0])) return problem(grave[0]);
  if (both) {
    const cut = findings.find(({ id }) => id === "call-hung-up-there");
    const text = `Voice goes both ways: the agent was heard, and ${toldBy(log, heard)}.${cut === undefined ? "" : ` But the call was ${cut.evidence}, before the test was over.`}`;
    if (log.kind === "found" && isInLog(log, "agentEntries")) return { outcome: "proven", text, missing: [] };
    return open(text, missingLog(log));
  }
  if (first !== undefined && !saysNothingOfTheAgent(first)) return problem(first);
  if (first !== undefined)
    return open(`${first.title}: ${first.evidence}.`, "A test from a place whose own leg works.");
  if (legs.agent_to_pbx === "works") {
    return open(
      `The agent was heard${heard.replies > 0 ? `, and something was said after ${times(heard.replies)} of ${heard.spoken} questions${heard.unasked ? ", and unasked as well" : ""}` : ""}.`,
      "An entry of the caller in the call's log, or a reply to each question: then the agent has heard it.",
    );
  }
  return open("What was heard does not tell.", "A call in which the agent is heard, and reacts.");
}

function missingLog(log: LogSeen): string {
  const why = {
    none: "the log has no such call so far",
    several: "the log has several calls of that time",
    unreadable: "the log could not be read",
    "not-looked": "the log was not looked at",
    found: "its entry names nothing said by the agent so far",
  }[log.kind];
  return `That it was the agent who answered: ${why}.`;
}

function toldBy(log: LogSeen, { replies, spoken }: Heard): string {
  return isInLog(log, "callerEntries")
    ? `its log has ${entryCount(log.kind === "found" ? log.callerEntries : 0)} of the caller`
    : `something was said after ${replies} of ${spoken} questions, and nothing in between`;
}

/** Findings on the tester's own side. */
function saysNothingOfTheAgent({ id }: Finding): boolean {
  return ["own-leg-broken", "own-media-refused", "tester-refused", "invite-unanswered", "no-audio"].includes(
    id,
  );
}

function outcomeOf({ call }: TestCallFacts, { legs, heard, findings }: Judged): CallOutcome {
  if (call === undefined || heard === undefined) {
    const { outcome } = call?.setup ?? {};
    if (outcome === "refused") return findings[0]?.id === "agent-does-not-ring" ? "no_ring" : "refused";
    return outcome === "unfinished" ? "no_ring" : "unclear";
  }
  if (findings.some(({ id }) => id === "ack-lost" || id === "call-hung-up-there")) return "dropped";
  if (legs.agent_to_pbx === "works" && legs.pbx_to_agent === "works") return "works";
  if (!heard.loud) return legs.pbx_to_agent === "works" ? "one_way" : "silent";
  return heard.spoken > 0 && heard.replies === 0 ? "one_way" : "unclear";
}

function notShown({ position, log, call }: TestCallFacts, legs: Legs): string[] {
  return [
    ...(position === "inside" && call !== undefined
      ? ["Whether the platform is given the same media address as this machine: it calls from outside."]
      : []),
    ...(legs.pbx_to_agent === "unknown" && call?.setup.outcome === "answered"
      ? ["Whether the agent hears the caller."]
      : []),
    ...(log.kind === "none"
      ? ["When an entry appears in the log is not documented: it may come later."]
      : []),
    ...(legs.agent_to_pbx === "works"
      ? ["Other ways to the agent (a number from outside, ring group, queue), and longer calls."]
      : []),
  ];
}

function problem({ title, evidence }: Finding): Verdict {
  return { outcome: "problem", text: `${title}: ${evidence}.`, missing: [] };
}

function open(seen: string, missing: string): Verdict {
  return { outcome: "not_proven", text: `${seen} Missing: ${missing}`, missing: [missing] };
}
