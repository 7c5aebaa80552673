import { BoundedMap } from "../base/bounded-map.js";

/** How long a change waits for others of the same agent, in milliseconds. */
const WAIT_MS = 30_000;
/** Of how many agents it is known who changed them last. */
const REMEMBERED = 10_000;

/** The changes before this one took too long: nothing of it has been sent. */
export class AgentBusy extends Error {
  override readonly name = "AgentBusy";

  constructor(waitedMs: number) {
    super(`Other changes of this agent were not finished within ${Math.round(waitedMs / 1_000)} s`);
  }
}

/** One change of an agent, from the reading before it on. */
export interface AgentTurn {
  /** To be called before anything is sent that changes the agent. The result takes it back: nothing was changed. */
  willWrite(): Promise<() => Promise<void>>;
  /** Whether a later turn has written, also where it stored the very same. May be asked after this one has ended. */
  overtaken(): Promise<boolean>;
  /** By which `AgentLocks.overtaken` knows it, in whatever process. Empty: no other process could tell. */
  mark(): string;
}

export interface TurnOptions {
  signal: AbortSignal;
  /** Called once, where other changes come first. */
  onWait?: () => void;
}

/** Lets the changes of one agent go one after the other: read, write, read back. */
export interface AgentLocks {
  /**
   * Runs `work` when the agent's earlier changes are through, in the order of the calls.
   *
   * @throws AgentBusy where they take too long, and the signal's reason.
   */
  hold<Result>(
    agentId: string,
    options: TurnOptions,
    work: (turn: AgentTurn) => Promise<Result>,
  ): Promise<Result>;
  /** Whether a later turn has written than the one of that mark. */
  overtaken(agentId: string, mark: string): Promise<boolean>;
}

/** What the processes that change the same agents have in common. Where its store is lost, each is on its own. */
export interface SharedLocks {
  /**
   * Waits until no other process holds `key`. Resolves with the release; `undefined`: the store is lost.
   *
   * @throws the signal's reason.
   */
  acquire(key: string, options: TurnOptions): Promise<(() => Promise<void>) | undefined>;
  /** Keeps `mark` as that of the last change, for some minutes. Never rejects. `false`: it is not kept. */
  setMark(key: string, mark: string): Promise<boolean>;
  /** `undefined`: none is known. Never rejects. */
  markOf(key: string): Promise<string | undefined>;
}

export interface AgentLocksOptions {
  shared?: SharedLocks | undefined;
  waitMs?: number;
}

/** The locks of this process, and of all that share a store with it. */
export class ProcessLocks {
  readonly #shared: SharedLocks | undefined;
  readonly #waitMs: number;
  /** The end of each queue, for as long as anybody is in it. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #marks = new BoundedMap<string, string>(REMEMBERED);

  constructor({ shared, waitMs = WAIT_MS }: AgentLocksOptions = {}) {
    this.#shared = shared;
    this.#waitMs = waitMs;
  }

  /** The locks of the agents of one account: who has no access to an agent must not be able to hold it. */
  within(account: string): AgentLocks {
    const keyOf = (agentId: string) => JSON.stringify([account, agentId.toLowerCase()]);
    return {
      hold: (agentId, options, work) => this.#hold(keyOf(agentId), options, work),
      overtaken: (agentId, mark) => this.#overtaken(keyOf(agentId), mark),
    };
  }

  async #hold<Result>(
    key: string,
    { signal, onWait = () => {} }: TurnOptions,
    work: (turn: AgentTurn) => Promise<Result>,
  ): Promise<Result> {
    let told = false;
    const tellOnce = () => {
      if (!told) onWait();
      told = true;
    };
    const release = await this.#acquire(key, signal, tellOnce);
    try {
      return await work(this.#turn(key));
    } finally {
      await release();
    }
  }

  async #overtaken(key: string, mark: string): Promise<boolean> {
    const last = this.#shared === undefined ? this.#marks.get(key) : await this.#shared.markOf(key);
    return mark !== "" && last !== undefined && last !== mark;
  }

  async #acquire(key: string, signal: AbortSignal, onWait: () => void): Promise<() => Promise<void>> {
    // First of all, since the order is that of the calls.
    const { before, leave } = this.#enqueue(key);
    // Loaded with the first change: a start makes none.
    const { abortable, startLimit } = await import("../telzino/limit.js");
    const onExpiry = () => new AgentBusy(this.#waitMs);
    const limit = startLimit({ signals: [signal], ms: this.#waitMs, onExpiry });
    try {
      limit.signal.throwIfAborted();
      if (before !== undefined) {
        onWait();
        await abortable(before, limit.signal);
      }
      const release = await this.#shared?.acquire(key, { signal: limit.signal, onWait });
      return async () => {
        await release?.();
        leave();
      };
    } catch (error) {
      leave();
      throw error;
    } finally {
      limit.end();
    }
  }

  /** Takes a place at the end of the queue. `before`: when those ahead have left. */
  #enqueue(key: string): { before: Promise<void> | undefined; leave: () => void } {
    const before = this.#queues.get(key);
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    // Who gives up must not let those behind pass those ahead.
    const end = (before ?? Promise.resolve()).then(() => left);
    this.#queues.set(key, end);
    void end.then(() => {
      if (this.#queues.get(key) === end) this.#queues.delete(key);
    });
    return { before, leave };
  }

  #turn(key: string): AgentTurn {
    const mark = crypto.randomUUID();
    let isShared = false;
    const setMark = async (value: string) => {
      this.#marks.set(key, value);
      isShared = (await this.#shared?.setMark(key, value)) ?? false;
    };
    return {
      willWrite: async () => {
        const last = (await this.#shared?.markOf(key)) ?? this.#marks.get(key);
        await setMark(mark);
        return () => setMark(last ?? "");
      },
      overtaken: async () => {
        const last = isShared ? await this.#shared?.markOf(key) : this.#marks.get(key);
        return last !== undefined && last !== mark;
      },
      mark: () => (this.#shared === undefined || isShared ? mark : ""),
    };
  }
}
