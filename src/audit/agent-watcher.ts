import { TelzinoError } from "../telzino/errors.js";
import { pause as realPause } from "../telzino/limit.js";
import type { RegistrationStatus, TelzinoApi } from "../telzino/types.js";

/** Agents of one account that are watched at a time, and how often each is read as long as they are few. */
export const MOST_WATCHED = 50;
const EVERY_MS = 10_000;
/** From one read to the next, whoever's turn it is: two requests a second at most. */
const LEAST_MS = 500;
/** While the API answers nobody, each read waits twice as long as the one before, to this many times. */
const LONGEST_BACKOFF = 16;

interface Watched {
  tells: Set<() => void>;
  /** What was seen last. */
  mark: string | undefined;
}

export interface WatcherOptions {
  api: Pick<TelzinoApi, "getStatus">;
  pause?: typeof realPause;
}

/**
 * Tells when the registration of an agent has changed, by reading the status of those that somebody watches, one after the
 * other. Nothing is read while nobody does. That the API does not answer is no change.
 */
export class AgentWatcher {
  readonly #options: WatcherOptions;
  readonly #watched = new Map<string, Watched>();
  #stop: AbortController | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** How many agents are watched. */
  get size(): number {
    return this.#watched.size;
  }

  /**
   * @param seen what whoever watches has seen already; without it the first read is where changes begin.
   * @returns ends it. `undefined`: too many are watched.
   */
  watch(agentId: string, tell: () => void, seen?: RegistrationStatus): (() => void) | undefined {
    const id = agentId.toLowerCase();
    const known = this.#watched.get(id);
    if (known === undefined && this.#watched.size >= MOST_WATCHED) return undefined;
    const watched = known ?? { tells: new Set(), mark: seen && markOf(seen) };
    // The same function may watch twice.
    const own = () => tell();
    watched.tells.add(own);
    this.#watched.set(id, watched);
    if (this.#stop === undefined) {
      this.#stop = new AbortController();
      void this.#read(this.#stop.signal);
    }
    return () => {
      watched.tells.delete(own);
      if (watched.tells.size > 0 || this.#watched.get(id) !== watched) return;
      this.#watched.delete(id);
      if (this.#watched.size > 0) return;
      this.#stop?.abort(new Error("nobody watches"));
      this.#stop = undefined;
    };
  }

  /** Reads one agent after the other until nobody watches. Never rejects. */
  async #read(signal: AbortSignal): Promise<void> {
    const { pause = realPause } = this.#options;
    let backoff = 1;
    while (!signal.aborted) {
      const wait = Math.max(LEAST_MS, EVERY_MS / Math.max(1, this.#watched.size)) * backoff;
      await pause(wait, signal).catch(() => {});
      const [next] = this.#watched;
      if (signal.aborted || next === undefined) return;
      const [id, watched] = next;
      // To the end of the row.
      this.#watched.delete(id);
      this.#watched.set(id, watched);
      const isAnswered = await this.#look(id, watched, signal);
      backoff = isAnswered ? 1 : Math.min(2 * backoff, LONGEST_BACKOFF);
    }
  }

  /** @returns whether the API has said anything of the agent. */
  async #look(id: string, watched: Watched, signal: AbortSignal): Promise<boolean> {
    let mark: string;
    try {
      mark = markOf(await this.#options.api.getStatus(id, { signal }));
    } catch (error) {
      if (!(error instanceof TelzinoError && error.code === "agent_not_found")) return false;
      mark = "gone";
    }
    const before = watched.mark;
    watched.mark = mark;
    if (!signal.aborted && before !== undefined && before !== mark) {
      for (const tell of [...watched.tells]) tell();
    }
    return true;
  }
}

/** What counts as a change: that it has registered again does not. */
function markOf({ state, enabled, isRegistered }: RegistrationStatus): string {
  return JSON.stringify([typeof state === "string" ? state : state.unwrap(), enabled, isRegistered]);
}
