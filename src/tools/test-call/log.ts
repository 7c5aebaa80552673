import { present } from "../../base/present.js";
import { TelzinoError } from "../../telzino/errors.js";
import { pause } from "../../telzino/limit.js";
import { callsOf, type LoggedCall } from "../core/logged-calls.js";
import type { LogView, NewestCalls } from "../core/newest-calls.js";
import type { LogSeen } from "./facts.js";

/** Between two looks at the log, milliseconds. */
const PAUSE_MS = 2_000;
/** An entry that was the same at so many looks is all told. */
const SAME_LOOKS = 3;

/** What is known of our call, to find it in the agent's log. */
interface OurCall {
  /** The extension that called. */
  readonly caller: string;
  /** When it was answered, by this machine's clock. */
  readonly answeredAt: Date;
}

/** The platform's own clock may be seconds from the moment at which we saw the answer. */
const NEAR_MS = 10_000;
/** Where the log shows another number than the one that called, the start has to fit as the room's name does. */
const VERY_NEAR_MS = 3_000;

/**
 * Our call among those of a log: by its start and its caller, of whom the log shows two digits. Several candidates are
 * not an answer. Pure.
 *
 * @param clockMs how far the API's clock is ahead of this machine's.
 */
export function findOurs(
  calls: readonly LoggedCall[],
  { caller, answeredAt }: OurCall,
  clockMs: number,
): LoggedCall | "none" | "several" {
  const start = answeredAt.getTime() + clockMs;
  const far = ({ startedAt }: LoggedCall) =>
    startedAt === undefined ? Number.POSITIVE_INFINITY : Math.abs(startedAt.getTime() - start);
  const near = calls.filter((call) => call.overSip !== false && far(call) <= NEAR_MS);
  const ours = near.filter(({ maskedCaller }) => endsAlike(maskedCaller, caller));
  if (ours.length > 1) return "several";
  if (ours[0] !== undefined) return ours[0];
  const nameless = near.filter((call) => far(call) <= VERY_NEAR_MS);
  if (nameless.length > 1) return "several";
  return nameless[0] ?? "none";
}

function endsAlike(masked: string | undefined, caller: string): boolean {
  const digits = caller.replace(/\D/g, "");
  const shown = masked?.slice(-2) ?? "";
  // Of a number with no more than two digits nothing is shown.
  if (digits.length <= 2) return masked !== undefined && /^\*{1,2}$/.test(masked);
  return /^\d\d$/.test(shown) && digits.endsWith(shown);
}

export interface LogOptions {
  readonly log: Pick<NewestCalls, "read">;
  readonly ours: OurCall;
  readonly budgetMs: number;
  readonly signal: AbortSignal;
  readonly mayPause: (() => boolean) | undefined;
  readonly pauseMs?: number;
}

/** Looks at the agent's log until our call is in it and all told, or the time is up. @throws the signal's reason. */
export async function lookAtLog(options: LogOptions): Promise<LogSeen> {
  const { log, ours, budgetMs, signal, mayPause, pauseMs = PAUSE_MS } = options;
  const began = performance.now();
  let seen: LogSeen = { kind: "unreadable" };
  let told = "";
  let same = 0;
  for (;;) {
    const view = await read(log, signal);
    if (view !== undefined) seen = seenIn(view, ours);
    const words = JSON.stringify(seen);
    same = words === told ? same + 1 : 0;
    told = words;
    if (seen.kind === "found" && seen.ended && (isWhole(seen) || same >= SAME_LOOKS)) return seen;
    if (performance.now() - began + pauseMs > budgetMs || mayPause?.() === false) return seen;
    await pause(pauseMs, signal);
  }
}

async function read(log: LogOptions["log"], signal: AbortSignal): Promise<LogView | undefined> {
  try {
    return await log.read(signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelzinoError)) throw error;
    return undefined;
  }
}

function seenIn({ calls, answeredAt }: LogView, ours: OurCall): LogSeen {
  const clockMs = answeredAt === undefined ? 0 : answeredAt.getTime() - Date.now();
  const found = findOurs(callsOf(calls), ours, clockMs);
  if (typeof found === "string") return { kind: found };
  const { entries, seconds, endedAt, startedAt } = found;
  return {
    kind: "found",
    ended: endedAt !== undefined || seconds !== undefined,
    ...(entries === undefined ? {} : { agentEntries: entries.agent, callerEntries: entries.caller }),
    ...present({ seconds, startedAt }),
  };
}

function isWhole({ agentEntries = 0, callerEntries = 0 }: Extract<LogSeen, { kind: "found" }>): boolean {
  return agentEntries > 0 && callerEntries > 0;
}
