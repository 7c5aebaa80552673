import { setTimeout as delay } from "node:timers/promises";
import { Registrant, type RegistrantOptions } from "./registrant.js";
import type { Store, StoredSip } from "./store.js";
import type { RegistrationSnapshot } from "./wire.js";

export interface SyncOptions extends Omit<RegistrantOptions, "onCall" | "lastBefore"> {
  /** From a write until the registrant sees it, milliseconds. */
  readonly syncDelayMs: number;
  /** How long un-registering may take before a change goes on without it, milliseconds. */
  readonly unregisterMs: number;
}

/** One agent's record at the registrant, and what the store wants it to be. */
interface Line {
  registrant: Registrant | undefined;
  lastSent: Date | undefined;
  wanted: StoredSip | null;
  /** Counts writes, so that an equal registration written again is applied again. */
  version: number;
  working: Promise<void> | undefined;
}

const NOT_FOUND: RegistrationSnapshot = { state: "NOT_FOUND", enabled: false };

/** The sync service: sees each change in the store a moment later and has a registrant for each registration. */
export class Sync {
  readonly #store: Store;
  readonly #options: SyncOptions;
  readonly #lines = new Map<string, Line>();
  readonly #closing = new AbortController();
  readonly #unwatch: () => void;

  constructor(store: Store, options: SyncOptions) {
    this.#store = store;
    this.#options = options;
    this.#unwatch = store.watch(({ agentId, registration }) => this.#change(agentId, registration));
  }

  /** Right after a write that of the record before it, as on the platform. */
  snapshot(agentId: string): RegistrationSnapshot {
    return this.#lines.get(agentId)?.registrant?.snapshot ?? NOT_FOUND;
  }

  /** Un-registers everything and ends. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#unwatch();
    await Promise.all(
      [...this.#lines.values()].map(async (line) => {
        await line.working;
        await this.#remove(line);
      }),
    );
  }

  #change(agentId: string, wanted: StoredSip | null): void {
    const line = this.#lines.get(agentId) ?? {
      registrant: undefined,
      lastSent: undefined,
      wanted: null,
      version: 0,
      working: undefined,
    };
    this.#lines.set(agentId, line);
    line.wanted = wanted;
    line.version += 1;
    line.working ??= this.#apply(agentId, line).finally(() => {
      line.working = undefined;
    });
  }

  /** Applies the newest registration; those that came and went meanwhile are never seen. */
  async #apply(agentId: string, line: Line): Promise<void> {
    const { signal } = this.#closing;
    let applied: number | undefined;
    while (applied !== line.version && !signal.aborted) {
      await delay(this.#options.syncDelayMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const { version, wanted } = line;
      await this.#remove(line);
      if (wanted !== null && !signal.aborted) this.#start(agentId, line, wanted);
      applied = version;
    }
  }

  #start(agentId: string, line: Line, settings: StoredSip): void {
    line.registrant = new Registrant(settings, {
      ...this.#options,
      lastBefore: line.lastSent,
      onCall: (call) => this.#store.addCall(agentId, call),
    });
    line.registrant.start();
  }

  /** The record stays to be seen, un-registering, until it is gone. */
  async #remove(line: Line): Promise<void> {
    await line.registrant?.stop(this.#options.unregisterMs);
    line.lastSent = line.registrant?.snapshot.lastRegisterSent ?? line.lastSent;
    line.registrant = undefined;
  }
}
