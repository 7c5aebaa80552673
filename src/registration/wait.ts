import { setTimeout as sleep } from "node:timers/promises";
import { present } from "../base/present.js";
import { TelzinoError } from "../telzino/errors.js";
import type { RegistrationStatus, TelzinoApi } from "../telzino/types.js";
import { type Judgement, SettleJudge } from "./settle.js";

const FIRST_POLL_MS = 250;
const SLOWEST_POLL_MS = 2_000;
const BACKOFF = 1.5;

export interface WaitOptions {
  /** How long to wait at most, in milliseconds. 0 reads the status once. */
  budgetMs: number;
  signal: AbortSignal;
  /** Asked once, before the first pause. `false`: there is none, and the first sample is the answer. */
  mayPause?: (() => boolean) | undefined;
  /** Called after each sample. */
  onSample?: (status: RegistrationStatus, elapsedMs: number) => void;
}

export type WaitOutcome =
  /** `done` said yes to `status`. */
  | { kind: "done"; status: RegistrationStatus }
  /** The time is up, or `mayPause` said no (`notWaited`); `status` is the last sample. */
  | { kind: "pending"; status: RegistrationStatus; fresh: boolean; notWaited?: true }
  /** The status could not be read; `status` is the last sample before that, if any. */
  | { kind: "unreadable"; error: TelzinoError; status?: RegistrationStatus };

/**
 * Reads the status with growing pauses until `judge` calls it final or the budget is spent. A status that
 * can't be read ends the wait at once: the client has tried again already where that could help.
 *
 * @throws the signal's reason when the caller cancels.
 */
async function poll(
  api: TelzinoApi,
  agentId: string,
  options: WaitOptions,
  judge: (status: RegistrationStatus) => { done: boolean; fresh: boolean },
): Promise<WaitOutcome> {
  const started = performance.now();
  const deadline = started + options.budgetMs;
  let last: RegistrationStatus | undefined;
  let pausing = false;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * BACKOFF, SLOWEST_POLL_MS)) {
    let status: RegistrationStatus;
    try {
      status = await api.getStatus(agentId, { signal: options.signal });
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof TelzinoError)) throw error;
      return { kind: "unreadable", error, ...present({ status: last }) };
    }
    last = status;
    options.onSample?.(status, performance.now() - started);
    const { done, fresh } = judge(status);
    if (done) return { kind: "done", status };
    if (performance.now() + pause > deadline) return { kind: "pending", status, fresh };
    pausing ||= options.mayPause?.() ?? true;
    if (!pausing) return { kind: "pending", status, fresh, notWaited: true };
    await sleep(pause, undefined, { signal: options.signal });
  }
}

/** Waits until the registration that was written after `before` has settled: registered or failed. */
export function waitUntilSettled(
  api: TelzinoApi,
  agentId: string,
  before: RegistrationStatus | undefined,
  options: WaitOptions,
): Promise<WaitOutcome> {
  const judge = new SettleJudge(before);
  return poll(api, agentId, options, (status) => {
    const { settled, fresh }: Judgement = judge.next(status);
    return { done: settled, fresh };
  });
}

/** States that say that nothing is registered any more. */
const GONE: ReadonlySet<unknown> = new Set(["NOT_FOUND", "NOT_REGISTERED_STATE"]);

/** Waits until the platform reports no registration. */
export function waitUntilGone(api: TelzinoApi, agentId: string, options: WaitOptions): Promise<WaitOutcome> {
  return poll(api, agentId, options, (status) => ({ done: GONE.has(status.state), fresh: true }));
}
