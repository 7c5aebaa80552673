import { times } from "../../base/words.js";
import type { AnswerFacts, MeasuredCall } from "../../calls/call-facts.js";
import { sameHost } from "../../sip/index.js";
import { entryCount } from "../core/logged-calls.js";
import type { SeenFact } from "./fact.js";
import { type Control, controlOf, type Heard, heardIn, ownWay, type TestCallFacts } from "./facts.js";

/** A call that was answered: what its voice and its end show. Pure. */

/** A media time-out without a first packet, 30 s (LiveKit SIP's default), as it is seen from here. Seconds. */
const MEDIA_END = { from: 29, to: 31.5 };
/** 64·T1 (RFC 3261 13.3.1.4). */
const ACK_END = { from: 31.5, to: 34 };
/** Milliseconds. */
const JITTER = 30;
const GAP = 500;
const LATE = 1_000;
/** Per cent of packets. */
const LOST = 1;
const LOST_BADLY = 3;
const ENOUGH_PACKETS = 100;

export function voiceFacts(facts: TestCallFacts, call: MeasuredCall): SeenFact[] {
  const heard = heardIn(call);
  const control = controlOf(facts);
  const ends = endFacts(call, heard, facts);
  return [
    ...directMedia(call, heard),
    ...wayBack(call, heard, control),
    ...wayThere(facts, heard, ends),
    ...ends,
    ...quality(call),
  ];
}

/** From the agent to here. */
function wayBack(call: MeasuredCall, heard: Heard, control: Control): SeenFact[] {
  const { packets, arrives, loud, loudest, continuous, seconds } = heard;
  if (directMedia(call, heard).some(({ severity }) => severity === undefined)) return [];
  if (!arrives) {
    const none = packets === 0 ? "not one voice packet came" : `${packets} voice packets came, then none`;
    const seen = `answered for ${seconds} s, and ${none}`;
    const reports = call.audio?.reports.length ?? 0;
    switch (control) {
      case "good":
        return [
          {
            ...{ id: "agent-not-heard", confidence: "high", hint: { nat: true } },
            seen: `${seen}, while the echo test's tone came back${reports > 0 ? `; ${reports} reports say that ours arrives at the PBX` : ""}`,
          },
        ];
      case "dead":
        return [
          {
            ...{ id: "own-leg-broken", confidence: "high", hint: { nat: true } },
            seen: `${seen}; nothing came back from the echo test either`,
          },
        ];
      default:
        return [
          {
            ...{ id: "no-audio", confidence: "low", hint: { nat: true } },
            seen: `${seen}; there is no echo test to compare with`,
            cause:
              "Either the leg between this machine and the PBX carries no voice, or the agent's: the call by itself does not tell.",
          },
        ];
    }
  }
  if (!loud) {
    const level = loudest === undefined ? "" : ` (${Math.round(loudest)} dBov at the loudest)`;
    return [
      {
        id: "agent-silent",
        seen: `${packets} voice packets came, all of them silence${level}`,
        confidence: "medium",
      },
    ];
  }
  if (continuous) {
    return [
      {
        id: "continuous-sound",
        seen: `sound through all of ${seconds} s, without a pause`,
        confidence: "medium",
      },
    ];
  }
  return [];
}

/** Of what the platform hears where it is unknown whether the PBX has heard anything. */
const OWN_LEG_OR =
  "Either voice of the machine that tests does not reach the PBX, or voice from the PBX does not reach the platform: without an echo test the call by itself does not tell.";

/** From here to the agent. */
function wayThere(facts: TestCallFacts, heard: Heard, ends: readonly SeenFact[]): SeenFact[] {
  const { log } = facts;
  const { spoken, replies, loud, continuous, seconds } = heard;
  const own = ownWay(facts);
  const isHeard = log.kind === "found" && (log.callerEntries ?? 0) > 0;
  if (own === "broken" && replies === 0 && !isHeard) {
    // Then the agent had nothing to hear.
    return heard.arrives
      ? [
          {
            ...{ id: "own-leg-broken", confidence: "medium", hint: { nat: true } },
            seen: `the agent is heard, nothing came back from the echo test, and no reply to ${times(spoken)}`,
            cause:
              "Voice from the testing machine does not reach the PBX, so the agent has nothing to react to. One of these: (1) a firewall of this network or of the PBX; (2) the code that was called is not an echo test.",
          },
        ]
      : [];
  }
  if (
    log.kind === "found" &&
    log.callerEntries === 0 &&
    (log.agentEntries ?? 0) > 0 &&
    spoken > 0 &&
    log.ended
  ) {
    return [
      {
        ...{ id: "platform-hears-nothing", hint: { nat: true } },
        // A platform may not transcribe what is not speech, and the test's sound has no words.
        confidence: replies > 0 || own === "unknown" ? "low" : "medium",
        ...(own === "unknown" && replies === 0 ? { cause: OWN_LEG_OR } : {}),
        ...(replies > 0 ? { severity: "info" as const } : {}),
        seen: `the call's log has ${entryCount(log.agentEntries)} of the agent and none of the caller, who spoke ${times(spoken)}${replies > 0 ? `; even so, something was said after ${times(replies)}` : ""}`,
      },
    ];
  }
  const isTold = ends.some(({ id }) => id === "platform-hears-nothing");
  if (!loud || continuous || isTold || spoken < 2 || replies > 0) return [];
  if (log.kind === "found" && (log.callerEntries ?? 0) > 0) {
    return [
      {
        ...{ id: "agent-does-not-react", confidence: "high" },
        seen: `no reply to ${times(spoken)}, and the call's log has ${entryCount(log.callerEntries)} of the caller`,
        cause:
          "The platform hears the caller, so the line is in order, and the agent does not react: prompt, language, or no words that it could understand.",
        fix: "Look at the agent's prompt and language; the line needs no change.",
      },
    ];
  }
  const isUp = seconds > 35;
  return [
    {
      ...{ id: "agent-does-not-react", confidence: "medium", hint: { nat: true } },
      seen: `it speaks, and there was no reply to ${times(spoken)}; the call was up for ${seconds} s`,
      ...(isUp
        ? {
            cause:
              "Most likely the agent hears and does not react, since a platform that gets no voice at all mostly hangs up after 30 s: prompt, language, or no words that it could understand.",
          }
        : {}),
    },
  ];
}

function endFacts(
  { end, answer }: MeasuredCall,
  { seconds, replies }: Heard,
  facts: TestCallFacts,
): SeenFact[] {
  const { log } = facts;
  const own = ownWay(facts);
  const repeated = answer?.repeated ?? 0;
  const isThere = end?.by === "there";
  const within = ({ from, to }: { from: number; to: number }) => seconds >= from && seconds < to;
  const reason = end?.reason === undefined ? "" : `, ${end.reason}`;
  if (repeated > 1 || (isThere && within(ACK_END))) {
    const again = repeated > 0 ? `; the 200 came again ${times(repeated)}` : "";
    return [
      {
        id: "ack-lost",
        seen: `${isThere ? `hung up from the far side after ${seconds} s${reason}` : "the call was hung up here"}${again}`,
        confidence: repeated > 0 ? "high" : "medium",
        hint: { nat: true },
      },
    ];
  }
  if (!isThere) return [];
  const seen = `hung up from the far side after ${seconds} s${reason}`;
  const isHeard = log.kind === "found" && (log.callerEntries ?? 0) > 0;
  if (within(MEDIA_END) && replies === 0 && !isHeard) {
    // It got no voice, since none got as far as the PBX.
    if (own === "broken") return [];
    return [
      {
        ...{ id: "platform-hears-nothing", hint: { nat: true } },
        confidence: own === "works" ? "medium" : "low",
        ...(own === "unknown" ? { cause: OWN_LEG_OR } : {}),
        seen: `${seen}, as a platform does that gets no voice for 30 s, and there was no reply`,
      },
    ];
  }
  return [{ id: "call-hung-up-there", seen, confidence: "high" }];
}

/** The PBX leaves the way of the voice: only what goes to a third host counts. */
function directMedia({ answer, requests }: MeasuredCall, { packets }: Heard): SeenFact[] {
  const moved = requests.find(({ announced }) => isThird(announced?.host, answer));
  if (moved === undefined) return [];
  const seen = `a ${moved.method} ${Math.max(0, moved.atMs)} ms after the answer has voice sent to another host; ${packets} packets came`;
  return [
    packets > ENOUGH_PACKETS
      ? { id: "direct-media", seen, confidence: "high", severity: "warning" }
      : { id: "direct-media", seen, confidence: "high" },
  ];
}

function isThird(host: string | undefined, answer: AnswerFacts | undefined): boolean {
  if (host === undefined || answer === undefined) return false;
  const own = [answer.source.address, answer.announced?.host];
  return !own.some((each) => each !== undefined && sameHost(each, host));
}

function quality({ audio }: MeasuredCall): SeenFact[] {
  const [stream] = audio?.received ?? [];
  if (stream === undefined || stream.packets <= ENOUGH_PACKETS) return [];
  const share = (100 * Math.max(0, stream.lost)) / Math.max(1, stream.expected);
  const uneven = [
    stream.maxJitter !== undefined &&
      stream.maxJitter > JITTER &&
      `jitter up to ${Math.round(stream.maxJitter)} ms`,
    stream.longestGap * 1_000 > GAP && `a gap of ${Math.round(stream.longestGap * 1_000)} ms`,
  ].filter(Boolean);
  return [
    ...(share >= LOST
      ? [
          {
            ...{ id: "packets-lost" as const, confidence: "high" as const },
            severity: share >= LOST_BADLY ? ("warning" as const) : ("info" as const),
            seen: `${share.toFixed(1)} % of ${stream.expected} packets were lost on the way here; the way to the agent is not seen`,
          },
        ]
      : []),
    ...(uneven.length > 0
      ? [{ id: "voice-uneven" as const, confidence: "medium" as const, seen: uneven.join(", ") }]
      : []),
    ...(audio?.firstMs !== undefined && audio.firstMs > LATE
      ? [
          {
            ...{ id: "voice-late" as const, confidence: "medium" as const, severity: "info" as const },
            seen: `the first voice packet came ${(audio.firstMs / 1_000).toFixed(1)} s after the answer`,
          },
        ]
      : []),
  ];
}
