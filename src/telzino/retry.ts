import type { TelzinoError } from "./errors.js";
import { type Limit, pause } from "./limit.js";

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  tries: number;
  /** Pause before the second attempt, in milliseconds; doubled before each further one. */
  baseMs: number;
  /** Longest pause that backoff by itself may ask for, in milliseconds. */
  maxMs: number;
  /** Everything together: attempts, pauses, and the login where one is needed. Milliseconds. */
  totalMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { tries: 4, baseMs: 400, maxMs: 5_000, totalMs: 30_000 };

/** How one attempt ended. */
export type Attempt<A> =
  | { kind: "answer"; answer: A; transient: boolean; retryAfterSeconds?: number }
  | { kind: "failure"; error: TelzinoError; transient: boolean };

export interface Repeat {
  /** Number of the attempt that failed, from 1. */
  attempt: number;
  waitMs: number;
}

/**
 * The retry policy of the whole client: what is transient is tried again, after what the server asked for or
 * after a jittered exponential backoff, as often and as long as the policy and the limit allow. Where the
 * server asks for more time than is left, the last outcome is returned immediately.
 *
 * Why not undici's retry interceptor (7.30): while it waits after a reset, an abort is noticed only when the
 * wait is over, and an answer cut off in its middle is asked for again with `Range`, which a JSON API does not
 * serve. The tests check that neither happens here.
 *
 * @throws the limit's reason.
 */
export async function withRetries<A>(
  policy: RetryPolicy,
  limit: Limit,
  attemptOnce: () => Promise<Attempt<A>>,
  onRepeat?: (repeat: Repeat) => void,
): Promise<Attempt<A>> {
  for (let attempt = 1; ; attempt += 1) {
    limit.signal.throwIfAborted();
    const outcome = await attemptOnce();
    if (!outcome.transient || attempt >= policy.tries) return outcome;
    const asked = outcome.kind === "answer" ? outcome.retryAfterSeconds : undefined;
    const waitMs = delayMs(policy, attempt, asked, Math.random());
    if (waitMs >= limit.remainingMs()) return outcome;
    onRepeat?.({ attempt, waitMs });
    await pause(waitMs, limit.signal);
  }
}

/**
 * Milliseconds before the attempt after `attempt`. `chance` is in [0, 1): half of each pause is left to it, so
 * clients that failed together do not all come back together. A pause that the server asks for is never shortened.
 */
export function delayMs(
  policy: Pick<RetryPolicy, "baseMs" | "maxMs">,
  attempt: number,
  askedSeconds: number | undefined,
  chance: number,
): number {
  const backoff = Math.min(policy.baseMs * 2 ** (attempt - 1), policy.maxMs);
  const jittered = backoff * (0.5 + chance / 2);
  if (askedSeconds === undefined) return jittered;
  return Math.max(askedSeconds * 1_000 + policy.baseMs * 0.1 * chance, jittered);
}

const DAY_SECONDS = 86_400;

/** `Retry-After` (RFC 9110 section 10.2.3), seconds or a date, as seconds from `now` (epoch ms); at most a day. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const value = header?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value), DAY_SECONDS);
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  return Math.min(Math.max(0, (at - now) / 1_000), DAY_SECONDS);
}
