/** Time as the entry page needs it; tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs something later. The function that is returned calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's own. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};
