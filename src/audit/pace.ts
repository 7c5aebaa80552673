import { abortable, pause } from "../telzino/limit.js";

/** The time that a pace goes by; tests have their own. */
export interface Clock {
  /** Milliseconds, from any beginning. */
  now(): number;
  /** @throws the signal's reason. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export const realClock: Clock = { now: () => performance.now(), pause };

/** The part of the rate that is left after a refusal, and the part of the wanted rate that comes back with each second. */
const AFTER_REFUSAL = 0.85;
const BACK_A_SECOND = 0.02;
/** A rate never falls below that part of what is wanted. */
const LEAST = 0.02;
/**
 * How much time is caught up with after a turn that was late, in milliseconds: timers are not exact, and a busy process is late.
 * Several refusals together halve it, since the API may take fewer requests together than in a second; then it comes back slowly.
 */
const CATCH_UP_MS = 450;
const LEAST_CATCH_UP_MS = 50;
const CATCH_UP_BACK_MS = 2;
const SECOND = 1_000;

/**
 * Turns at an even rate for all concurrent reads, in their order, and never more within any second than are wanted. A refusal (429)
 * holds all of them for as long as it asks, and lowers the rate, which then comes back slowly: the API's limit is not documented.
 */
export class Pace {
  readonly #wanted: number;
  readonly #clock: Clock;
  #rate: number;
  #catchUpMs = CATCH_UP_MS;
  /** When turns began, the latest last: as many as make a second. */
  readonly #began: number[] = [];
  /** Ends with the turn of the caller before. */
  #before: Promise<void> = Promise.resolve();
  /** No other read has been refused together with the last one. */
  #isAlone = false;
  #nextAt: number;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #loweredAt = Number.NEGATIVE_INFINITY;
  #changedAt: number;

  /** @param perSecond turns that are wanted in a second. */
  constructor(perSecond: number, clock: Clock) {
    this.#wanted = perSecond;
    this.#rate = perSecond;
    this.#clock = clock;
    this.#nextAt = clock.now();
    this.#changedAt = this.#nextAt;
  }

  /** Resolves when it is this caller's turn. @throws the signal's reason. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const before = this.#before;
    let end = () => {};
    this.#before = new Promise((resolve) => {
      end = resolve;
    });
    try {
      await abortable(before, signal);
      await this.#dueTurn(signal);
    } finally {
      // A caller that has left does not let the next one overtake those before it.
      void before.then(end);
    }
  }

  async #dueTurn(signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      this.#recover(now);
      const at = Math.max(this.#nextAt, this.#heldUntil, this.#fullUntil());
      if (at <= now) {
        this.#nextAt = Math.max(this.#nextAt, now - this.#catchUpMs) + SECOND / this.#rate;
        this.#began.push(now);
        if (this.#began.length > Math.ceil(this.#wanted)) this.#began.shift();
        return;
      }
      // A read may be refused meanwhile.
      await this.#clock.pause(at - now, signal);
    }
  }

  /** Until when another turn would be one too many within a second. */
  #fullUntil(): number {
    const many = Math.ceil(this.#rate);
    const began = this.#began.at(-many);
    return began === undefined ? Number.NEGATIVE_INFINITY : began + (many / this.#rate) * SECOND;
  }

  /** No read has a turn for this long. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#clock.now() + ms);
    this.#nextAt = this.#heldUntil;
  }

  /** The API asked for fewer. For the rate, several refusals together count once. */
  refused(waitMs: number): void {
    const now = this.#clock.now();
    if (now - this.#loweredAt >= SECOND && now >= this.#heldUntil) {
      this.#recover(now);
      this.#rate = Math.max(this.#rate * AFTER_REFUSAL, this.#wanted * LEAST);
      this.#catchUpMs = Math.max(this.#catchUpMs * AFTER_REFUSAL, LEAST_CATCH_UP_MS);
      this.#isAlone = true;
      this.#loweredAt = now;
    } else if (this.#isAlone) {
      this.#catchUpMs = Math.max(this.#catchUpMs / 2, LEAST_CATCH_UP_MS);
      this.#isAlone = false;
    }
    this.hold(waitMs);
  }

  #recover(now: number): void {
    const seconds = (now - this.#changedAt) / SECOND;
    this.#rate = Math.min(this.#wanted, this.#rate + seconds * BACK_A_SECOND * this.#wanted);
    this.#catchUpMs = Math.min(CATCH_UP_MS, this.#catchUpMs + seconds * CATCH_UP_BACK_MS);
    this.#changedAt = now;
  }
}
