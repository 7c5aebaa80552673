import type { Buffer } from "node:buffer";
import { type Dialog, dialogId, dialogIdOf, dialogOfCallee, dialogRequest } from "./dialog.js";
import { SipSerializeError } from "./errors.js";
import type { SipRequest } from "./message.js";
import { writeNameAddr } from "./name-addr.js";
import type { Outcome } from "./outcome.js";
import { type PlaceCallOptions, PlacedCall } from "./place-call.js";
import { SDP_TYPE, sdpAnswer, sdpOffer } from "./sdp.js";
import type { ServerTransaction } from "./server-transaction.js";
import type { Transactions } from "./transactions.js";

/** A BYE that nobody answers must not hold up whoever hangs up. */
const BYE_DEADLINE = 4000;
/** Port 9 is the discard service: calls of this program carry no media. */
const NO_MEDIA_PORT = 9;

export interface CallsOptions {
  /** Our Contact URI in dialogs. */
  readonly contact: string;
  /** Port in the session description; 9 (discard) by default, since nothing listens. */
  readonly mediaPort?: number;
}

export type CallEnd = "hung-up-here" | "hung-up-there" | "never-acknowledged" | "closed";

/** An established call. */
export class Call {
  readonly dialog: Dialog;
  /** The peer's session description; empty when it sent none. Outside bytes. */
  readonly remoteSdp: Buffer;
  /** Resolves once the call is over, by either side. */
  readonly ended: Promise<CallEnd>;
  readonly #transactions: Transactions;
  #over = false;
  #settle: (end: CallEnd) => void = () => {};

  constructor(transactions: Transactions, dialog: Dialog, remoteSdp: Buffer) {
    this.#transactions = transactions;
    this.dialog = dialog;
    this.remoteSdp = remoteSdp;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Sends BYE. Resolves with how it ended, or with nothing when the call was over already. */
  async hangUp(end: CallEnd = "hung-up-here"): Promise<Outcome | undefined> {
    if (this.#over) return undefined;
    this.finish(end);
    const bye = dialogRequest(this.dialog, "BYE");
    try {
      return await this.#transactions.send(bye, this.dialog.peer, { deadlineMs: BYE_DEADLINE }).outcome;
    } catch (error) {
      // The peer's own headers make up this request: if they cannot be written, the call ends without a word.
      if (error instanceof SipSerializeError) return undefined;
      throw error;
    }
  }

  /** Marks it as over without a word to the peer. */
  finish(end: CallEnd): void {
    this.#over = true;
    this.#settle(end);
  }
}

/** An INVITE that came in and is not answered yet. */
export class IncomingCall {
  readonly transaction: ServerTransaction;
  /** Resolves if the caller gives up before the answer. */
  readonly cancelled: Promise<void>;
  readonly #accept: (incoming: IncomingCall) => Promise<Call | undefined>;

  constructor(transaction: ServerTransaction, accept: (incoming: IncomingCall) => Promise<Call | undefined>) {
    this.transaction = transaction;
    this.#accept = accept;
    this.cancelled = new Promise((resolve) => transaction.onCancel(resolve));
  }

  get request(): SipRequest {
    return this.transaction.request;
  }

  ring(): void {
    this.transaction.respond(180);
  }

  reject(status = 486): void {
    this.transaction.respond(status);
  }

  /**
   * Answers 200 with a session description. Resolves with the call once the ACK is there; with nothing when
   * it was cancelled, when the offer holds no G.711 (488 is sent), or when no ACK came in 64·T1 (then BYE is sent).
   */
  answer(): Promise<Call | undefined> {
    return this.#accept(this);
  }
}

/** The calls of one flow, both ways. Hand every incoming request to {@link Calls.handle} first. */
export class Calls {
  readonly #transactions: Transactions;
  readonly #options: CallsOptions;
  readonly #calls = new Map<string, Call>();

  constructor(transactions: Transactions, options: CallsOptions) {
    this.#transactions = transactions;
    this.#options = options;
    transactions.flow.subscribe({ closed: () => this.active.map((call) => call.finish("closed")) });
  }

  /** The calls that are up. */
  get active(): readonly Call[] {
    return [...this.#calls.values()];
  }

  /** Takes a request within a dialog (BYE, re-INVITE, OPTIONS, INFO) and answers it; false for one outside. */
  handle(transaction: ServerTransaction): boolean {
    const { request } = transaction;
    const id = dialogIdOf(request);
    if (id === undefined && request.method !== "BYE") return false;
    const call = id === undefined ? undefined : this.#calls.get(id);
    if (!call) transaction.respond(481);
    else if (request.method === "BYE") {
      transaction.respond(200);
      call.finish("hung-up-there");
    } else if (request.method === "INVITE") this.#respondWithSdp(transaction);
    else transaction.respond(["OPTIONS", "INFO"].includes(request.method) ? 200 : 501);
    return true;
  }

  /** Takes an INVITE outside of any dialog. */
  incoming(transaction: ServerTransaction): IncomingCall {
    return new IncomingCall(transaction, () => this.#accept(transaction));
  }

  /** Calls somebody. See {@link PlacedCall} for how it ends. */
  place(options: PlaceCallOptions): PlacedCall {
    return new PlacedCall(
      this.#transactions,
      { ...options, contact: this.#options.contact, media: this.#media() },
      (dialog, sdp) => this.#register(new Call(this.#transactions, dialog, sdp)),
    );
  }

  /** Hangs up all calls, waiting at most for the BYEs' own limit. */
  async close(): Promise<void> {
    await Promise.all(this.active.map((call) => call.hangUp("closed")));
  }

  #media() {
    const { address } = this.#transactions.flow.local;
    return { address, port: this.#options.mediaPort ?? NO_MEDIA_PORT };
  }

  #register(call: Call): Call {
    const id = dialogId(call.dialog);
    this.#calls.set(id, call);
    void call.ended.then(() => this.#calls.delete(id));
    return call;
  }

  #respondWithSdp(transaction: ServerTransaction): boolean {
    const offer = transaction.request.body;
    // An INVITE without an offer asks for ours (RFC 3261 13.2.1).
    const body = offer.length === 0 ? sdpOffer(this.#media()) : sdpAnswer(offer, this.#media());
    if (!body) {
      transaction.respond(488);
      return false;
    }
    const headers = [
      ["Contact", writeNameAddr({ uri: this.#options.contact })],
      ["Content-Type", SDP_TYPE],
    ] as const;
    return transaction.respond(200, { headers, body }) !== undefined;
  }

  async #accept(transaction: ServerTransaction): Promise<Call | undefined> {
    if (!this.#respondWithSdp(transaction)) return undefined;
    const call = this.#register(
      new Call(this.#transactions, dialogOfCallee(transaction), transaction.request.body),
    );
    if (await transaction.acknowledged) return call;
    await call.hangUp("never-acknowledged");
    return undefined;
  }
}
