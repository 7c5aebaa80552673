import { setTimeout as delay } from "node:timers/promises";
import { FRAME, FRAME_MS, speechFrame } from "../media/speech.js";
import { toneFrame } from "../media/tone.js";
import { type Heard, type HeardFrame, type RtpEndpoint, SOUND_LEVEL } from "./rtp-endpoint.js";

/** What is done in a call, one after the other. Silence is sent where nothing else is. Milliseconds. */
export type ScriptStep = {
  /** Left out where this is so of what was heard until then. */
  readonly unless?: (heard: Heard) => boolean;
} & (
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "tone"; readonly ms: number }
  /** Sound like speech, without words. */
  | { readonly do: "speak"; readonly ms: number }
  /** A recording: 8,000 samples a second. */
  | { readonly do: "play"; readonly samples: Int16Array }
  /**
   * Until the other side has said something and then been quiet for `quietMs` (900 by default), what was heard is `enough`,
   * or nothing was said within `startMs`.
   */
  | {
      readonly do: "listen";
      readonly mostMs: number;
      readonly quietMs?: number;
      readonly startMs?: number;
      readonly enough?: (heard: Heard) => boolean;
    }
);

/** Times are milliseconds since the answer. */
export interface StepFacts {
  readonly do: ScriptStep["do"];
  readonly fromMs: number;
  readonly toMs: number;
  /** What was heard while listening. */
  readonly heard?: { readonly fromMs: number; readonly toMs: number };
  /** The call was over before the step was. */
  readonly cut?: true;
}

const QUIET_MS = 900;
/** So much sound is something said. */
const SAID_MS = 100;
const LOOK_MS = 40;

/**
 * Goes through a script until it is done, or the signal ends it.
 *
 * @param answeredAt in the endpoint's time.
 */
export async function runScript(
  script: readonly ScriptStep[],
  endpoint: RtpEndpoint,
  answeredAt: number,
  signal: AbortSignal,
  onStep: (step: ScriptStep) => void = () => {},
): Promise<StepFacts[]> {
  const done: StepFacts[] = [];
  for (const step of script) {
    if (signal.aborted) break;
    if (step.unless?.(endpoint.heard)) continue;
    onStep(step);
    const from = endpoint.nowMs;
    const said = await runStep(step, endpoint, from, signal);
    const since = (atMs: number) => Math.round(atMs - answeredAt);
    done.push({
      ...{ do: step.do, fromMs: since(from), toMs: since(endpoint.nowMs) },
      ...(said === undefined ? {} : { heard: { fromMs: since(said.from), toMs: since(said.to) } }),
      ...(signal.aborted ? { cut: true } : {}),
    });
  }
  return done;
}

async function runStep(
  step: ScriptStep,
  endpoint: RtpEndpoint,
  from: number,
  signal: AbortSignal,
): Promise<Sound | undefined> {
  if (step.do === "listen") return listen(step, endpoint, from, signal);
  const ms = step.do === "play" ? (step.samples.length / FRAME) * FRAME_MS : step.ms;
  if (step.do === "tone") endpoint.say(ms, toneFrame);
  if (step.do === "speak") endpoint.say(ms, speechFrame);
  if (step.do === "play") endpoint.say(ms, (at) => frameOf(step.samples, at));
  await passed(ms, signal);
  return undefined;
}

function frameOf(samples: Int16Array, at: number): Int16Array {
  const frame = new Int16Array(FRAME);
  frame.set(samples.subarray(at, at + FRAME));
  return frame;
}

async function listen(
  {
    mostMs,
    quietMs = QUIET_MS,
    startMs = mostMs,
    enough = () => false,
  }: Extract<ScriptStep, { do: "listen" }>,
  endpoint: RtpEndpoint,
  from: number,
  signal: AbortSignal,
): Promise<Sound | undefined> {
  for (;;) {
    const now = endpoint.nowMs;
    const heard = endpoint.frames.filter(({ atMs }) => atMs >= from);
    const last = soundsIn(heard).at(-1);
    if (last !== undefined && now - last.to >= quietMs) return last;
    const isOver = now - from >= (last === undefined ? Math.min(startMs, mostMs) : mostMs);
    if (signal.aborted || isOver || enough(endpoint.heard)) return last;
    await passed(Math.min(LOOK_MS, mostMs - (now - from)), signal);
  }
}

/** Waits, no longer than the signal lives; its timer keeps no process alive. */
async function passed(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => {});
}

interface Sound {
  readonly from: number;
  readonly to: number;
}

/** What was said, with pauses of a breath in it. In the frames' time. */
function soundsIn(frames: readonly HeardFrame[]): Sound[] {
  const sounds: { from: number; to: number; sound: number }[] = [];
  for (const { atMs, level } of frames) {
    if (level < SOUND_LEVEL) continue;
    const last = sounds.at(-1);
    if (last !== undefined && atMs - last.to < QUIET_MS) {
      last.to = atMs + FRAME_MS;
      last.sound += FRAME_MS;
    } else sounds.push({ from: atMs, to: atMs + FRAME_MS, sound: FRAME_MS });
  }
  return sounds.filter(({ sound }) => sound >= SAID_MS).map(({ from, to }) => ({ from, to }));
}
