import type { RegistrantClock } from "../../src/sandbox/registrant-clock.js";

/** What the wall shows at second 0. */
const START = Date.UTC(2030, 0, 1);

/** A registrant's clock that stands still until it is moved. */
export class ManualClock implements RegistrantClock {
  #now = 0;
  readonly #waiting = new Set<{ readonly at: number; readonly resolve: () => void }>();

  now(): number {
    return this.#now;
  }

  until(at: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (at <= this.#now) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const entry = { at, resolve: () => end(resolve) };
      const onAbort = () => end(() => reject(signal.reason));
      const end = (then: () => void) => {
        this.#waiting.delete(entry);
        signal.removeEventListener("abort", onAbort);
        then();
      };
      this.#waiting.add(entry);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** The times that are waited for. */
  get awaited(): number[] {
    return [...this.#waiting].map(({ at }) => at);
  }

  date(seconds: number): Date {
    return new Date(START + seconds * 1_000);
  }

  /** Moves on by so many seconds, from one wait to the next, each with time to do what it was waiting to do. */
  async advance(seconds: number): Promise<void> {
    const end = this.#now + seconds;
    for (;;) {
      const [next] = [...this.#waiting].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#now = next.at;
      next.resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }
}
