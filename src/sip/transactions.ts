import { ClientTransaction } from "./client-transaction.js";
import { SipParseError, SipSerializeError } from "./errors.js";
import { findFaults } from "./faults.js";
import { parseCSeq, tolerant } from "./fields.js";
import { closedHere, type Flow, type FlowFailure, type Malformed, type SocketAddress } from "./flow.js";
import { newBranch } from "./identifiers.js";
import { Headers, type SipMessage, type SipRequest, type SipResponse } from "./message.js";
import { parseNameAddr } from "./name-addr.js";
import type { SendOptions } from "./outcome.js";
import { serializeMessage } from "./serialize.js";
import { ServerTransaction } from "./server-transaction.js";
import type { Timers } from "./timers.js";
import { readVias, stampTopVia, type Via, writeVia } from "./via.js";

/** What a server holds at most; further requests are dropped, as a full socket buffer would. */
const MAX_SERVER_TRANSACTIONS = 8192;
/** Faults for which a request is answered 400. Others are put up with. */
const ESSENTIAL = new Set(["From", "To", "Call-ID", "CSeq"]);

export interface TransactionsOptions {
  readonly timers?: Timers;
  /** Every new request but ACK and CANCEL. Whoever gets it must answer it. Without it no request is answered at all. */
  readonly onRequest?: (transaction: ServerTransaction) => void;
  /** A response that belongs to no transaction: late, or its Via was rewritten on the way. */
  readonly onStray?: (response: SipResponse, source: SocketAddress) => void;
}

/**
 * The transactions of one flow: hands responses to client transactions by branch and CSeq method, never by
 * source address (RFC 3261 17.1.3), and requests to server transactions (17.2.3).
 */
export class Transactions {
  readonly flow: Flow;
  readonly #options: TransactionsOptions;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction>();
  /** INVITEs answered 2xx, which an ACK with a branch of its own belongs to. */
  readonly #awaitingAck = new Map<string, ServerTransaction>();
  readonly #unsubscribe: () => void;

  constructor(flow: Flow, options: TransactionsOptions = {}) {
    this.flow = flow;
    this.#options = options;
    this.#unsubscribe = flow.subscribe({
      message: (message, source) => this.#receive(message, source),
      malformed: (malformed) => this.#noteMalformed(malformed),
      closed: (reason) => this.#fail(reason),
    });
  }

  /**
   * Sends a request: puts a Via with a new branch and `rport` on top and follows it to its end. Give the
   * Via yourself (a CANCEL has that of its INVITE) and it is kept.
   *
   * @throws SipSerializeError when the request cannot be written.
   */
  send(request: SipRequest, remote: SocketAddress, options: SendOptions = {}): ClientTransaction {
    const whole = request.headers.has("Via") ? request : withVia(request, this.flow);
    serializeMessage(whole);
    const key = clientKey(whole);
    const timers = options.timers ?? this.#options.timers;
    const transaction = new ClientTransaction(
      this.flow,
      whole,
      remote,
      { ...options, ...(timers ? { timers } : {}) },
      () => this.#clients.delete(key),
    );
    this.#clients.set(key, transaction);
    if (this.flow.isClosed) transaction.fail(closedHere);
    else transaction.start();
    return transaction;
  }

  /** Sends a request that gets no response and no transaction: the ACK of a 2xx (RFC 3261 13.2.2.4). */
  sendAck(request: SipRequest, remote: SocketAddress): Promise<FlowFailure | undefined> {
    return this.flow.send(request.headers.has("Via") ? request : withVia(request, this.flow), remote);
  }

  /** Ends all transactions; pending requests end with a transport error. The flow stays as it is. */
  close(): void {
    this.#unsubscribe();
    this.#fail(closedHere);
  }

  #fail(reason: FlowFailure): void {
    for (const transaction of [...this.#clients.values()]) transaction.fail(reason);
    for (const transaction of [...this.#servers.values()]) transaction.terminate();
    this.#clients.clear();
  }

  #noteMalformed(malformed: Malformed): void {
    for (const transaction of this.#clients.values()) {
      if (transaction.remote.address === malformed.source.address) transaction.noteMalformed(malformed);
    }
  }

  #receive(message: SipMessage, source: SocketAddress): void {
    const vias = tolerant(() => readVias(message.headers)) ?? [];
    const top = vias[0];
    if (!top) return;
    if (message.kind === "request") this.#tryRequest(message, top, source);
    else this.#receiveResponse(message, vias, source);
  }

  #receiveResponse(message: SipResponse, vias: readonly Via[], source: SocketAddress): void {
    // More than one Via left: misrouted, RFC 3261 8.1.3.3.
    const method = tolerant(() => parseCSeq(message.headers.get("CSeq") ?? ""))?.method;
    const client = vias.length === 1 ? this.#clients.get(`${vias[0]?.branch} ${method}`) : undefined;
    if (client) client.receive(message, source);
    else this.#options.onStray?.(message, source);
  }

  /** What can be read need not be fit to be written back (a control character in quotes): such a request is dropped. */
  #tryRequest(request: SipRequest, via: Via, source: SocketAddress): void {
    // Not even noted: an answer, a 100 or a 400 would go wherever the Via says, as often as its timers do.
    if (this.#options.onRequest === undefined) return;
    try {
      this.#receiveRequest(request, via, source);
    } catch (error) {
      if (!(error instanceof SipSerializeError || error instanceof SipParseError)) throw error;
    }
  }

  #receiveRequest(request: SipRequest, via: Via, source: SocketAddress): void {
    const key = serverKey(request, via);
    const known = this.#servers.get(`${key} ${request.method === "ACK" ? "INVITE" : request.method}`);
    if (request.method === "ACK") this.#receiveAck(request, known);
    else if (known) known.receiveAgain();
    else if (this.#servers.size < MAX_SERVER_TRANSACTIONS) this.#receiveNew(request, key, via, source);
  }

  #receiveNew(request: SipRequest, key: string, via: Via, source: SocketAddress): void {
    const transaction = this.#open(`${key} ${request.method}`, request, via, source);
    const fault = findFaults(request).find(({ header }) => ESSENTIAL.has(header));
    if (fault) transaction.respond(400, { reason: `Bad Request: ${fault.header}` });
    else if (request.method === "CANCEL") this.#cancel(transaction, this.#servers.get(`${key} INVITE`));
    else this.#options.onRequest?.(transaction);
  }

  #open(key: string, request: SipRequest, via: Via, source: SocketAddress): ServerTransaction {
    const port = via.rport === undefined ? (via.port ?? 5060) : source.port;
    stampTopVia(request.headers, source);
    const ackKey = request.method === "INVITE" ? dialogKey(request) : undefined;
    const transaction = new ServerTransaction(this.flow, request, source, {
      ...(this.#options.timers ? { timers: this.#options.timers } : {}),
      // The address is the source's in every case (`received` says so where sent-by does not); `maddr` is
      // passed over, because it lets a stranger aim the answer at somebody else.
      responseTo: { address: source.address, port },
      onTerminated: () => {
        this.#servers.delete(key);
        if (ackKey !== undefined) this.#awaitingAck.delete(ackKey);
      },
    });
    this.#servers.set(key, transaction);
    if (ackKey !== undefined) this.#awaitingAck.set(ackKey, transaction);
    return transaction;
  }

  #receiveAck(ack: SipRequest, known: ServerTransaction | undefined): void {
    const key = dialogKey(ack);
    const invite = known ?? (key === undefined ? undefined : this.#awaitingAck.get(key));
    invite?.receiveAck();
  }

  #cancel(transaction: ServerTransaction, invite: ServerTransaction | undefined): void {
    transaction.respond(invite ? 200 : 481);
    invite?.cancel();
  }
}

/** The request with a Via of this flow on top (RFC 3261 18.1.1, RFC 3581 3). */
export function withVia(request: SipRequest, flow: Flow): SipRequest {
  const via = writeVia({
    transport: flow.transport.toUpperCase(),
    host: flow.local.address,
    port: flow.local.port,
    params: new Map([
      ["branch", newBranch()],
      ["rport", undefined],
    ]),
  });
  return { ...request, headers: new Headers([["Via", via], ...request.headers]) };
}

function clientKey(request: SipRequest): string {
  const branch = readVias(request.headers)[0]?.branch;
  return `${branch} ${request.method}`;
}

/** RFC 3261 17.2.3; the second form is for clients older than the branch cookie. */
function serverKey(request: SipRequest, via: Via): string {
  const sentBy = `${via.host.toLowerCase()}:${via.port ?? ""}`;
  if (via.branch?.startsWith("z9hG4bK")) return `${via.branch} ${sentBy}`;
  return `${dialogKey(request)} ${sentBy}`;
}

/** What an ACK shares with its INVITE, whatever its branch: Call-ID, CSeq number and From tag. */
function dialogKey({ headers }: SipRequest): string | undefined {
  const number = tolerant(() => parseCSeq(headers.get("CSeq") ?? ""))?.number;
  const from = tolerant(() => parseNameAddr(headers.get("From") ?? ""));
  return number === undefined ? undefined : `${headers.get("Call-ID")} ${number} ${from?.params.get("tag")}`;
}
