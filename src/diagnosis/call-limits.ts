import { CALL_DAY, type CallMade, LOGIN_WINDOW, type PbxLedger } from "./pbx-ledger.js";

/** Calls to one target, from all callers together: within ten minutes, and within a day. */
const PER_TARGET = { soon: 3, day: 20 } as const;
/** Of one history to all its targets: a tenant's share. */
const PER_HISTORY = { soon: 10, day: 60 } as const;

/** Whom a test call rings, and where. */
export interface CallTarget {
  readonly domain: string;
  /** The address that was pinned for this call. */
  readonly address: string;
  readonly extension: string;
}

/** Permission for one call. It counts from now on, whatever its outcome. */
export interface CallPermission {
  /** The call is over: the next one may begin. */
  end(): void;
}

/**
 * How often a test call may ring: one at a time, three in ten minutes and twenty a day for a target, counted for all who share
 * the ledger, as failed logins are. No user learns what another did.
 */
export class CallLimits {
  readonly #ledger: PbxLedger;
  readonly #by: object;

  /** @param by whose calls these are, among those who share the ledger. */
  constructor(ledger: PbxLedger, by: object) {
    this.#ledger = ledger;
    this.#by = by;
  }

  /** @returns the reason when no call may be made now. */
  start(target: CallTarget): CallPermission | string {
    const refusal = this.refusal(target);
    if (refusal !== undefined) return refusal;
    const made: CallMade = { at: this.#ledger.now(), by: this.#by, running: true };
    const keys = [...this.#keysOf(target), this.#ownKey()];
    if (!keys.every((key) => this.#ledger.calls.add(key, made))) {
      for (const key of keys) this.#ledger.calls.remove(key, made);
      return FULL;
    }
    return {
      end: () => {
        made.running = false;
      },
    };
  }

  /** Why no call may be made now; `undefined`: one may. Takes nothing. */
  refusal(target: CallTarget): string | undefined {
    const own = this.#ledger.calls.at(this.#ownKey());
    if (own.some(({ running }) => running)) return "another test call is under way: one at a time";
    const ownRefusal = this.#over(own, PER_HISTORY, "in all");
    if (ownRefusal !== undefined) return ownRefusal;
    const there = [...new Set(this.#keysOf(target).flatMap((key) => this.#ledger.calls.at(key)))];
    const mine = there.filter(({ by }) => by === this.#by);
    // What others did is not revealed, not even that they did something.
    return (
      this.#over(mine, PER_TARGET, "to one extension") ??
      (isOver(there, this.#ledger.now()) ? FULL : undefined)
    );
  }

  #over(calls: readonly CallMade[], limit: { soon: number; day: number }, what: string): string | undefined {
    const now = this.#ledger.now();
    const soon = calls.filter(({ at }) => now - at < LOGIN_WINDOW);
    if (soon.length >= limit.soon) {
      return `${limit.soon} test calls ${what} within ten minutes are the limit; the next one is allowed in ${minutes(soon.at(-limit.soon), LOGIN_WINDOW, now)} min`;
    }
    if (calls.length >= limit.day) {
      return `${limit.day} test calls ${what} a day are the limit; the next one is allowed in ${minutes(calls.at(-limit.day), CALL_DAY, now)} min`;
    }
    return undefined;
  }

  /** By name and by address, so neither another spelling of the host nor another port resets the count. */
  #keysOf({ domain, address, extension }: CallTarget): string[] {
    return [this.#ledger.mark(domain, extension), this.#ledger.mark(address, extension)];
  }

  /** Only of this history. */
  #ownKey(): string {
    return this.#ledger.ownMark(this.#by);
  }
}

const FULL = "this server limits how often one extension is called, over all users; try again in ten minutes";

function isOver(calls: readonly CallMade[], now: number): boolean {
  const soon = calls.filter(({ at }) => now - at < LOGIN_WINDOW);
  return (
    calls.some(({ running }) => running) || soon.length >= PER_TARGET.soon || calls.length >= PER_TARGET.day
  );
}

function minutes(oldest: CallMade | undefined, windowMs: number, now: number): number {
  return Math.max(1, Math.ceil(((oldest?.at ?? now) + windowMs - now) / 60_000));
}
