import type { Family } from "../answers/families.js";
import { BoundedMap } from "../base/bounded-map.js";
import type { ExchangeEvidence } from "./evidence-registrar.js";
import { type CountedRequest, LOGIN_WINDOW, type PbxLedger } from "./pbx-ledger.js";

/** Intrusion detection bans from five failed logins in ten minutes on (fail2ban's defaults): stay below. */
const MOST = 4;
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

/** What is said where requests of others, of whom nothing may be told, have used up what one PBX may be sent. */
export const SERVER_LIMIT = "this server limits what it sends to one PBX within ten minutes";

/** In whose name something is asked, and where. */
export interface Asker {
  readonly address: string;
  readonly user: string;
  readonly authUser?: string;
}

/** Permission to send; its full cost counts until it is settled. */
export interface Charge {
  settle(cost: number): void;
}

/**
 * What the requests of ten minutes may have cost this machine's address in failed logins, by the address of the
 * PBX: intrusion detection counts for the sender, whichever user it names. No sequence of runs may come to a ban,
 * whoever shares the ledger. What it tells is of this one's own requests alone.
 */
export class FailedLogins {
  readonly #ledger: PbxLedger;
  readonly #by: object;
  /** Users whose credentials were accepted: nothing without credentials counts for them. */
  readonly #proven = new BoundedMap<string, number>(KEPT);
  readonly #families = new BoundedMap<string, Family>(KEPT);

  /** @param by whose requests these are, among those who share the ledger. */
  constructor(ledger: PbxLedger, by: object) {
    this.#ledger = ledger;
    this.#by = by;
  }

  /**
   * Permission for an OPTIONS, which tells least and so is the first to be left out: only where nothing has counted in
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
    return this.#take(asker, { cost: this.#plain(asker), login: false, reserve }, "OPTIONS was left out");
  }

  /** Permission for a REGISTER, with or without credentials. */
  takeRegister(asker: Asker, login: boolean): Charge | string {
    const cost = this.#plain(asker) + (login ? this.#login(asker) : 0);
    const without = login ? "no credentials were sent" : "nothing was asked in a user's name";
    return this.#take(asker, { cost, login, reserve: 0 }, without);
  }

  /**
   * What may have been counted at an address within ten minutes; with `settled` only where an answer showed it.
   *
   * @param before only what was sent before that time of {@link now}.
   */
  spent(address: string, settled = false, before = Number.POSITIVE_INFINITY): number {
    const own = this.#ownAt(address).filter((request) => request.settled || !settled);
    return costOf(own.filter(({ at }) => at < before));
  }

  now(): number {
    return this.#ledger.now();
  }

  /** Whether a REGISTER with credentials would be permitted now, or once one without was `asked`. Takes nothing. */
  mayLogIn(asker: Asker, asked = false): boolean {
    const family = this.#families.get(asker.address);
    const before = asked && !(family !== undefined && CHALLENGE_FREELY.has(family)) ? this.#plain(asker) : 0;
    const cost = before + this.#plain(asker) + this.#login(asker);
    return costOf(this.#ledger.requests.at(this.#ledger.mark(asker.address))) + cost <= MOST;
  }

  /** Who answers at an address, which decides what a refused login costs there. */
  noteFamily(address: string, family: Family): void {
    this.#families.set(address, family);
  }

  /** Credentials were accepted: the user is known there, so that only its refused logins have counted, once each. */
  noteAccepted(asker: Asker): void {
    const user = this.#userOf(asker);
    this.#proven.set(user, this.#ledger.now());
    for (const request of this.#ownAt(asker.address)) {
      if (request.user === user) this.#lower(asker.address, request, request.login ? 1 : 0);
    }
  }

  #plain(asker: Asker): number {
    const at = this.#proven.get(this.#userOf(asker));
    return at !== undefined && this.#ledger.now() - at < LOGIN_WINDOW ? 0 : PLAIN;
  }

  #login(asker: Asker): number {
    const family = this.#families.get(asker.address);
    return this.#plain(asker) === 0 || (family !== undefined && LOG_ONCE.has(family)) ? 1 : LOGIN;
  }

  #take(
    asker: Asker,
    { cost, login, reserve }: { cost: number; login: boolean; reserve: number },
    without: string,
  ): Charge | string {
    const { requests, now } = this.#ledger;
    const place = this.#ledger.mark(asker.address);
    const fits = (spent: number) => spent + cost + reserve <= MOST;
    if (!fits(this.spent(asker.address))) return this.#refusal(asker.address, without);
    const request = { at: now(), by: this.#by, user: this.#userOf(asker), login, cost, settled: false };
    if (!fits(costOf(requests.at(place))) || !requests.add(place, request)) {
      return `${SERVER_LIMIT}, so ${without}; try again in ten minutes`;
    }
    return {
      settle: (settled) => {
        request.settled = true;
        this.#lower(asker.address, request, settled);
      },
    };
  }

  #lower(address: string, request: CountedRequest, cost: number): void {
    request.cost = Math.min(request.cost, cost);
    if (request.cost === 0) this.#ledger.requests.remove(this.#ledger.mark(address), request);
  }

  #ownAt(address: string): CountedRequest[] {
    return this.#ledger.requests.at(this.#ledger.mark(address)).filter(({ by }) => by === this.#by);
  }

  #refusal(address: string, without: string): string {
    const own = this.#ownAt(address);
    const spent = costOf(own);
    const now = this.#ledger.now();
    const newest = own.findLast(({ cost }) => cost > 0);
    const left = (newest?.at ?? now) + LOGIN_WINDOW - now;
    return `what was asked there within ten minutes may count as ${spent} failed login${spent === 1 ? "" : "s"}, and PBXs ban from 5 on, so ${without}; again in ${Math.max(1, Math.ceil(left / 60_000))} min at the latest`;
  }

  #userOf({ address, user, authUser }: Asker): string {
    return this.#ledger.mark(address, user, authUser ?? user);
  }
}

/** What an exchange may have cost. What was not answered was not counted, unless credentials were in it. */
export function failedLoginsOf(exchange: ExchangeEvidence, family: Family): number {
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

function costOf(requests: readonly CountedRequest[]): number {
  return requests.reduce((sum, { cost }) => sum + cost, 0);
}
