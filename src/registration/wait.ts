import { setTimeout as sleep } from "node:timers/promises";
import { present } from "../base/present.js";
import { TelzinoError } from "../telzino/errors.js";
import type { RegistrationStatus, TelzinoApi } from "../telzino/types.js";
import { statusKind } from "./states.js";

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
 * can't be read ends the wait immediately: the client has already retried where that could help.
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

interface Judgement {
  /** A final state that belongs to the registration in question. */
  settled: boolean;
  /** Whether the status has moved at all since the sample taken before the write. */
  fresh: boolean;
}

/**
 * Decides from status samples when a *new* registration has settled. Right after a write the status may
 * still describe the old registration, and between retries a broken one passes through states of progress,
 * so a final state is believed only when something shows that it came after the write.
 */
export class SettleJudge {
  readonly #before: RegistrationStatus | undefined;
  readonly #begun: number;
  #fresh: boolean;

  /**
   * @param before the status before the write; `undefined` where it could not be read.
   *   Without it nothing can be compared, so the status is taken as it is.
   * @param `begun` when the wait for it starts, which is after the write.
   */
  constructor(before: RegistrationStatus | undefined, begun: Date = new Date()) {
    this.#before = before;
    this.#begun = begun.getTime();
    this.#fresh = before === undefined;
  }

  /** Its last REGISTER was sent before the write. Where there was none before, this machine's clock has to tell. */
  #isOld({ lastRegisterSent }: RegistrationStatus): boolean {
    if (this.#before === undefined || lastRegisterSent === undefined) return false;
    const before = this.#before.lastRegisterSent?.getTime() ?? 0;
    return before > 0
      ? lastRegisterSent.getTime() <= before
      : lastRegisterSent.getTime() < this.#begun - CLOCKS_DIFFER;
  }

  /** Takes the next sample, in the order in which they were read. */
  next(sample: RegistrationStatus): Judgement {
    this.#fresh ||= moved(this.#before, sample);
    const kind = statusKind(sample);
    // Whatever the states in between: a REGISTER from before the write registers what was stored before it.
    const fresh = this.#fresh && !(kind === "registered" && this.#isOld(sample));
    return { settled: fresh && (kind === "registered" || kind === "failed"), fresh };
  }
}

/** Clocks differ by so much, in milliseconds. */
const CLOCKS_DIFFER = 60_000;

/** Whether a sample speaks of something newer than the one taken before the write. */
function moved(before: RegistrationStatus | undefined, now: RegistrationStatus): boolean {
  if (before === undefined) return true;
  const sentBefore = before.lastRegisterSent?.getTime();
  const sentNow = now.lastRegisterSent?.getTime();
  if (sentNow !== undefined && sentNow > (sentBefore ?? 0)) return true;
  if (String(before.state) === String(now.state)) return false;
  // An attempt that was under way at the write may end after it: its outcome is still the old one's.
  const underWay = statusKind(before) === "progress" && sentBefore !== undefined;
  return !underWay || statusKind(now) === "absent" || statusKind(now) === "unregistering";
}
