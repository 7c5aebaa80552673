import type { Family } from "../answers/families.js";
import { BoundedMap } from "../base/bounded-map.js";
import { counted } from "../base/words.js";
import type { ExchangeEvidence } from "./evidence-registrar.js";
import { type CountedRequest, LOGIN_WINDOW, type PbxLedger } from "./pbx-ledger.js";

/** Intrusion detection bans from five failed logins in ten minutes on (fail2ban's defaults): stay below. */
const MOST = 4;
/** A process that diagnoses for days must not grow. */
const KEPT = 500;

/** How many failed logins a PBX may log for what it is asked in a user's name. */
interface Counting {
  /** A request without credentials that is challenged, where that is all. */
  readonly challenge: number;
  /** The same, before the login that answers it. */
  readonly beforeLogin: number;
  /** Credentials that are refused. */
  readonly login: number;
}

/**
 * The strictest PBX that was measured: Asterisk's PJSIP logs each request of a user whom it does not know as a failed
 * login, one with credentials twice. Its answer does not tell such a user from a known one.
 */
const STRICTEST: Counting = { challenge: 1, beforeLogin: 1, login: 2 };
/** chan_sip also logs the request before the login, for a user behind an access list. */
const ONCE: Counting = { challenge: 1, beforeLogin: 1, login: 1 };
/** Nothing is logged for a request that is challenged. */
const LOGIN_ALONE: Counting = { challenge: 0, beforeLogin: 0, login: 1 };
/** Not Asterisk, by its nonce: a login counts once, with its challenge; an unanswered challenge may count as well. */
const ONE_EACH: Counting = { challenge: 1, beforeLogin: 0, login: 1 };

const COUNTING: Partial<Record<Family, Counting>> = {
  kamailio: LOGIN_ALONE,
  opensips: LOGIN_ALONE,
  "asterisk-chan-sip": ONCE,
  freeswitch: ONCE,
  "3cx": ONCE,
};

/** Who answers, by name and by the form of the nonces in its challenges. */
export interface Counter {
  readonly family: Family;
  /** A challenge of it was seen; `nonceOf` if its nonce has the form of a known family. */
  readonly challenge?: { readonly nonceOf?: Family };
}

/** A name may be changed or hidden; where a nonce tells more, it counts. */
function countingOf({ family, challenge }: Counter): Counting {
  if (challenge?.nonceOf === "asterisk-pjsip") return STRICTEST;
  const named = COUNTING[family];
  if (named !== undefined) return named;
  if (challenge === undefined || (family !== "unknown" && family !== "other")) return STRICTEST;
  return challenge.nonceOf === undefined ? ONE_EACH : (COUNTING[challenge.nonceOf] ?? STRICTEST);
}

/** Said when others' requests, which may not be revealed, have used up what one PBX may be sent. */
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
 * PBX: intrusion detection counts for the sender, whichever user it names. No sequence of runs may lead to a ban,
 * however many share the ledger. It reports only this one's own requests.
 */
export class FailedLogins {
  readonly #ledger: PbxLedger;
  readonly #by: object;
  /** Users whose credentials were accepted: nothing without credentials counts for them. */
  readonly #proven = new BoundedMap<string, number>(KEPT);
  readonly #counting = new BoundedMap<string, Counting>(KEPT);

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
    const challenge = this.#cost(asker).challenge;
    const reserve = next === "nothing" ? 0 : this.#registerCost(asker, next === "login");
    return this.#take(asker, { cost: challenge, login: false, reserve }, "OPTIONS was left out");
  }

  /** Permission for a REGISTER, with or without credentials. */
  takeRegister(asker: Asker, login: boolean): Charge | string {
    const cost = this.#registerCost(asker, login);
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
    const before = asked ? this.#cost(asker).challenge : 0;
    const cost = before + this.#registerCost(asker, true);
    return costOf(this.#ledger.requests.at(this.#ledger.mark(asker.address))) + cost <= MOST;
  }

  /** Who answers at an address, which decides what is counted there. */
  noteAnswerer(address: string, counter: Counter): void {
    this.#counting.set(address, countingOf(counter));
  }

  /** Credentials were accepted: the user is known there, so only its refused logins have counted, once each. */
  noteAccepted(asker: Asker): void {
    const user = this.#userOf(asker);
    this.#proven.set(user, this.#ledger.now());
    for (const request of this.#ownAt(asker.address)) {
      if (request.user === user) this.#lower(asker.address, request, request.login ? 1 : 0);
    }
  }

  #cost(asker: Asker): Counting {
    const at = this.#proven.get(this.#userOf(asker));
    const isProven = at !== undefined && this.#ledger.now() - at < LOGIN_WINDOW;
    return isProven ? LOGIN_ALONE : (this.#counting.get(asker.address) ?? STRICTEST);
  }

  #registerCost(asker: Asker, withLogin: boolean): number {
    const { challenge, beforeLogin, login } = this.#cost(asker);
    return withLogin ? beforeLogin + login : challenge;
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
    return `what was asked there within ten minutes may count as ${counted(spent, "failed login")}, and PBXs ban from 5 on, so ${without}; again in ${Math.max(1, Math.ceil(left / 60_000))} min at the latest`;
  }

  #userOf({ address, user, authUser }: Asker): string {
    return this.#ledger.mark(address, user, authUser ?? user);
  }
}

/** What requests to one answerer may have cost, in the order in which they were sent. */
export function failedLoginsOf(exchanges: readonly ExchangeEvidence[], counter: Counter): number {
  const counting = countingOf(counter);
  return exchanges.reduce((sum, exchange, index) => {
    const isAnswered = exchanges[index + 1]?.withCredentials === true;
    return sum + costOfExchange(exchange, counting, isAnswered);
  }, 0);
}

/** What was not answered was not counted, unless credentials were in it. */
function costOfExchange(exchange: ExchangeEvidence, counting: Counting, isAnswered: boolean): number {
  const { method, result, status, withCredentials } = exchange;
  const full = withCredentials ? counting.login : Math.max(1, counting.challenge);
  if (result === "silent") return withCredentials ? full : 0;
  if (result === "refused" || result === "unreachable" || result === "failed") return 0;
  if (result !== "answered" || status === undefined) return full;
  if (status < 400) return 0;
  const challenged = status === 401 || status === 407;
  // OPTIONS that is answered otherwise got past the check of the user, or there was none.
  if (method === "OPTIONS" && !challenged && status !== 403) return 0;
  if (!challenged || withCredentials) return full;
  return isAnswered ? counting.beforeLogin : counting.challenge;
}

function costOf(requests: readonly CountedRequest[]): number {
  return requests.reduce((sum, { cost }) => sum + cost, 0);
}
