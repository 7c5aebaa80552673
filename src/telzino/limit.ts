/** The time that one call has, joined with whatever else may end it. */
export interface Limit {
  /** Aborts with the reason of the signal that ended it, or with the error of `onExpiry`. */
  readonly signal: AbortSignal;
  /** Milliseconds left. */
  remainingMs(): number;
  /** Clears the timer and the listeners. */
  end(): void;
}

export interface LimitOptions {
  signals: readonly (AbortSignal | undefined)[];
  ms: number;
  /** The reason with which the signal aborts when the time is up. */
  onExpiry: () => Error;
}

/** Starts the clock of one call. `end()` must be called. */
export function startLimit({ signals, ms, onExpiry }: LimitOptions): Limit {
  const controller = new AbortController();
  const deadline = performance.now() + ms;
  const timer = setTimeout(() => controller.abort(onExpiry()), ms);
  timer.unref();
  const releases: (() => void)[] = [];
  for (const signal of signals) {
    if (signal === undefined) continue;
    if (signal.aborted) controller.abort(signal.reason);
    const onAbort = () => controller.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    releases.push(() => signal.removeEventListener("abort", onAbort));
  }
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(0, deadline - performance.now()),
    end() {
      clearTimeout(timer);
      for (const release of releases) release();
    },
  };
}

/**
 * Waits for `work` no longer than `signal` lives. The work itself continues: others may wait for it too.
 *
 * @throws the signal's reason.
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    const release = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(
      (result) => {
        release();
        resolve(result);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
    if (signal.aborted) onAbort();
  });
}

/** A pause that ends immediately, with the signal's reason, when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return abortable(over, signal).finally(() => clearTimeout(timer));
}
