import type { MeasuredCall } from "../../calls/call-facts.js";
import { goesBothWays } from "../../calls/echo-test.js";
import { SOUND_LEVEL } from "../../calls/rtp-endpoint.js";
import type { Position } from "../../diagnosis/evidence-media.js";

/** What the agent's call log says of the call. */
export type LogSeen =
  | {
      readonly kind: "found";
      /** Absent: the log does not say who spoke. */
      readonly agentEntries?: number;
      readonly callerEntries?: number;
      readonly seconds?: number;
      /** The log's last word on it. */
      readonly ended: boolean;
      readonly startedAt?: Date;
    }
  /** `several`: which one it is, is unknown. `none`: not in the log so far. */
  | { readonly kind: "none" | "several" | "unreadable" | "not-looked" };

/** Everything that a verdict on a test call is based on. */
export interface TestCallFacts {
  readonly position: Position;
  /** The call to the PBX's echo test, before it. */
  readonly control?: MeasuredCall;
  /** Absent where the echo test has shown that it would be useless. */
  readonly call?: MeasuredCall;
  readonly log: LogSeen;
  /** The platform says that the agent is not registered. */
  readonly notRegistered: boolean;
}

/** Packets that are no more than a stray: some PBXs let one through before they know better. */
const STRAY = 10;
/** Sound in so much of the time from the first of it to the end is one sound. */
const CONTINUOUS = 0.9;
const CONTINUOUS_MS = 6_000;

/** Both ways of one leg, as the echo test shows them. */
export type Control = "good" | "one-way" | "dead" | "refused" | "not-made";

export function controlOf({ control }: TestCallFacts): Control {
  if (control === undefined || control.setup.outcome === "aborted") return "not-made";
  const { audio, setup } = control;
  if (setup.outcome !== "answered" || audio === undefined) return "refused";
  const { returnedMs } = audio.tone;
  const voiceMs = Math.max(0, audio.soundMs - returnedMs);
  if (goesBothWays({ toneMs: returnedMs, voiceMs, reports: audio.reports.length })) return "good";
  return packetsOf(control) > STRAY ? "one-way" : "dead";
}

/** Whether what is said here gets to the PBX: its echo or its reports tell. An echo test that gives nothing back does not. */
export function ownWay(facts: TestCallFacts): "works" | "broken" | "unknown" {
  const reports = [facts.control, facts.call].some((call) => (call?.audio?.reports.length ?? 0) > 0);
  const control = controlOf(facts);
  if (control === "good" || reports) return "works";
  return control === "dead" || control === "one-way" ? "broken" : "unknown";
}

/** What a call came to, in the words of a verdict. */
export interface Heard {
  readonly packets: number;
  /** More than a stray packet. */
  readonly arrives: boolean;
  readonly loud: boolean;
  /** dBov; absent where no frame came. */
  readonly loudest?: number;
  readonly continuous: boolean;
  readonly greeted: boolean;
  /** Questions that were put whole. */
  readonly spoken: number;
  /** Of these, after so many something was said. */
  readonly replies: number;
  /** Something was said in a pause in which nothing was asked. */
  readonly unasked: boolean;
  /** From the answer to the end. */
  readonly seconds: number;
}

export function heardIn(call: MeasuredCall): Heard {
  const { audio, steps, end } = call;
  const packets = packetsOf(call);
  const endMs = end?.atMs ?? steps.at(-1)?.toMs ?? 0;
  const arrives = packets > STRAY;
  const loud = arrives && audio?.loudest !== undefined && audio.loudest > SOUND_LEVEL;
  const asked = steps.flatMap((step, index) => {
    const after = steps[index + 1];
    return step.do === "speak" && step.cut !== true && after?.do === "listen" ? [after] : [];
  });
  const [greeting] = steps;
  const pauses = steps.filter((step, index) => {
    const before = steps[index - 1];
    return step.do === "listen" && index > 0 && before?.do !== "speak";
  });
  const heardFrom = audio?.firstMs ?? 0;
  const soundMs = audio?.soundMs ?? 0;
  return {
    packets,
    arrives,
    loud,
    ...(audio?.loudest === undefined ? {} : { loudest: audio.loudest }),
    continuous: soundMs >= CONTINUOUS_MS && soundMs >= (endMs - Math.max(0, heardFrom)) * CONTINUOUS,
    greeted: greeting?.do === "listen" && greeting.heard !== undefined,
    spoken: asked.length,
    replies: asked.filter(({ heard }) => heard !== undefined).length,
    unasked: pauses.some(({ heard }) => heard !== undefined),
    seconds: Math.round(endMs / 100) / 10,
  };
}

function packetsOf({ audio }: MeasuredCall): number {
  return (audio?.received ?? []).reduce((sum, { packets }) => sum + packets, 0);
}
