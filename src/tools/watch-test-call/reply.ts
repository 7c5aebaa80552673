import type { z } from "zod";
import { present } from "../../base/present.js";
import type { StoredRegistration } from "../../telzino/types.js";
import { callee } from "../core/call-words.js";
import type { NextStep, ToolReply } from "../core/define.js";
import { type Fact, fact, note, summary } from "../core/facts.js";
import { age, isoTime } from "../core/format.js";
import type { LoggedCall } from "../core/logged-calls.js";
import { findingsFact } from "../core/status-findings.js";
import { outcomeWords, verdictFields } from "../core/verdict-facts.js";
import type { CallFinding, CallFindingId } from "./findings.js";
import type { CallJudgement, Heard } from "./judge.js";
import type { CallFields, WatchFields, watchOutput } from "./output.js";
import type { Watched } from "./watch.js";

/** What the reply to a watch is made of. */
export interface WatchResult {
  readonly agentId: string;
  readonly agentName: string | undefined;
  readonly stored: StoredRegistration | null | undefined;
  readonly heard: Heard | undefined;
  readonly from: string | undefined;
  readonly watched: Watched;
  readonly judged: CallJudgement;
  readonly resume: string;
  /** The settings are others than when the watch began. */
  readonly changed: boolean;
  readonly looksBack: boolean;
}

type Fields = Partial<WatchFields>;
/** Of the other calls so many are shown. */
const MOST_SHOWN = 3;

export function watchReply(result: WatchResult): ToolReply<z.output<typeof watchOutput>> {
  const { agentId, agentName, heard, watched, judged, resume } = result;
  const { verdict, findings } = judged;
  const seconds = Math.round(watched.waitedMs / 1_000);
  const ended = {
    agentId,
    outcome: verdict.outcome,
    ...verdictFields(verdict),
    ...present({ agentName, heard }),
  };
  return {
    facts: [
      summary(`${agentName ?? "The agent"}: ${outcomeWords(verdict)}. ${verdict.text}`),
      fact<Fields>({ ...ended, log: logOf(watched) }),
      ...callFacts(watched),
      ...notesOf(result).map((sentence) => note(sentence)),
      findingsFact(findings),
      fact<Fields>({ waitedSeconds: seconds }, `Waited: ${seconds} s`),
      fact<Fields>({ resume }, `resume: ${resume}`),
    ] as Fact<WatchFields>[],
    next: nextSteps(result),
  };
}

function logOf({ choice, ended, error }: Watched): WatchFields["log"] {
  if (choice.call === undefined) return error ? "unreadable" : "no_call";
  if (choice.ambiguous) return "several";
  return ended ? "ended" : "under_way";
}

function callFacts({ choice, ended, now }: Watched): Fact<Fields>[] {
  const others = choice.others.slice(0, MOST_SHOWN).map((call) => shown(call, now));
  const { call } = choice;
  return [
    ...(call === undefined
      ? []
      : [
          fact<Fields>(
            { call: { ...shown(call, now).data, ended } },
            `Call: ${shown(call, now).words}, ${ended ? "ended" : "no end in the log yet"}`,
          ),
        ]),
    ...(others.length === 0
      ? []
      : [
          fact<Fields>(
            { otherCalls: others.map(({ data }) => data) },
            "Other new calls:",
            ...others.map(({ words }) => `- ${words}`),
          ),
        ]),
  ];
}

function shown(call: LoggedCall, now: Date): { data: CallFields; words: string } {
  const { startedAt, maskedCaller, seconds, entries, overSip } = call;
  const started = startedAt && { startedAt: isoTime(startedAt), startedRelative: age(startedAt, now) };
  const words = [
    started ? `began ${started.startedAt} (${started.startedRelative})` : "began at no known time",
    maskedCaller && `from ${maskedCaller}`,
    overSip === false && "not over SIP",
    seconds !== undefined && `lasted ${seconds} s`,
    entries ? `entries: agent ${entries.agent}, caller ${entries.caller}` : "speakers not named",
    entries && entries.unknown > 0 && `unknown ${entries.unknown}`,
  ];
  const counts = entries && {
    agentEntries: entries.agent,
    callerEntries: entries.caller,
    ...(entries.unknown > 0 ? { unknownEntries: entries.unknown } : {}),
  };
  return {
    data: { ...started, ...present({ from: maskedCaller, seconds }), ...counts },
    words: words.filter(Boolean).join(", "),
  };
}

function notesOf(result: WatchResult): string[] {
  const { watched, changed, from, judged } = result;
  const { choice, complete, error } = watched;
  return [
    ...(changed ? ["The settings were changed since this watch began."] : []),
    ...(result.looksBack && judged.verdict.outcome === "proven"
      ? ["Which settings were stored at the time of that call is not known."]
      : []),
    ...(choice.fromNone
      ? [`No new call is from a number that ends as ${from} does; the PBX may show another.`]
      : []),
    ...(complete
      ? []
      : [
          "The API lists this log neither newest nor oldest first, or does not give its length: a new call may be elsewhere in it.",
        ]),
    ...(error ? [`The log could not be read at the last look: ${error.message}.`] : []),
    ...(judged.verdict.outcome === "proven"
      ? ["This proves this way of calling; calls from elsewhere need their own route on the PBX."]
      : []),
  ];
}

/** Where the PBX's own counters tell on which leg the voice is lost. */
const OF_THE_VOICE: ReadonlySet<CallFindingId> = new Set<CallFindingId>([
  "platform-hears-nothing",
  "agent-not-heard",
  "no-voice",
  "media-timeout",
]);

function nextSteps(result: WatchResult): NextStep[] {
  const { watched, judged, heard, stored } = result;
  const { verdict, findings } = judged;
  if (verdict.outcome === "proven") {
    return ["Tell the user that the line is proven, and have the route tried that real callers take."];
  }
  const [first] = findings.filter(({ severity }) => severity !== "info");
  const again = `watch_test_call with the resume of this answer`;
  if (watched.notWaited) {
    return [`Call ${again} in 10 s: this call did not wait, because too many calls wait on this server.`];
  }
  if (first !== undefined) return problemSteps(first, again);
  if (heard !== undefined)
    return [`${again} looks once more: entries may come late.`, ...elsewhereStep(watched)];
  if (watched.choice.call === undefined) {
    return [
      `Ask the user whether they rang ${callee(stored ?? {})} and what they heard; ${again}, and heard once they say it, looks on.`,
    ];
  }
  return [`Ask the user what they heard, and call ${again} and heard.`, ...elsewhereStep(watched)];
}

function elsewhereStep({ choice }: Watched): string[] {
  return choice.ambiguous
    ? ["Give the number that the user calls from as from, to tell the calls apart."]
    : [];
}

/** What is concluded from entries that are not in the log may be undone by those that come late. */
const OF_MISSING_ENTRIES: ReadonlySet<CallFindingId> = new Set<CallFindingId>([
  "platform-hears-nothing",
  "no-voice",
  "agent-silent",
]);

function problemSteps({ id }: CallFinding, again: string): NextStep[] {
  const anew = "Then ring once more, with watch_test_call without resume.";
  if (id === "line-not-registered") {
    return ["get_sip_status with waitSeconds 20 shows what the registration lacks.", anew];
  }
  const late = `If the call was made a moment ago: ${again} looks once more, entries may come late.`;
  const mayBeLate = OF_MISSING_ENTRIES.has(id) ? [late] : [];
  if (OF_THE_VOICE.has(id)) {
    return [
      ...mayBeLate,
      "explain_sip_log with what the PBX shows during such a call (Asterisk: pjsip show channelstats) or a capture shows on which leg the voice is lost.",
      "Go through the causes with the user, the first one first.",
      anew,
    ];
  }
  if (id === "agent-silent" || id === "agent-does-not-react") {
    return [...mayBeLate, "Have the agent's greeting, prompt and language looked at in the dashboard.", anew];
  }
  return [
    "explain_sip_log with the PBX's log of that call tells who refused or ended it, and why.",
    late,
    anew,
  ];
}
