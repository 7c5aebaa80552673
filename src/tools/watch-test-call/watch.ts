import { present } from "../../base/present.js";
import { TelzinoError } from "../../telzino/errors.js";
import { pause, startLimit } from "../../telzino/limit.js";
import { type Choice, callsOf, chooseCall, type LoggedCall } from "../core/logged-calls.js";
import type { LogView, NewestCalls } from "../core/newest-calls.js";
import { isAhead, isSince, type Since } from "./since.js";

/** Between two looks at the log, milliseconds. */
const PAUSE_MS = 2_000;
/** A call that was the same at this many looks is complete. */
const SAME_LOOKS = 4;

/** The result of looking at a log for a while. */
export interface Watched {
  readonly choice: Choice;
  /** The call is over, as far as the log shows. */
  readonly ended: boolean;
  readonly complete: boolean;
  /** By the API's clock, or this machine's. */
  readonly now: Date;
  readonly waitedMs: number;
  /** The log could not be read at the last look. */
  readonly error?: TelzinoError;
  /** There were too many waits on this server. */
  readonly notWaited?: true;
}

export interface WatchOptions {
  readonly log: Pick<NewestCalls, "read">;
  readonly since: Since;
  /** The number that the person calls from. */
  readonly from: string | undefined;
  /** The first look, where it was made already. */
  readonly seen: LogView | undefined;
  readonly budgetMs: number;
  readonly signal: AbortSignal;
  readonly mayPause: (() => boolean) | undefined;
  readonly onLook: (choice: Choice, elapsedMs: number) => void;
  /** The person has hung up: they say what they heard. Without it, a call whose end is not in the log may be under way. */
  readonly isOver: boolean;
  /** Between two looks, milliseconds. */
  readonly pauseMs?: number;
}

/**
 * Looks at a call log until a new call is there and all told, or the time is up. Entries may come during a call or after it,
 * grow, come twice or out of order. A look that fails is made good by the next one.
 *
 * @throws TelzinoError when the log could not be read at all, and the signal's reason.
 */
export async function watchLog(options: WatchOptions): Promise<Watched> {
  const { log, since, from, signal, budgetMs, pauseMs = PAUSE_MS } = options;
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const settling = new Settling(options.isOver);
  let view = options.seen ?? (await log.read(signal));
  let readAt = performance.now();
  let error: TelzinoError | undefined;
  for (;;) {
    const choice = chooseCall(
      callsOf(view.calls).filter((call) => isSince(since, call) && !isAhead(call, view.answeredAt)),
      from,
    );
    const state = settling.next(choice.call, error === undefined);
    options.onLook(choice, elapsed());
    const told = (more: Partial<Watched> = {}): Watched => ({
      ...{ choice, ended: state.ended, complete: view.complete, waitedMs: elapsed() },
      now: new Date(
        (view.answeredAt ?? new Date()).getTime() + (view.answeredAt ? performance.now() - readAt : 0),
      ),
      ...present({ error }),
      ...more,
    });
    if (state.settled) return told();
    const wait = Math.max(pauseMs, (error?.retryAfterSeconds ?? 0) * 1_000);
    if (elapsed() + wait > budgetMs) return told();
    if (options.mayPause?.() === false) return told({ notWaited: true });
    await pause(wait, signal);
    try {
      view = await readWithin(log, budgetMs - elapsed(), signal);
      readAt = performance.now();
      error = undefined;
    } catch (reason) {
      signal.throwIfAborted();
      if (!(reason instanceof TelzinoError) || !MAY_PASS.has(reason.code)) throw reason;
      error = reason;
    }
  }
}

/** What the next look may make good. */
const MAY_PASS: ReadonlySet<TelzinoError["code"]> = new Set([
  "rate_limited",
  "server_error",
  "unreachable",
  "timeout",
  "unreadable_answer",
]);

/** The time that a look has at least, milliseconds. */
const LOOK_MS = 3_000;

async function readWithin(log: WatchOptions["log"], ms: number, signal: AbortSignal): Promise<LogView> {
  const onExpiry = () => new TelzinoError("timeout", "The call log was not read in time");
  const limit = startLimit({ signals: [signal], ms: Math.max(ms, LOOK_MS), onExpiry });
  try {
    return await log.read(limit.signal);
  } finally {
    limit.end();
  }
}

/** Follows one call from look to look. */
class Settling {
  readonly #isOver: boolean;
  #told = "";
  #same = 0;

  constructor(isOver: boolean) {
    this.#isOver = isOver;
  }

  next(call: LoggedCall | undefined, isNewLook: boolean): { ended: boolean; settled: boolean } {
    if (call === undefined) return { ended: false, settled: false };
    const told = JSON.stringify(call);
    if (told !== this.#told) this.#same = 0;
    else if (isNewLook) this.#same += 1;
    this.#told = told;
    const rests = this.#same >= SAME_LOOKS;
    const ended = call.endedAt !== undefined || (rests && call.seconds !== undefined);
    const { agent = 0, caller = 0 } = call.entries ?? {};
    const isAllThere = ended && agent > 0 && caller > 0;
    return { ended, settled: isAllThere || (rests && (ended || this.#isOver)) };
  }
}
