import { present } from "../../base/present.js";
import type { Secret } from "../../redaction/secret.js";
import {
  type Challenges,
  chooseChallenges,
  type DigestChallenge,
  readChallenges,
} from "../auth/challenge.js";
import { answerChallenge } from "../auth/digest.js";
import { DigestError } from "../message/errors.js";
import { type Contact, parseSeconds, readContacts, tolerant } from "../message/fields.js";
import type { Headers, SipRequest, SipResponse } from "../message/message.js";
import { writeNameAddr } from "../message/name-addr.js";
import { sameHost, sameUri } from "../message/same-uri.js";
import { parseUri, type SipUri } from "../message/uri.js";
import type { Outcome } from "../transaction/outcome.js";
import type { Account, Attempt, RequestOptions } from "./attempt.js";
import type { ResponseFacts } from "./response-facts.js";

/** Min-Expires above a day is nonsense or malice. Seconds. */
const MAX_EXPIRES = 86_400;
/** A server that invents realms would get an answer to crack for each. */
const MAX_REALMS = 2;
/** Two realms, a stale nonce, and all of it again after a 423. */
const MAX_REQUESTS = 8;

export interface RegisterRun {
  readonly purpose: "bind" | "unbind" | "fetch";
  /** Seconds; not for `fetch`. */
  readonly expires?: number;
  readonly password?: Secret;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** How an exchange ended. */
type RegisterOutcome =
  | { readonly kind: "ok"; readonly response: SipResponse; readonly bindings: BindingFacts }
  /** Challenged, and there was no password to answer with. */
  | { readonly kind: "challenged"; readonly response: SipResponse }
  /**
   * Challenged in a way that cannot be answered: no known algorithm, no realm, a user that no header can carry. It may
   * come after an answer to another challenge, from a server behind the first.
   */
  | { readonly kind: "unanswerable"; readonly response: SipResponse; readonly reason: string }
  /** Challenged again after an answer: password, user or source is refused. Not to be sent again. */
  | { readonly kind: "refused"; readonly response: SipResponse }
  /** 3xx: reported, never followed with credentials (RFC 3261 8.1.3.4). */
  | { readonly kind: "redirected"; readonly response: SipResponse; readonly contacts: readonly Contact[] }
  | { readonly kind: "rejected"; readonly response: SipResponse }
  | Exclude<Outcome, { kind: "response" }>;

interface BindingFacts {
  /** All that the registrar listed. */
  readonly all: readonly Contact[];
  /** Ours among them; absent means not bound, or rewritten on the way or by the PBX. */
  readonly own?: Contact;
  readonly others: readonly Contact[];
  /**
   * Seconds granted to us: own Contact's expires, else the Expires header. Absent for `fetch`, and where the answer tells
   * none or one that is not a number of seconds: the requested value is not a grant.
   */
  readonly grantedExpires?: number;
  /** Contact values that could not be read. */
  readonly unreadable: number;
}

export interface RegisterResult {
  readonly outcome: RegisterOutcome;
  /** Every request of the exchange, in order. */
  readonly attempts: readonly Attempt[];
  /** How many requests carried credentials: what a lockout counts. */
  readonly credentialedSends: number;
  /** Facts of the last response, when there was one. */
  readonly facts?: ResponseFacts;
  /** Expiry asked for in the end, seconds; more than wanted after a 423. */
  readonly askedExpires?: number;
}

/** What sends: a user agent. */
export interface RegisterSender {
  readonly account: Account;
  readonly aor: string;
  readonly contact: string;
  readonly contactUri: SipUri;
  newRequest(method: string, extra: Iterable<readonly [string, string]>): SipRequest;
  attempt(request: SipRequest, options: RequestOptions, credentialsFor: readonly string[]): Promise<Attempt>;
}

interface Answer {
  readonly challenge: DigestChallenge;
  count: number;
}

/**
 * Runs a REGISTER exchange: without credentials first, then one answer a realm (two realms at most), one
 * more when the nonce was stale, one start over after a 423 with Min-Expires.
 */
export async function runRegister(agent: RegisterSender, run: RegisterRun): Promise<RegisterResult> {
  const exchange = new RegisterExchange(agent, run);
  const outcome = await exchange.run();
  const facts = exchange.attempts.findLast((attempt) => attempt.facts)?.facts;
  return {
    outcome,
    attempts: exchange.attempts,
    credentialedSends: exchange.attempts.filter(({ credentialsFor }) => credentialsFor.length > 0).length,
    ...present({ facts, askedExpires: exchange.expires }),
  };
}

class RegisterExchange {
  readonly attempts: Attempt[] = [];
  expires: number | undefined;
  readonly #agent: RegisterSender;
  readonly #run: RegisterRun;
  readonly #started = performance.now();
  readonly #answers = new Map<string, Answer>();
  #staleRetried = false;
  #intervalRaised = false;

  constructor(agent: RegisterSender, run: RegisterRun) {
    this.#agent = agent;
    this.#run = run;
    this.expires = run.expires;
  }

  async run(): Promise<RegisterOutcome> {
    for (;;) {
      const attempt = await this.#send();
      this.attempts.push(attempt);
      if (attempt.outcome.kind !== "response") return attempt.outcome;
      const ended = this.#judge(attempt.outcome.response);
      if (ended) return ended;
      if (this.attempts.length >= MAX_REQUESTS) {
        return { kind: "rejected", response: attempt.outcome.response };
      }
    }
  }

  #send(): Promise<Attempt> {
    const { deadlineMs, signal } = this.#run;
    const request = this.#agent.newRequest("REGISTER", this.#bindingHeaders());
    for (const answer of this.#answers.values()) {
      const header = this.#authorize(request.uri, answer);
      request.headers.append(header.name, header.value);
      answer.count += 1;
    }
    const left =
      deadlineMs === undefined
        ? {}
        : { deadlineMs: Math.max(1, deadlineMs - (performance.now() - this.#started)) };
    return this.#agent.attempt(request, { ...left, ...present({ signal }) }, [...this.#answers.keys()]);
  }

  #bindingHeaders(): [string, string][] {
    if (this.#run.purpose === "fetch") return [];
    const expires = String(this.expires ?? 0);
    // Registrars read one or the other; the parameter wins where both are read (RFC 3261 10.2.1.1).
    return [
      ["Contact", writeNameAddr({ uri: this.#agent.contact, params: new Map([["expires", expires]]) })],
      ["Expires", expires],
    ];
  }

  #authorize(uri: string, { challenge, count }: Answer) {
    const { user, authUser } = this.#agent.account;
    return answerChallenge({
      challenge,
      method: "REGISTER",
      uri,
      username: authUser ?? user,
      password: this.#run.password as Secret,
      nonceCount: count + 1,
    });
  }

  /** The end of the exchange, or nothing if it continues. */
  #judge(response: SipResponse): RegisterOutcome | undefined {
    const { status } = response;
    if (status < 300) return { kind: "ok", response, bindings: this.#bindings(response) };
    if (status < 400) return { kind: "redirected", response, contacts: readContacts(response.headers).list };
    if (status === 401 || status === 407) return this.#judgeChallenge(response);
    if (status === 423 && this.#raiseInterval(response)) return undefined;
    return { kind: "rejected", response };
  }

  #judgeChallenge(response: SipResponse): RegisterOutcome | undefined {
    const challenges = readChallenges(response);
    const chosen = chooseChallenges(challenges);
    const fresh = chosen.find(({ realm }) => !this.#answers.has(realm));
    const stale = chosen.find(({ realm, stale }) => stale && this.#answers.has(realm));
    const again = stale !== undefined && !this.#staleRetried;
    const isOfAnotherKind = chosen.length === 0 && challenges.passedOver.length > 0;
    if (
      this.#answers.size > 0 &&
      !again &&
      !isOfAnotherKind &&
      (!fresh || this.#answers.size >= MAX_REALMS)
    ) {
      return { kind: "refused", response };
    }
    const challenge = again ? stale : fresh;
    if (!challenge) return { kind: "unanswerable", response, reason: whyUnanswerable(challenges) };
    if (!this.#run.password) return { kind: "challenged", response };
    if (again) this.#staleRetried = true;
    const answer = { challenge, count: 0 };
    try {
      this.#authorize(this.#agent.aor, answer);
    } catch (error) {
      if (!(error instanceof DigestError)) throw error;
      return { kind: "unanswerable", response, reason: error.message };
    }
    this.#answers.set(challenge.realm, answer);
    return undefined;
  }

  /** RFC 3261 10.2.8. The nonces start over as well: a registrar may take each of them once only. */
  #raiseInterval(response: SipResponse): boolean {
    const minimum = tolerant(() => parseSeconds(response.headers.get("Min-Expires") ?? ""));
    if (this.#run.purpose !== "bind" || this.#intervalRaised || minimum === undefined) return false;
    if (minimum <= (this.expires ?? 0) || minimum > MAX_EXPIRES) return false;
    this.#intervalRaised = true;
    this.expires = minimum;
    this.#answers.clear();
    return true;
  }

  #bindings(response: SipResponse): BindingFacts {
    const { list, unreadable } = readContacts(response.headers);
    const own = list.find(({ uri }) => isOwn(uri, this.#agent.contactUri));
    const granted = grantedTo(own, response.headers);
    return {
      all: list,
      ...present({ own }),
      others: list.filter((contact) => contact !== own),
      ...(this.#run.purpose === "fetch" || granted === undefined ? {} : { grantedExpires: granted }),
      unreadable,
    };
  }
}

/** Seconds that a response grants to a Contact of it; `undefined` where it tells none. */
export function grantedTo(contact: Contact | undefined, headers: Headers): number | undefined {
  const told = contact?.params.get("expires") ?? headers.get("Expires") ?? "";
  return tolerant(() => parseSeconds(told.trim()));
}

/** By URI rules (RFC 3261 19.1.4); or the same user, host and port, since registrars drop and add parameters. */
function isOwn(text: string, own: SipUri): boolean {
  const uri = tolerant(() => parseUri(text));
  if (!uri) return false;
  if (sameUri(uri, own)) return true;
  return uri.user === own.user && sameHost(uri.host, own.host) && uri.port === own.port;
}

function whyUnanswerable({ passedOver }: Challenges): string {
  if (passedOver.length === 0) return "the response carries no challenge";
  const reasons = [...new Set(passedOver.map(({ reason }) => reason))];
  return `no challenge that can be answered (${reasons.join(", ")})`;
}
