import { Buffer } from "node:buffer";
import { present } from "../../base/present.js";
import type { Secret } from "../../redaction/secret.js";
import { digestValues } from "../auth/credentials.js";
import { Headers, type SipRequest } from "../message/message.js";
import { writeNameAddr } from "../message/name-addr.js";
import { type SipUri, writeUri } from "../message/uri.js";
import { newCallId, newTag } from "../transaction/identifiers.js";
import type { ServerTransaction } from "../transaction/server-transaction.js";
import { RFC_TIMERS, type Timers } from "../transaction/timers.js";
import { Transactions } from "../transaction/transactions.js";
import type { Flow, SocketAddress } from "../transport/flow.js";
import { watchForRefusal } from "../transport/udp-probe.js";
import type { Account, Attempt, RequestOptions } from "./attempt.js";
import { Connection } from "./connection.js";
import { looseRoute } from "./loose-route.js";
import { type RegisterResult, runRegister } from "./register.js";
import { readResponseFacts } from "./response-facts.js";

export const METHODS = "INVITE, ACK, CANCEL, BYE, OPTIONS";

export interface UserAgentOptions {
  /** Closed by {@link UserAgent.close}. */
  readonly flow: Flow;
  /** Where requests are sent: the registrar's address, or the outbound proxy's. */
  readonly remote: SocketAddress;
  readonly account: Account;
  /** URI of an outbound proxy: goes into a pre-loaded Route, with `lr` (RFC 3261 8.1.2, 12.2.1.1). */
  readonly proxy?: string;
  /** Of this program, for the User-Agent header. */
  readonly version: string;
  readonly timers?: Timers;
  /**
   * Another flow to the same peer, for when it has closed the one before; `undefined` where there is none. Without it
   * this user agent ends with its flow.
   */
  readonly reopen?: () => Promise<Flow | undefined>;
  /** Called with each value of a digest that tells who has it whether a guessed password is right, before it is sent. */
  readonly onDigest?: (value: Secret) => void;
  /**
   * Requests that come in, but ACK and CANCEL; whoever gets them answers them, {@link answerOptions} for one. Without it
   * this user agent is silent: who only asks owes nobody an answer, and none can be aimed at a third party by a Via.
   */
  readonly onRequest?: (transaction: ServerTransaction) => void;
}

export interface RegisterOptions extends RequestOptions {
  /** Without it the exchange ends at the challenge. */
  readonly password?: Secret;
}

/**
 * A SIP user agent on one flow: OPTIONS, REGISTER in its four uses, and, where it is told so, the requests that come
 * in. Nothing that a network or a peer can do makes a method throw.
 */
export class UserAgent {
  readonly remote: SocketAddress;
  readonly account: Account;
  /** `sip:user@domain`, the address of record. */
  readonly aor: string;
  readonly #options: UserAgentOptions;
  readonly #connection: Connection;
  /** Of the first flow: one Contact for as long as this user agent lives. */
  readonly #local: SocketAddress;
  readonly #timers: Timers;
  /** The same for all registrations of this user agent (RFC 3261 10.2). */
  readonly #callId: string;
  readonly #fromTag = newTag();
  #cseq = Math.floor(Math.random() * 10_000);
  #answered = false;

  /** @throws SipSerializeError or SipParseError when account or proxy cannot stand in a URI. */
  constructor(options: UserAgentOptions) {
    this.#options = options;
    this.#timers = options.timers ?? RFC_TIMERS;
    this.#local = options.flow.local;
    this.remote = options.remote;
    this.account = options.account;
    const { user, domain } = options.account;
    this.aor = writeUri({ scheme: "sip", user, host: domain });
    this.#callId = newCallId(this.#local.address);
    const handlers = { timers: this.#timers, ...present({ onRequest: options.onRequest }) };
    const begin = (flow: Flow) => new Transactions(flow, handlers);
    this.#connection = new Connection(options.flow, begin, options.reopen);
    if (options.proxy !== undefined) looseRoute(options.proxy);
  }

  get transactions(): Transactions {
    return this.#connection.transactions;
  }

  get flow(): Flow {
    return this.transactions.flow;
  }

  /** URI of the outbound proxy, if there is one. */
  get proxy(): string | undefined {
    return this.#options.proxy;
  }

  /** Our Contact: the user at the flow's local address. */
  get contact(): string {
    return writeUri(this.contactUri);
  }

  get contactUri(): SipUri {
    const { address, port } = this.#local;
    const { transport } = this.flow;
    const base = { scheme: "sip", user: this.account.user, host: address, port } as const;
    return transport === "udp" ? base : { ...base, params: new Map([["transport", transport]]) };
  }

  /** Sends OPTIONS to the registrar, From the account's own user; a challenge is never answered. */
  async options(options: RequestOptions = {}): Promise<Attempt> {
    const extra: [string, string][] = [
      ["Contact", writeNameAddr({ uri: this.contact })],
      ["Accept", "application/sdp"],
    ];
    const request = this.newRequest("OPTIONS", extra, { callId: newCallId(this.#local.address) });
    return this.attempt(request, options);
  }

  /** Adds or refreshes our own binding. `expires` in seconds, 300 by default. */
  register(options: RegisterOptions & { readonly expires?: number } = {}): Promise<RegisterResult> {
    return runRegister(this, { ...options, purpose: "bind", expires: options.expires ?? 300 });
  }

  /** Asks which bindings there are: REGISTER without Contact (RFC 3261 10.2.3), which changes nothing. */
  fetchBindings(options: RegisterOptions = {}): Promise<RegisterResult> {
    return runRegister(this, { ...options, purpose: "fetch" });
  }

  /** Removes our own binding, by its Contact and no other. */
  unregister(options: RegisterOptions = {}): Promise<RegisterResult> {
    return runRegister(this, { ...options, purpose: "unbind", expires: 0 });
  }

  #tellDigests({ headers }: SipRequest): void {
    const { onDigest } = this.#options;
    if (onDigest === undefined) return;
    for (const value of digestValues(headers)) onDigest(value);
  }

  /** Ends all transactions and closes the flow. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** A request to the registrar (or to `uri`) in the account's name, without Via. CSeq counts up by one each. */
  newRequest(
    method: string,
    extra: Iterable<readonly [string, string]>,
    special: { readonly uri?: string; readonly callId?: string } = {},
  ): SipRequest {
    const { domain, port, displayName } = this.account;
    this.#cseq += 1;
    const own = { uri: this.aor, ...(displayName ? { displayName } : {}) };
    const headers = new Headers();
    const { proxy } = this.#options;
    if (proxy !== undefined) headers.append("Route", looseRoute(proxy));
    headers
      .append("Max-Forwards", "70")
      .append("From", writeNameAddr({ ...own, params: new Map([["tag", this.#fromTag]]) }))
      .append("To", writeNameAddr(method === "REGISTER" ? own : { uri: special.uri ?? this.aor }))
      .append("Call-ID", special.callId ?? this.#callId)
      .append("CSeq", `${this.#cseq} ${method}`);
    for (const [name, value] of extra) headers.append(name, value);
    headers.append("Allow", METHODS).append("User-Agent", `telzino-sip-mcp/${this.#options.version}`);
    const registrar = writeUri({ scheme: "sip", host: domain, ...present({ port }) });
    return { kind: "request", method, uri: special.uri ?? registrar, headers, body: Buffer.alloc(0) };
  }

  /**
   * Sends one request to its end. One without credentials that met the closing of a connection goes out again over a
   * new one.
   */
  async attempt(
    request: SipRequest,
    options: RequestOptions,
    credentialsFor: readonly string[] = [],
  ): Promise<Attempt> {
    await this.#connection.ready(credentialsFor.length > 0);
    const attempt = await this.#send(request, options, credentialsFor);
    const again = credentialsFor.length === 0 && this.#connection.lost(attempt.outcome);
    if (!again || options.signal?.aborted || !(await this.#connection.renew())) return attempt;
    return this.#send(this.#renumbered(request), options, credentialsFor);
  }

  /** On UDP a second, connected socket watches for an ICMP refusal meanwhile. */
  async #send(
    request: SipRequest,
    options: RequestOptions,
    credentialsFor: readonly string[],
  ): Promise<Attempt> {
    if (credentialsFor.length > 0) this.#tellDigests(request);
    const { transactions, flow } = this;
    const transaction = transactions.send(request, this.remote, options);
    const stopWatching = flow.reliable
      ? undefined
      : watchForRefusal(
          this.remote,
          // Who has answered before is asked only when an answer is late.
          { afterMs: this.#answered ? this.#timers.t1 : 0, forMs: 64 * this.#timers.t1 },
          (failure) => transaction.fail(failure),
        );
    const outcome = await transaction.outcome;
    stopWatching?.();
    const sent = { request: transaction.request, credentialsFor, outcome, local: flow.local };
    if (outcome.kind !== "response") return sent;
    this.#answered = true;
    this.#connection.noteAnswer();
    const facts = readResponseFacts(transaction.request, outcome.response, this.remote, outcome.source);
    return { ...sent, facts };
  }

  /** A copy to be sent as a request of its own (RFC 3261 10.2: CSeq counts up). */
  #renumbered(request: SipRequest): SipRequest {
    this.#cseq += 1;
    const headers = new Headers(request.headers).set("CSeq", `${this.#cseq} ${request.method}`);
    return { ...request, headers };
  }
}

/** Answers OPTIONS with 200 and the rest with 501, for a user agent that is to be reached and takes no calls. */
export function answerOptions(transaction: ServerTransaction): void {
  if (transaction.request.method === "OPTIONS") transaction.respond(200, { headers: [["Allow", METHODS]] });
  else transaction.respond(501);
}
