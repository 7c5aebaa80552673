import { present } from "../../base/present.js";
import { SipParseError, SipSerializeError } from "../message/errors.js";
import { parseCSeq, tolerant } from "../message/fields.js";
import { Headers, type SipMessage, type SipRequest, type SipResponse } from "../message/message.js";
import { parseNameAddr } from "../message/name-addr.js";
import { serializeMessage } from "../message/serialize.js";
import { readVias, stampTopVia, type Via, writeVia } from "../message/via.js";
import { findFaults } from "../transport/faults.js";
import {
  closedHere,
  type Flow,
  type FlowFailure,
  type Malformed,
  type SocketAddress,
} from "../transport/flow.js";
import { branchesOf, branchOf, notRepeated } from "../transport/misfit.js";
import { ClientTransaction } from "./client-transaction.js";
import { newBranch } from "./identifiers.js";
import type { SendOptions } from "./outcome.js";
import { ServerTransaction } from "./server-transaction.js";
import type { Timers } from "./timers.js";

/** What a server holds at most; further requests are dropped, as a full socket buffer would. */
const MAX_SERVER_TRANSACTIONS = 8192;
/** Branches of ended transactions whose late answers are known for what they are. */
const ENDED_KEPT = 32;
/** Faults for which a request is answered 400. Others are put up with. */
const ESSENTIAL = new Set(["From", "To", "Call-ID", "CSeq"]);

export interface TransactionsOptions {
  readonly timers?: Timers;
  /** Of requests that come in, where they are others. */
  readonly incomingTimers?: Timers;
  /** Every new request but ACK and CANCEL. The receiver must answer it. Without it no request is answered at all. */
  readonly onRequest?: (transaction: ServerTransaction) => void;
  /** A response that is not an answer to a transaction under way: late, not ours, or rewritten on the way. */
  readonly onStray?: (response: SipResponse, source: SocketAddress) => void;
}

/**
 * The transactions of one flow: hands responses to client transactions by what they repeat of the request, branch and
 * CSeq method first, never by source address (RFC 3261 17.1.3), and requests to server transactions (17.2.3).
 */
export class Transactions {
  readonly flow: Flow;
  readonly #options: TransactionsOptions;
  /** By branch; a CANCEL has that of its INVITE. */
  readonly #clients = new Map<string, ClientTransaction[]>();
  readonly #servers = new Map<string, ServerTransaction>();
  /** INVITEs answered 2xx, whose ACK has its own branch. */
  readonly #awaitingAck = new Map<string, ServerTransaction>();
  /** Branches of client transactions that are over, the newest last. */
  readonly #ended: string[] = [];
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
    const branch = branchOf(whole) ?? "";
    const timers = options.timers ?? this.#options.timers;
    const transaction: ClientTransaction = new ClientTransaction(
      this.flow,
      whole,
      remote,
      { ...options, ...present({ timers }) },
      () => this.#forget(branch, transaction),
    );
    this.#clients.set(branch, [...(this.#clients.get(branch) ?? []), transaction]);
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
    for (const transaction of [...this.#clients.values()].flat()) transaction.fail(reason);
    for (const transaction of [...this.#servers.values()]) transaction.terminate();
    this.#clients.clear();
  }

  #forget(branch: string, transaction: ClientTransaction): void {
    const others = (this.#clients.get(branch) ?? []).filter((other) => other !== transaction);
    if (others.length > 0) this.#clients.set(branch, others);
    else this.#clients.delete(branch);
    this.#ended.push(branch);
    if (this.#ended.length > ENDED_KEPT) this.#ended.shift();
  }

  #noteMalformed(malformed: Malformed): void {
    for (const transaction of [...this.#clients.values()].flat()) {
      if (transaction.remote.address === malformed.source.address) transaction.noteMalformed(malformed);
    }
  }

  #receive(message: SipMessage, source: SocketAddress): void {
    const top = tolerant(() => readVias(message.headers))?.[0];
    if (message.kind === "response") this.#receiveResponse(message, source);
    else if (top && !this.#isOwn(message, source)) this.#tryRequest(message, top, source);
  }

  #receiveResponse(message: SipResponse, source: SocketAddress): void {
    const branch = branchOf(message) ?? "";
    const owners = this.#clients.get(branch) ?? [];
    const asked = owners.find(({ request }) => notRepeated(request, message).length === 0);
    if (asked) asked.receive(message, source);
    else this.#receiveStray(message, branch, source);
  }

  /** Notes it where it can be laid to a request: by its branch, else by where it comes from. */
  #receiveStray(message: SipResponse, branch: string, source: SocketAddress): void {
    this.#options.onStray?.(message, source);
    const owners = this.#clients.get(branch);
    if (owners === undefined && this.#ended.includes(branch)) return;
    const askedThere = [...this.#clients.values()]
      .flat()
      .filter(({ remote }) => remote.address === source.address);
    for (const client of owners ?? askedThere) {
      const differs = notRepeated(client.request, message);
      client.noteMisfit({ kind: "unfit", status: message.status, differs, source });
    }
  }

  /**
   * A request of ours that has come back, as it was or with the Via of a hop on top, is not to be answered: the answer
   * would come back too, and be taken for one. A call to oneself comes back on purpose.
   */
  #isOwn(message: SipRequest, source: SocketAddress): boolean {
    const [top, ...below] = branchesOf(message);
    const isOurs = (branch: string) => this.#clients.has(branch) || this.#ended.includes(branch);
    for (const client of [top, ...below].flatMap((branch = "") => this.#clients.get(branch) ?? [])) {
      if (client.request.method === message.method) client.noteMisfit({ kind: "reflected", source });
    }
    if (top !== undefined && isOurs(top)) return true;
    return ["REGISTER", "OPTIONS"].includes(message.method) && below.some(isOurs);
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
    const timers = this.#options.incomingTimers ?? this.#options.timers;
    const transaction = new ServerTransaction(this.flow, request, source, {
      ...present({ timers }),
      // The address is the source's in every case (`received` says so where sent-by does not); `maddr` is
      // passed over, because it lets a stranger aim the answer at someone else.
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
