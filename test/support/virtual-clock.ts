import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/audit/pace.js";

/** A clock that stands still while anybody works, and jumps to the next who waits. */
export class VirtualClock implements Clock {
  #now = 0;
  readonly #waiting = new Set<{ at: number; wake: () => void }>();

  now(): number {
    return this.#now;
  }

  pause(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waiting.delete(waiting);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const waiting = { at: this.#now + ms, wake };
      this.#waiting.add(waiting);
      signal?.addEventListener("abort", stop);
    });
  }

  /** Lets time pass until `work` has ended. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const end = work.finally(() => {
      isOver = true;
    });
    end.catch(() => {});
    while (!isOver) {
      for (let turns = 0; turns < 4 && !isOver; turns += 1) await turn();
      if (isOver) break;
      const [next] = [...this.#waiting].sort((one, other) => one.at - other.at);
      if (next === undefined) continue;
      this.#waiting.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    return end;
  }
}
