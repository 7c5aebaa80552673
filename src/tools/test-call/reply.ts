import type { z } from "zod";
import { present } from "../../base/present.js";
import { times } from "../../base/words.js";
import type { MeasuredCall } from "../../calls/call-facts.js";
import { LONGEST_ECHO_MS } from "../../calls/echo-test.js";
import type { Finding } from "../../diagnosis/finding.js";
import { settingText } from "../../redaction/untrusted.js";
import { accountOf } from "../../registration/settings.js";
import type { NextStep, ToolReply } from "../core/define.js";
import { type Fact, fact, note, notes, summary } from "../core/facts.js";
import { findingLines } from "../core/finding-lines.js";
import { age, isoTime } from "../core/format.js";
import { outcomeWords, verdictFields } from "../core/verdict-facts.js";
import { heardIn, type LogSeen, type TestCallFacts } from "./facts.js";
import type { Judgement, Legs } from "./judge.js";
import { ladderOf, ladderText } from "./ladder.js";
import { longestCall } from "./length.js";
import type { RtpFields, TestCallFields, testCallOutput } from "./output.js";
import type { CallPlan } from "./plan.js";
import { isDown } from "./plan.js";

type Fields = Partial<TestCallFields>;
type Reply = ToolReply<z.output<typeof testCallOutput>>;

/** What a call would do, in words that a person can agree to. */
export function wouldDo(plan: CallPlan): string[] {
  const { target, extension, agentName, echoCode, holdSeconds } = plan;
  const how = [target.transport, target.port === undefined ? undefined : `port ${target.port}`].filter(
    Boolean,
  );
  const seconds = Math.ceil(longestCall(holdSeconds) / 1_000);
  return [
    `Log in at ${settingText(target.sipDomain)}${how.length > 0 ? ` (${how.join(", ")})` : ""} as extension ${settingText(target.username)}, once for each call, with ${passwordWords(plan)}.`,
    ...(echoCode === undefined
      ? []
      : [
          `Call the PBX's echo test ${echoCode} for about 4 s, ${LONGEST_ECHO_MS / 1_000} s at most; a tone goes there and back. ${ringsNobody(echoCode)}`,
        ]),
    `Ring extension ${settingText(extension)}${agentName === undefined ? "" : `, ${agentName},`} once and stay for ${seconds} s at most. Two speech-like sounds without words are sent.`,
    "The agent answers: its minutes count, and the platform logs the call like any other.",
    "Read that log for up to 20 s: times, and how many entries agent and caller have. Received audio is measured and discarded.",
  ];
}

/** Digits may be a person's extension. */
function ringsNobody(echoCode: string): string {
  return /[*#]/.test(echoCode)
    ? "No one's phone rings."
    : `If ${echoCode} is a phone instead, the call is cancelled as soon as it rings.`;
}

function passwordWords({ passwordFrom }: CallPlan): string {
  switch (passwordFrom.kind) {
    case "named":
      return `the password that this server holds as ${passwordFrom.name}`;
    case "typed":
      return "the password that was typed";
    case "page":
      return "its SIP password, which the user types into a page; it is used for this test and stored nowhere";
  }
}

/** The first of two steps: nothing was sent. */
export function confirmReply(
  plan: CallPlan,
  { token, validUntil }: { token: string; validUntil: Date },
): Reply {
  const { agentId, agentName, extension, echoCode, status, passwordFrom } = plan;
  const would = wouldDo(plan);
  const until = isoTime(validUntil);
  const relative = age(validUntil, new Date());
  return {
    facts: [
      summary(
        `${agentName ?? "The agent"}: nothing was sent yet. With the user's consent extension ${settingText(extension)} is called.`,
      ),
      fact<Fields>({ agentId, outcome: "to_confirm", ...present({ agentName }) }),
      fact<Fields>({ would }, "The call would:", ...would.map((line) => `- ${line}`)),
      ...notes([
        isDown(status) &&
          "The platform says that the agent is not registered: the call will most likely be refused.",
        echoCode === undefined &&
          "Without echoCode, a silent agent looks the same as a path between this server and the PBX that carries no audio.",
      ]),
      fact<Fields>(
        { confirm: token, validUntil: until, validUntilRelative: relative },
        `confirm: ${token} (until ${until}, ${relative}, for one call)`,
      ),
    ] as Fact<TestCallFields>[],
    next: [
      `Tell the user what the call would do, and ask whether it may. If so, make the same call with confirm${passwordFrom.kind === "page" ? ": the result says how the user gives the password. Do not ask for it here" : ""}.`,
      ...(echoCode === undefined
        ? ["Ask for the code of the PBX's echo test (FreePBX *43, FreeSWITCH 9196) and give it as echoCode."]
        : []),
    ],
  };
}

/** The result of a call. */
export function testCallReply(plan: CallPlan, facts: TestCallFacts, judged: Judgement): Reply {
  const { agentId, agentName } = plan;
  const { verdict, outcome, legs, findings, notShown } = judged;
  const ladder = ladderText(ladderOf(facts, legs));
  return {
    facts: [
      summary(`${agentName ?? "The agent"}: ${outcomeWords(verdict)}. ${verdict.text}`),
      fact<Fields>({
        ...{ agentId, outcome: verdict.outcome, call: outcome, position: facts.position },
        ...verdictFields(verdict),
        ...present({ agentName }),
      }),
      legsFact(legs, facts),
      ...controlFacts(facts.control),
      ...callFacts(facts.call),
      logFact(facts.log),
      findingsFact(findings),
      fact<Fields>({ notShown: [...notShown] }, ...notShown.map((each) => `Not shown: ${each}`)),
      fact<Fields>({ ladder }, ladder),
    ] as Fact<TestCallFields>[],
    next: nextSteps(plan, facts, judged),
  };
}

const LEG_WORDS: Readonly<Record<keyof Legs, string>> = {
  here_to_pbx: "here to PBX",
  pbx_to_here: "PBX to here",
  agent_to_pbx: "agent to PBX",
  pbx_to_agent: "PBX to agent",
};

function legsFact(legs: Legs, { position }: TestCallFacts): Fact<Fields> {
  const words = (Object.keys(LEG_WORDS) as (keyof Legs)[]).map((leg) => `${LEG_WORDS[leg]} ${legs[leg]}`);
  return fact<Fields>(
    { legs: { ...legs } },
    `Ways of the voice, seen from ${position} the PBX's network: ${words.join(", ")}`,
  );
}

function controlFacts(control: MeasuredCall | undefined): Fact<Fields>[] {
  if (control === undefined) return [];
  const { setup, audio } = control;
  const answered = setup.outcome === "answered";
  const [sent, back] = [audio?.tone.sentMs ?? 0, audio?.tone.returnedMs ?? 0];
  const rtp = rtpOf(control);
  return [
    fact<Fields>(
      { echoTest: { answered: yesNo(answered), toneSentMs: sent, toneBackMs: back, ...present({ rtp }) } },
      answered
        ? `Echo test: answered yes, tone sent for ${sent} ms, back for ${back} ms${rtp === undefined ? "" : `; ${rtpWords(rtp)}`}`
        : "Echo test: answered no, tone sent for 0 ms, back for 0 ms",
    ),
  ];
}

function callFacts(call: MeasuredCall | undefined): Fact<Fields>[] {
  if (call === undefined) return [note("The agent was not called: the echo test has refused the tester.")];
  const { setup, end } = call;
  const answered = setup.outcome === "answered";
  const heard = answered ? heardIn(call) : undefined;
  const fields = present({
    status: setup.status,
    reasonQ850: setup.q850,
    answerMs: answered ? setup.tookMs : undefined,
    seconds: heard?.seconds,
    endedBy: end?.by,
  });
  const words = [
    setup.status !== undefined && `status ${setup.status}`,
    setup.q850 !== undefined && `Q.850 cause ${setup.q850}`,
    answered && `answered after ${setup.tookMs} ms`,
    heard && `${heard.seconds} s long`,
    end && `ended from ${end.by}`,
  ].filter(Boolean);
  const rtp = rtpOf(call);
  return [
    fact<Fields>({ setup: fields }, words.length > 0 && `Call: ${words.join(", ")}`),
    ...(rtp === undefined ? [] : [fact<Fields>({ rtp }, `Voice that came: ${rtpWords(rtp)}`)]),
    ...(heard === undefined
      ? []
      : [
          fact<Fields>(
            {
              turns: {
                greeting: yesNo(heard.greeted),
                spoken: heard.spoken,
                replies: heard.replies,
                unasked: yesNo(heard.unasked),
              },
            },
            `Turns: greeting ${yesNo(heard.greeted)}; spoken ${times(heard.spoken)}, replies ${heard.replies}; said unasked: ${yesNo(heard.unasked)}`,
          ),
        ]),
  ];
}

function yesNo(is: boolean): "yes" | "no" {
  return is ? "yes" : "no";
}

function rtpOf({ audio }: MeasuredCall): RtpFields | undefined {
  if (audio === undefined) return undefined;
  const [stream] = audio.received;
  const packets = audio.received.reduce((sum, each) => sum + each.packets, 0);
  const rounded = (value: number | undefined) => (value === undefined ? undefined : Math.round(value));
  const lost = stream && Math.round((1_000 * Math.max(0, stream.lost)) / Math.max(1, stream.expected)) / 10;
  return {
    ...{ packets, soundMs: audio.soundMs, codec: audio.codec },
    ...present({
      lostPercent: lost,
      jitterMs: rounded(stream?.maxJitter),
      firstMs: rounded(audio.firstMs),
      longestGapMs: stream === undefined ? undefined : Math.round(stream.longestGap * 1_000),
      loudestDbov: rounded(audio.loudest),
    }),
  };
}

function rtpWords(rtp: RtpFields): string {
  const { packets, soundMs, codec, lostPercent, jitterMs, firstMs, longestGapMs, loudestDbov } = rtp;
  return [
    `${packets} packets (${codec})`,
    lostPercent !== undefined && `${lostPercent} % lost`,
    jitterMs !== undefined && `jitter up to ${jitterMs} ms`,
    firstMs !== undefined && `first after ${firstMs} ms`,
    longestGapMs !== undefined && `longest gap ${longestGapMs} ms`,
    loudestDbov !== undefined && `loudest ${loudestDbov} dBov`,
    `sound for ${soundMs} ms`,
  ]
    .filter(Boolean)
    .join(", ");
}

function logFact(log: LogSeen): Fact<Fields> {
  const { kind } = log;
  if (kind !== "found") return fact<Fields>({ log: { found: kind } }, `Agent's log: ${LOG_WORDS[kind]}`);
  const { agentEntries, callerEntries, seconds } = log;
  const words = [
    "the call is found",
    seconds !== undefined && `${seconds} s`,
    agentEntries === undefined
      ? "speakers not named"
      : `entries: agent ${agentEntries}, caller ${callerEntries ?? 0}`,
  ].filter(Boolean);
  return fact<Fields>(
    { log: { found: kind, ...present({ agentEntries, callerEntries, seconds }) } },
    `Agent's log: ${words.join(", ")}`,
  );
}

const LOG_WORDS = {
  none: "none, no call of that time and caller so far",
  several: "several calls of that time and caller, so it is unclear which one this was",
  unreadable: "unreadable",
  "not-looked": "not looked at, since there was no call to find",
} as const;

function findingsFact(findings: readonly Finding[]): Fact<Fields> {
  const data = findings.map(({ id, severity, title, evidence, cause, fix, confidence }) => ({
    ...{ id, severity, title, evidence, cause, fix, confidence },
  }));
  return fact<Fields>({ findings: data }, ...findingLines(data));
}

function nextSteps(
  { target }: CallPlan,
  { position, log }: TestCallFacts,
  { verdict, findings }: Judgement,
): NextStep[] {
  if (verdict.outcome === "proven") {
    return [
      "Tell the user that the line is proven, and have the route tried that real callers take.",
      ...(findings.some(({ severity }) => severity !== "info")
        ? ["Go through the findings with the user: they are of more than whether voice goes both ways."]
        : []),
    ];
  }
  const ids = new Set<string>(findings.map(({ id }) => id));
  if (ids.has("tester-refused")) {
    return [
      `Have the user compare user and SIP password of ${accountOf(target)} with the PBX. Do not test again before something has changed.`,
    ];
  }
  return [
    ...(findings.some(({ severity }) => severity !== "info")
      ? ["Go through the findings with the user, the first one first."]
      : []),
    ...(ids.has("agent-not-heard") || ids.has("no-audio")
      ? [
          position === "inside"
            ? "diagnose_sip_registration for this agent from outside the PBX's network, or explain_sip_log with pjsip show channelstats taken during a call, tells on which leg the voice is lost."
            : "explain_sip_log with pjsip show channelstats taken during a call, or a capture, tells on which leg the voice is lost.",
        ]
      : []),
    ...(log.kind === "none" || log.kind === "several"
      ? ["watch_test_call with heard looks ten minutes back in the agent's log: an entry may come late."]
      : []),
    "watch_test_call, while the user calls from a phone, shows the same without this server's own leg.",
  ];
}
