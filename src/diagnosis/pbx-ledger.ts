import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { contactedIp } from "../sip/message/address.js";

const MINUTE = 60_000;
/** How long a PBX is taken to remember: fail2ban's default is 10 minutes. */
export const LOGIN_WINDOW = 10 * MINUTE;
export const RUN_WINDOW = MINUTE;
/** How long a test call counts. */
export const CALL_DAY = 24 * 60 * MINUTE;
/** Far more than is asked within ten minutes. A full ledger refuses: forgetting would be a way past it. */
const MAX_KEYS = 10_000;

/** A try with credentials. */
export interface Try {
  readonly at: number;
  /** The history whose run it was: no other one compares the fingerprint. */
  readonly by: object;
  readonly fingerprint: string;
  outcome: "under way" | "refused" | "unanswered";
}

/** A request that a PBX may count as failed logins. */
export interface CountedRequest {
  readonly at: number;
  /** The history whose run it was. */
  readonly by: object;
  /** Mark of the user in whose name it was sent. */
  readonly user: string;
  readonly login: boolean;
  cost: number;
  settled: boolean;
}

/** A test call that was placed. */
export interface CallMade {
  readonly at: number;
  /** The history whose call it was. */
  readonly by: object;
  running: boolean;
}

/**
 * What this process has sent to PBXs, for all users: a PBX counts and bans by the sender's address.
 * Hosts, addresses and users are kept only as keyed hashes, with a key that lives as long as the process.
 */
export class PbxLedger {
  /** Monotonic, so a clock that is set forward forgets nothing. */
  readonly now: () => number;
  /** Diagnoses by host. */
  readonly runs: Recent<{ readonly at: number; readonly by: object }>;
  /** By host and user. */
  readonly tries: Recent<Try>;
  /** By address. */
  readonly requests: Recent<CountedRequest>;
  /** Test calls, by host and extension, and by history. */
  readonly calls: Recent<CallMade>;
  readonly #key = randomBytes(32);
  readonly #ownMarks = new WeakMap<object, string>();

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.runs = new Recent({ now, windowMs: RUN_WINDOW, maxKeys: MAX_KEYS });
    this.tries = new Recent({ now, windowMs: LOGIN_WINDOW, maxKeys: 2 * MAX_KEYS });
    this.requests = new Recent({ now, windowMs: LOGIN_WINDOW, maxKeys: MAX_KEYS });
    this.calls = new Recent({ now, windowMs: CALL_DAY, maxKeys: 2 * MAX_KEYS });
  }

  /** The mark of a host, and of a user there. Other spellings of the same host have the same mark. */
  mark(host: string, ...user: readonly string[]): string {
    const place = contactedIp(host) ?? host.toLowerCase().replace(/\.$/, "");
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([place, ...user]))
      .digest("base64url");
  }

  /** The mark of a history, which is that of no host. */
  ownMark(by: object): string {
    const mark = this.#ownMarks.get(by) ?? `own ${randomUUID()}`;
    this.#ownMarks.set(by, mark);
    return mark;
  }
}

/** Of the keys, one history may begin a quarter: what one tenant fills must not stop all others. */
const SHARES = 4;

/** What happened within the last `windowMs`, by key. Holds `maxKeys` keys at most, and forgets none before its time. */
export class Recent<Event extends { readonly at: number; readonly by: object }> {
  readonly #now: () => number;
  readonly #windowMs: number;
  readonly #maxKeys: number;
  readonly #events = new Map<string, readonly Event[]>();
  /** Who began a key. */
  readonly #begun = new Map<string, object>();
  readonly #keysOf = new Map<object, number>();

  constructor({ now, windowMs, maxKeys }: { now: () => number; windowMs: number; maxKeys: number }) {
    this.#now = now;
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  /** The oldest first. */
  at(key: string): readonly Event[] {
    const events = this.#events.get(key) ?? [];
    return events.filter(({ at }) => this.#now() - at < this.#windowMs);
  }

  /** @returns whether there was room; if not, nothing is noted, and what was to be counted must not happen. */
  add(key: string, event: Event): boolean {
    if (!this.#events.has(key)) {
      if (!this.#hasRoom(event.by)) this.#forgetOld();
      if (!this.#hasRoom(event.by)) return false;
      this.#begun.set(key, event.by);
      this.#keysOf.set(event.by, (this.#keysOf.get(event.by) ?? 0) + 1);
    }
    this.#events.set(key, [...this.at(key), event]);
    return true;
  }

  #hasRoom(by: object): boolean {
    return (
      this.#events.size < this.#maxKeys && (this.#keysOf.get(by) ?? 0) < Math.ceil(this.#maxKeys / SHARES)
    );
  }

  remove(key: string, event: Event): void {
    const left = this.at(key).filter((other) => other !== event);
    if (left.length > 0) this.#events.set(key, left);
    else this.#forget(key);
  }

  #forget(key: string): void {
    this.#events.delete(key);
    const by = this.#begun.get(key);
    if (by === undefined) return;
    this.#begun.delete(key);
    const left = (this.#keysOf.get(by) ?? 1) - 1;
    if (left > 0) this.#keysOf.set(by, left);
    else this.#keysOf.delete(by);
  }

  #forgetOld(): void {
    for (const key of this.#events.keys()) {
      if (this.at(key).length === 0) this.#forget(key);
    }
  }
}
