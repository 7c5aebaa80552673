import { pause } from "../telzino/limit.js";

/** The time that a pace goes by; tests have their own. */
export interface Clock {
  /** Milliseconds, from any beginning. */
  now(): number;
  /** @throws the signal's reason. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export const realClock: Clock = { now: () => performance.now(), pause };

/** Of the wanted rate, what is left after a refusal, and what comes back with each second without one. */
const AFTER_REFUSAL = 0.85;
const BACK_A_SECOND = 0.02;
/** A rate never falls below that part of what is wanted. */
const LEAST = 0.02;
/** So late a turn may come and be caught up with, in milliseconds: timers are not exact. */
const CATCH_UP_MS = 300;
const SECOND = 1_000;

/**
 * Turns at an even rate for all concurrent reads. A refusal (429) holds all of them for as long as it asks, and
 * lowers the rate, which then comes back slowly: the API's limit is not documented.
 */
export class Pace {
  readonly #wanted: number;
  readonly #clock: Clock;
  #rate: number;
  #nextAt = Number.NEGATIVE_INFINITY;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #loweredAt = Number.NEGATIVE_INFINITY;
  #changedAt: number;

  /** @param perSecond turns that are wanted in a second. */
  constructor(perSecond: number, clock: Clock) {
    this.#wanted = perSecond;
    this.#rate = perSecond;
    this.#clock = clock;
    this.#changedAt = clock.now();
  }

  /** Resolves when it is this caller's turn. @throws the signal's reason. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (;;) {
      const now = this.#clock.now();
      if (now < this.#heldUntil) {
        await this.#clock.pause(this.#heldUntil - now, signal);
        continue;
      }
      this.#recover(now);
      const at = Math.max(this.#nextAt, this.#heldUntil, now - CATCH_UP_MS);
      this.#nextAt = at + SECOND / this.#rate;
      if (at > now) await this.#clock.pause(at - now, signal);
      // Another read was refused meanwhile: this turn does not count.
      if (this.#clock.now() >= this.#heldUntil) return;
    }
  }

  /** No read has a turn for this long. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#clock.now() + ms);
    this.#nextAt = this.#heldUntil;
  }

  /** The API asked for fewer. Several who are refused together count once. */
  refused(waitMs: number): void {
    const now = this.#clock.now();
    if (now - this.#loweredAt >= SECOND && now >= this.#heldUntil) {
      this.#recover(now);
      this.#rate = Math.max(this.#rate * AFTER_REFUSAL, this.#wanted * LEAST);
      this.#loweredAt = now;
    }
    this.hold(waitMs);
  }

  #recover(now: number): void {
    const back = ((now - this.#changedAt) / SECOND) * BACK_A_SECOND * this.#wanted;
    this.#rate = Math.min(this.#wanted, this.#rate + back);
    this.#changedAt = now;
  }
}
