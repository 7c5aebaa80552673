import type { Family } from "./answerer.js";
import type { ExchangeEvidence } from "./evidence-registrar.js";

/** Intrusion detection bans from five failed logins in ten minutes on (fail2ban's defaults): stay below. */
const MOST = 4;
export const STRIKE_WINDOW = 10 * 60_000;
/** A process that diagnoses for days must not grow. */
const KEPT = 500;

/**
 * What one request may cost, by the strictest PBX that was measured: Asterisk's PJSIP logs each request of a user
 * whom it does not know as a failed login, one with credentials twice. Its answer does not tell such a user from a known one.
 */
const PLAIN = 1;
const LOGIN = 2;

/** Answerers that by themselves log nothing for a request that they challenge. */
const CHALLENGE_FREELY: ReadonlySet<Family> = new Set(["kamailio", "opensips"]);
/** Answerers that log a refused login once. chan_sip also logs the request before it, for a user behind an access list. */
const LOG_ONCE: ReadonlySet<Family> = new Set([
  ...CHALLENGE_FREELY,
  "asterisk-chan-sip",
  "freeswitch",
  "3cx",
]);

/** In whose name something is asked, and where. */
export interface Asker {
  readonly address: string;
  readonly user: string;
  readonly authUser?: string;
}

interface Entry {
  readonly at: number;
  readonly address: string;
  readonly key: string;
  readonly login: boolean;
  cost: number;
  settled: boolean;
}

/** Leave to send; its full cost counts until it is settled. */
export interface Charge {
  settle(cost: number): void;
}

/**
 * What the requests of ten minutes may have cost this machine's address in failed logins, by the address of the
 * PBX: intrusion detection counts for the sender, whichever user it names. No sequence of runs may come to a ban.
 */
export class StrikeLedger {
  readonly #now: () => number;
  #entries: Entry[] = [];
  /** Users whose credentials were accepted: nothing without credentials counts for them. */
  readonly #proven = new Map<string, number>();
  readonly #families = new Map<string, Family>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Leave for an OPTIONS, which tells least and so is the first to be left out: only where nothing has counted in
   * an earlier run, and the REGISTER after it (`next`) still fits.
   *
   * @param earlier what had counted there when the run began.
   */
  takeOptions(asker: Asker, next: "login" | "plain" | "nothing", earlier: number): Charge | string {
    if (next !== "nothing" && earlier > 0) {
      return "OPTIONS was left out: the PBX refused or challenged a request within ten minutes, and may count each as a failed login";
    }
    const login = next === "login" ? this.#login(asker) : 0;
    const reserve = next === "nothing" ? 0 : this.#plain(asker) + login;
    return (
      this.#take(asker, this.#plain(asker), false, reserve) ??
      this.#refusal(asker.address, "OPTIONS was left out")
    );
  }

  /** Leave for a REGISTER, with or without credentials. */
  takeRegister(asker: Asker, login: boolean): Charge | string {
    const cost = this.#plain(asker) + (login ? this.#login(asker) : 0);
    return (
      this.#take(asker, cost, login, 0) ??
      this.#refusal(asker.address, login ? "no credentials were sent" : "nothing was asked in a user's name")
    );
  }

  /** What may have been counted at an address within ten minutes; with `settled` only where an answer showed it. */
  spent(address: string, settled = false): number {
    this.#entries = this.#entries.filter(({ at }) => this.#now() - at < STRIKE_WINDOW);
    return this.#entries
      .filter((entry) => entry.address === address && (entry.settled || !settled))
      .reduce((sum, { cost }) => sum + cost, 0);
  }

  /** Who answers at an address, which decides what a refused login costs there. */
  noteFamily(address: string, family: Family): void {
    keep(this.#families, address, family);
  }

  /** Credentials were accepted: the user is known there, so that only its refused logins have counted, once each. */
  noteAccepted(asker: Asker): void {
    keep(this.#proven, keyOf(asker), this.#now());
    for (const entry of this.#entries) {
      if (entry.key === keyOf(asker)) entry.cost = Math.min(entry.cost, entry.login ? 1 : 0);
    }
  }

  #plain(asker: Asker): number {
    const at = this.#proven.get(keyOf(asker));
    return at !== undefined && this.#now() - at < STRIKE_WINDOW ? 0 : PLAIN;
  }

  #login(asker: Asker): number {
    const family = this.#families.get(asker.address);
    return this.#plain(asker) === 0 || (family !== undefined && LOG_ONCE.has(family)) ? 1 : LOGIN;
  }

  #take(asker: Asker, cost: number, login: boolean, reserve: number): Charge | undefined {
    const { address } = asker;
    if (this.spent(address) + cost + reserve > MOST) return undefined;
    const entry: Entry = { at: this.#now(), address, key: keyOf(asker), login, cost, settled: false };
    this.#entries = [...this.#entries, entry].slice(-KEPT);
    return {
      settle: (settled) => {
        entry.settled = true;
        entry.cost = Math.min(entry.cost, settled);
      },
    };
  }

  #refusal(address: string, what: string): string {
    const spent = this.spent(address);
    const newest = this.#entries.findLast((entry) => entry.address === address && entry.cost > 0);
    const left = (newest?.at ?? this.#now()) + STRIKE_WINDOW - this.#now();
    return `what was asked there within ten minutes may count as ${spent} failed login${spent === 1 ? "" : "s"}, and PBXs ban from 5 on, so ${what}; again in ${Math.max(1, Math.ceil(left / 60_000))} min at the latest`;
  }
}

/** What an exchange may have cost. What was not answered was not counted, unless credentials were in it. */
export function strikesOf(exchange: ExchangeEvidence, family: Family): number {
  const { method, result, status, withCredentials } = exchange;
  const full = withCredentials ? (LOG_ONCE.has(family) ? 1 : LOGIN) : PLAIN;
  if (result === "silent") return withCredentials ? full : 0;
  if (result === "refused" || result === "unreachable" || result === "failed") return 0;
  if (result !== "answered" || status === undefined) return full;
  if (status < 400) return 0;
  const challenged = status === 401 || status === 407;
  // OPTIONS that is answered otherwise got past the check of the user, or there was none.
  if (method === "OPTIONS" && !challenged && status !== 403) return 0;
  return challenged && !withCredentials && CHALLENGE_FREELY.has(family) ? 0 : full;
}

function keyOf({ address, user, authUser }: Asker): string {
  return `${address} ${user} ${authUser ?? user}`;
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= KEPT) break;
    map.delete(oldest);
  }
}
