import { capital } from "../../base/words.js";
import type { Verdict } from "../../diagnosis/grades.js";
import type { SpokenEntries } from "../../telzino/types.js";
import type { LoggedCall } from "../core/logged-calls.js";
import { entryCount } from "../core/logged-calls.js";
import { type CallFinding, type CallFindingId, WORDS } from "./findings.js";

/** What the person says they heard. */
export const HEARD = ["both", "only_agent", "nothing", "dropped", "not_answered"] as const;
export type Heard = (typeof HEARD)[number];

export interface CallEvidence {
  readonly heard: Heard | undefined;
  readonly call: LoggedCall | undefined;
  /** The call is over, as far as the log shows. */
  readonly ended: boolean;
  /** Another new call could be theirs as well. */
  readonly ambiguous: boolean;
  /** The log was read at the last look, and a new entry would have been seen. */
  readonly logIsSure: boolean;
  /** Since the watch began, seconds. */
  readonly watchedSeconds: number;
  /** Other settings are stored than when the watch began. */
  readonly changed: boolean;
  /** The platform says that the agent is not registered. */
  readonly notRegistered: boolean;
}

export interface CallJudgement {
  readonly verdict: Verdict;
  readonly findings: readonly CallFinding[];
}

/** After so long an entry of a call that is over should be there; how long it takes is not documented. Seconds. */
const LATE_S = 60;
/** In a shorter call no one had time to speak. Seconds. */
const SHORT_S = 5;

/**
 * What a test call has shown. Only what both sides confirm is proven: the log has entries of agent and caller, and the person
 * heard both. Pure.
 */
export function judgeCall(evidence: CallEvidence): CallJudgement {
  const { call, ambiguous } = evidence;
  if (call === undefined) return judgeNoCall(evidence);
  if (ambiguous) {
    return open(
      "Several new calls are in the log, and it is unclear which one is the user's.",
      "One call by itself: its number as from, or another call when no one else is calling.",
    );
  }
  return judgeThisCall(evidence, call);
}

function judgeNoCall({ heard, logIsSure, watchedSeconds, notRegistered }: CallEvidence): CallJudgement {
  const seen = `the agent's log has no new call ${watchedSeconds} s after the watch began`;
  if (notRegistered) return problem([found("line-not-registered", "critical", "the platform's status")]);
  if (!logIsSure)
    return open("It is unclear whether the call is in the log.", "A call log that can be read to its end.");
  switch (heard) {
    case "not_answered":
      return problem([found("call-not-arrived", "critical", `the user was not answered, and ${seen}`)]);
    case undefined:
      return open(
        `No call seen: ${seen}.`,
        "Whether the user has rung the extension. If so, the call is not yet in the log, or did not reach the agent.",
      );
    default:
      if (watchedSeconds < LATE_S) {
        return open(
          `Not yet in the log: ${seen}.`,
          "The call's entry, which may come some time after its end.",
        );
      }
      return heard === "nothing"
        ? problem([
            found("call-not-arrived", "critical", `the user heard nothing, and ${seen}`),
            elsewhere(seen),
          ])
        : open(
            `The user was answered, but ${seen}.`,
            "The call's entry in the agent's log: it tells that it was the agent who answered.",
            [elsewhere(seen)],
          );
  }
}

function elsewhere(seen: string): CallFinding {
  return found("answered-elsewhere", "warning", `the user was answered, and ${seen}`);
}

function judgeThisCall(evidence: CallEvidence, call: LoggedCall): CallJudgement {
  const { heard, ended } = evidence;
  const { entries } = call;
  const ends = ended ? endFindings(heard, call) : [];
  if (heard === undefined) return judgeUnheard(call, ended, ends);
  const log = entryWords(entries);
  const says = `${heardWords(heard)}; ${log}`;
  switch (heard) {
    case "both":
      return judgeBoth(evidence, call, { says, ends });
    case "dropped":
      return problem(
        ends.length > 0 ? ends : [found("call-dropped", "critical", `${says}; ${lengthWords(call)}`)],
      );
    case "not_answered":
      return problem([found("answer-not-seen", "critical", `${says}; ${lengthWords(call)}`), ...ends]);
    case "only_agent":
      return problem([
        entries !== undefined && entries.caller > 0
          ? found("agent-does-not-react", "warning", says)
          : found("platform-hears-nothing", entries === undefined ? "warning" : "critical", says),
        ...ends,
      ]);
    case "nothing":
      return problem([...silenceFindings(entries, says), ...ends]);
  }
}

function judgeBoth(
  { changed }: CallEvidence,
  { entries, overSip }: LoggedCall,
  { says, ends }: { says: string; ends: readonly CallFinding[] },
): CallJudgement {
  if (entries === undefined) return open(`${says}.`, "Entries of both sides in the call's log.", ends);
  if (entries.agent === 0 || entries.caller === 0) {
    return open(
      `${says}.`,
      `An entry of the ${entries.caller === 0 ? "caller" : "agent"} in the log, which may come late.`,
      ends,
    );
  }
  if (changed) {
    return open(
      `${says}; but the settings were changed since the watch began.`,
      "A call with the settings that are stored now.",
      ends,
    );
  }
  if (overSip === undefined)
    return open(`${says}.`, "That the call came over SIP: the log names no room.", ends);
  return {
    verdict: {
      outcome: "proven",
      text: `Agent and caller heard each other: ${says}.`,
      missing: [],
    },
    findings: ends,
  };
}

/** No one has said yet what was heard. */
function judgeUnheard(call: LoggedCall, ended: boolean, ends: readonly CallFinding[]): CallJudgement {
  const { entries, seconds } = call;
  const log = entryWords(entries);
  const wanted = "What the user heard.";
  if (!ended) return open(`The call has arrived and is not over, as far as the log shows; ${log}.`, wanted);
  if (entries === undefined) return open(`The call has reached the agent; ${log}.`, wanted, ends);
  const isShort = seconds !== undefined && seconds < SHORT_S;
  if (entries.agent > 0 && entries.caller > 0) {
    return open(`The call has reached the agent, and it heard the caller: ${log}.`, wanted, ends);
  }
  if (isShort || (entries.agent === 0 && entries.caller === 0)) {
    return open(
      `The call has reached the agent; ${log}. That may be too short, or not all yet.`,
      wanted,
      ends,
    );
  }
  const evidence = `${log}; ${lengthWords(call)}`;
  return problem([
    entries.caller === 0
      ? found("platform-hears-nothing", "warning", `${evidence}, unless the user said nothing`)
      : found("agent-silent", "warning", evidence),
    ...ends,
  ]);
}

function silenceFindings(entries: SpokenEntries | undefined, says: string): CallFinding[] {
  if (entries === undefined) return [found("no-voice", "critical", says)];
  const { agent, caller } = entries;
  if (agent === 0)
    return [caller > 0 ? found("agent-silent", "warning", says) : found("no-voice", "critical", says)];
  return [
    found("agent-not-heard", "critical", says),
    ...(caller === 0
      ? [found("platform-hears-nothing", "warning", `${says}, unless the user said nothing`)]
      : []),
  ];
}

/** Around 64·T1, when the side that waits for an ACK gives up (RFC 3261 13.3.1.4), as whole seconds of the log show it. */
const ACK_ENDS = { from: 31.5, to: 34 };
/** LiveKit's defaults: 30 s without a first packet, 15 s after the last one. */
const MEDIA_ENDS = [
  { from: 14, to: 16.5 },
  { from: 28.5, to: 31.5 },
] as const;

/** What the length of a call shows: little, where it worked and no one says that it was cut off. */
function endFindings(heard: Heard | undefined, call: LoggedCall): CallFinding[] {
  const { seconds, entries } = call;
  if (seconds === undefined) return [];
  const within = ({ from, to }: { from: number; to: number }) => seconds >= from && seconds < to;
  const isDeaf = entries?.caller === 0;
  const severity = heard === "dropped" ? "critical" : isDeaf || heard === "not_answered" ? "warning" : "info";
  const evidence = `${lengthWords(call)}${heard === "dropped" ? "; the user says that it was cut off" : ", unless someone hung up just then"}`;
  if (isDeaf && MEDIA_ENDS.some(within)) return [found("media-timeout", severity, evidence)];
  // The clock of the log may begin a moment after the answer.
  const from = heard === "dropped" && !isDeaf ? MEDIA_ENDS[1].from : ACK_ENDS.from;
  return within({ ...ACK_ENDS, from }) ? [found("ack-lost", severity, evidence)] : [];
}

function found(id: CallFindingId, severity: CallFinding["severity"], evidence: string): CallFinding {
  const { title, cause, fix } = WORDS[id];
  return { id, severity, title, evidence, cause, fix };
}

function problem(findings: readonly CallFinding[]): CallJudgement {
  const [first] = findings;
  const text = first === undefined ? "" : `${first.title}: ${first.evidence}.`;
  return { verdict: { outcome: "problem", text, missing: [] }, findings };
}

function open(seen: string, missing: string, findings: readonly CallFinding[] = []): CallJudgement {
  return {
    verdict: { outcome: "not_proven", text: `${capital(seen)} Missing: ${missing}`, missing: [missing] },
    findings,
  };
}

/** `the log has 3 entries of the agent and 2 of the caller`. */
export function entryWords(entries: SpokenEntries | undefined): string {
  if (entries === undefined) return "the log does not say who spoke";
  const { agent, caller } = entries;
  return `the log has ${entryCount(agent)} of the agent and ${caller} of the caller`;
}

function lengthWords({ seconds }: LoggedCall): string {
  return seconds === undefined ? "the log does not say how long it lasted" : `it lasted ${seconds} s`;
}

/** What the person heard. */
function heardWords(heard: Heard): string {
  return {
    both: "the user heard the agent, and was heard",
    only_agent: "the user heard the agent, which did not react",
    nothing: "the user was answered and heard nothing",
    dropped: "the user and the agent heard each other until the call was cut off",
    not_answered: "the user was not answered",
  }[heard];
}
