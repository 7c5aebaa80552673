/**
 * Transaction timers, RFC 3261 17.1.1.1 and table 4. Milliseconds.
 *
 * T1 is the round-trip estimate (first retransmission, 64 times it is the transaction's end), T2 the longest
 * retransmission interval, T4 how long a message may stay in the network.
 */
export interface Timers {
  readonly t1: number;
  readonly t2: number;
  readonly t4: number;
}

export const RFC_TIMERS: Timers = { t1: 500, t2: 4000, t4: 5000 };

/**
 * Timers that are all cleared together. They keep no process alive once `relaxed` is given: what only waits
 * for stray retransmissions must not.
 */
export class TimerSet {
  readonly #running = new Set<NodeJS.Timeout>();

  after(ms: number, run: () => void, mode: "held" | "relaxed" = "held"): () => void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      run();
    }, ms);
    if (mode === "relaxed") timer.unref();
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
