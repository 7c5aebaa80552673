import { TelzinoError } from "../telzino/errors.js";
import { pause as realPause } from "../telzino/limit.js";
import type { RegistrationStatus, TelzinoApi } from "../telzino/types.js";

/** Agents of one account that are watched at a time, and how often each is read as long as they are few. */
export const MOST_WATCHED = 50;
const EVERY_MS = 10_000;
/** Between any two reads: at most two requests a second. */
const LEAST_MS = 500;
/** While the API does not answer, each read waits twice as long as the one before, up to this factor. */
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
 * Reports when the registration of a watched agent changes, by reading the watched agents' status one after the other.
 * Without a watcher nothing is read. An API that does not answer is not a change.
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
   * @param seen what the watcher has seen already; without it changes count from the first read.
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

  /** Reads one agent after the other while there is a watcher. Never rejects. */
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
