import { setTimeout as delay } from "node:timers/promises";
import type { Timers } from "../sip/index.js";
import { TM_TIMERS } from "./registrant-profile.js";

/** The registrant's own time, in seconds since it was started. */
export interface RegistrantClock {
  now(): number;
  /** Resolves at that time, or immediately if it has passed. Rejects when aborted. */
  until(seconds: number, signal: AbortSignal): Promise<void>;
  /** What the clock on the wall shows at that time. */
  date(seconds: number): Date;
}

/**
 * A clock on which everything takes a fraction of its time: with `factor` 10, thirty seconds of the registrant are
 * three. Its times are reported by the wall clock.
 */
function fastClock(factor: number): RegistrantClock {
  const started = performance.now();
  const startedAt = Date.now();
  const now = () => ((performance.now() - started) * factor) / 1_000;
  return {
    now,
    async until(seconds, signal) {
      // A timer may fire a little early.
      for (let left = seconds - now(); left > 0; left = seconds - now()) {
        await delay(Math.ceil((left * 1_000) / factor), undefined, { signal });
      }
      signal.throwIfAborted();
    },
    date: (seconds) => new Date(startedAt + (seconds * 1_000) / factor),
  };
}

/** Clock and retransmission timers of a registrant whose time is shortened by that factor. */
export function registrantTime(factor: number): { clock: RegistrantClock; timers: Timers } {
  const { t1, t2, t4 } = TM_TIMERS;
  return { clock: fastClock(factor), timers: { t1: t1 / factor, t2: t2 / factor, t4: t4 / factor } };
}
