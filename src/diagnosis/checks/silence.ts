/** What the last wait has in any case, in milliseconds. */
const SHORTEST = 1_500;

/**
 * How long a PBX may be waited for of which nothing is heard: each wait has its limit, and together they end by a
 * deadline. Once something is heard the deadline counts no more.
 */
export class Silence {
  readonly #until: number;
  readonly #now: () => number;
  readonly #broken = new AbortController();

  /** @param ms from now on. */
  constructor(ms: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#until = now() + ms;
  }

  /** Aborted as soon as something is heard. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  break(): void {
    this.#broken.abort();
  }

  /** The same for the last of all waits, whatever was heard before: who answers slowly and then goes mute is given up as well. */
  leftOfAll(limit: number): number {
    return Math.max(Math.min(limit, SHORTEST), Math.min(limit, this.#until - this.#now()));
  }

  /** What a wait that begins now may take of its limit, in milliseconds; 1 at least. */
  left(limit: number): number {
    return this.broken.aborted ? limit : Math.max(1, Math.min(limit, this.#until - this.#now()));
  }
}
