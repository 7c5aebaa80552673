import type { Clock } from "./clock.js";

/** A token bucket: so many at once, and so many a second in the long run. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #filledAt: number;

  constructor(clock: Clock, burst: number, perSecond: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#filledAt = clock.now();
  }

  /** Whether one more is within the limit; if so, it is counted. */
  take(): boolean {
    const now = this.#clock.now();
    const seconds = Math.max(0, now - this.#filledAt) / 1_000;
    this.#left = Math.min(this.#burst, this.#left + seconds * this.#perSecond);
    this.#filledAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
