import { setTimeout as delay } from "node:timers/promises";
import type { ContactPort } from "./reach.js";
import { isSameRecord } from "./record.js";
import { Registrant, type RegistrantOptions } from "./registrant.js";
import { TIMER_INTERVAL } from "./registrant-profile.js";
import type { Store, StoredSip } from "./store.js";
import type { RegistrationSnapshot } from "./wire.js";

export interface SyncOptions extends Omit<RegistrantOptions, "onCall" | "onCrash" | "contactPort"> {
  /** From a write until the registrant sees it, milliseconds. */
  readonly syncDelayMs: number;
  /** How long un-registering may take before a change continues without it, milliseconds. */
  readonly unregisterMs: number;
  /**
   * Whether a record that was changed is forced to register. Without it a registered one sends nothing before its mark.
   * What the platform does is not known. OpenSIPS 3.4 has no such command.
   */
  readonly forceRegister: boolean;
}

/** One agent's record at the registrant, and what the store wants it to be. */
interface Line {
  registrant: Registrant | undefined;
  readonly contactPort: ContactPort;
  wanted: StoredSip | null;
  /** Counts writes, so an equal registration written again is applied again. */
  version: number;
  working: Promise<void> | undefined;
}

const NOT_FOUND: RegistrationSnapshot = { state: "NOT_FOUND", enabled: false };

/**
 * The sync service, and OpenSIPS's timer: sees each change in the store a moment later, has a record at the registrant for
 * each registration, and has all records look at the clock at each tick.
 */
export class Sync {
  readonly #store: Store;
  readonly #options: SyncOptions;
  readonly #lines = new Map<string, Line>();
  readonly #closing = new AbortController();
  readonly #unwatch: () => void;

  constructor(store: Store, options: SyncOptions) {
    this.#store = store;
    this.#options = options;
    // Until it is aborted.
    this.#keepTime().catch(() => {});
    this.#unwatch = store.watch(({ agentId, registration }) => this.#change(agentId, registration));
  }

  /** Right after a write that of the record before it, as on the platform. */
  snapshot(agentId: string): RegistrationSnapshot {
    return this.#lines.get(agentId)?.registrant?.snapshot ?? NOT_FOUND;
  }

  /** Resolves when the registrant has seen the last write. */
  async applied(agentId: string): Promise<void> {
    await this.#lines.get(agentId)?.working;
  }

  /** Disables every record, so nothing remains at the registrars that are still known, and ends. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#unwatch();
    await Promise.all(
      [...this.#lines.values()].map(async (line) => {
        await line.working;
        await line.registrant?.disable(this.#options.unregisterMs);
        line.registrant = undefined;
      }),
    );
  }

  #change(agentId: string, wanted: StoredSip | null): void {
    const line = this.#lines.get(agentId) ?? {
      registrant: undefined,
      contactPort: {},
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
      await this.#put(agentId, line, wanted);
      applied = version;
    }
  }

  async #put(agentId: string, line: Line, wanted: StoredSip | null): Promise<void> {
    const { registrant } = line;
    if (registrant !== undefined && wanted !== null && isSameRecord(registrant.settings, wanted)) {
      if (registrant.change(wanted)) {
        const { profile, forceRegister } = this.#options;
        if (forceRegister && profile.changes === "commands") registrant.force();
        return;
      }
      await registrant.abandon();
    } else {
      // Gone immediately, whatever happens to the binding.
      line.registrant = undefined;
      await registrant?.remove(this.#options.unregisterMs);
    }
    line.registrant =
      wanted === null || this.#closing.signal.aborted ? undefined : this.#make(agentId, line, wanted);
  }

  #make(agentId: string, line: Line, settings: StoredSip): Registrant {
    return new Registrant(settings, {
      ...this.#options,
      contactPort: line.contactPort,
      onCall: (call) => this.#store.addCall(agentId, call),
      onCrash: () => this.#restart(),
    });
  }

  /** The server has stopped and is started again, as by a supervisor: no record remembers anything. */
  #restart(): void {
    for (const [agentId, line] of this.#lines) {
      const { registrant } = line;
      if (registrant === undefined || this.#closing.signal.aborted) continue;
      void registrant.abandon();
      line.registrant = this.#make(agentId, line, registrant.settings);
    }
  }

  /** OpenSIPS's timer. Ticks for which there was no time are skipped. */
  async #keepTime(): Promise<void> {
    const { clock } = this.#options;
    for (let tick = TIMER_INTERVAL; ; tick += TIMER_INTERVAL) {
      await clock.until(tick, this.#closing.signal);
      tick = Math.max(tick, Math.floor(clock.now() / TIMER_INTERVAL) * TIMER_INTERVAL);
      for (const { registrant } of this.#lines.values()) registrant?.tick(tick);
    }
  }
}
