import { writeNameAddr } from "../message/name-addr.js";
import { LocalSession, type MediaAddress, SDP_TYPE } from "../message/sdp.js";
import type { ServerTransaction } from "../transaction/server-transaction.js";
import type { Transactions } from "../transaction/transactions.js";
import { Call, IncomingCall } from "./call.js";
import { dialogId, dialogIdOf, dialogOfCallee } from "./dialog.js";
import { type PlaceCallOptions, PlacedCall } from "./place-call.js";

/** Port 9 is the discard service: calls of this program carry no media. */
const NO_MEDIA_PORT = 9;

export interface CallsOptions {
  /** Our Contact URI in dialogs. */
  readonly contact: string;
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
    } else if (request.method === "INVITE") this.#respondWithSdp(transaction, call.session);
    else transaction.respond(["OPTIONS", "INFO"].includes(request.method) ? 200 : 501);
    return true;
  }

  /** Takes an INVITE outside of any dialog. */
  incoming(transaction: ServerTransaction): IncomingCall {
    return new IncomingCall(transaction, (media, headers) => this.#accept(transaction, headers, media));
  }

  /** Places a call. See {@link PlacedCall} for how it ends. */
  place(options: PlaceCallOptions): PlacedCall {
    const session = options.session ?? new LocalSession(options.media ?? this.#media());
    return new PlacedCall(
      this.#transactions,
      { ...options, contact: this.#options.contact, session },
      (dialog, sdp) => this.#register(new Call(this.#transactions, dialog, sdp, session)),
    );
  }

  /** Hangs up all calls, waiting at most for the BYEs' own limit. */
  async close(): Promise<void> {
    await Promise.all(this.active.map((call) => call.hangUp("closed")));
  }

  #media(): MediaAddress {
    const { address } = this.#transactions.flow.local;
    return { address, port: NO_MEDIA_PORT };
  }

  #register(call: Call): Call {
    const id = dialogId(call.dialog);
    this.#calls.set(id, call);
    void call.ended.then(() => this.#calls.delete(id));
    return call;
  }

  #respondWithSdp(
    transaction: ServerTransaction,
    session: LocalSession,
    more: readonly (readonly [string, string])[] = [],
  ): boolean {
    const offer = transaction.request.body;
    // An INVITE without an offer asks for ours (RFC 3261 13.2.1).
    const body = offer.length === 0 ? session.offer() : session.answer(offer);
    if (!body) {
      transaction.respond(488);
      return false;
    }
    const headers = [
      ["Contact", writeNameAddr({ uri: this.#options.contact })],
      ["Content-Type", SDP_TYPE],
      ...more,
    ] as const;
    return transaction.respond(200, { headers, body }) !== undefined;
  }

  async #accept(
    transaction: ServerTransaction,
    headers: readonly (readonly [string, string])[],
    media: MediaAddress = this.#media(),
  ): Promise<Call | undefined> {
    const session = new LocalSession(media, { events: true });
    if (!this.#respondWithSdp(transaction, session, headers)) return undefined;
    const call = this.#register(
      new Call(this.#transactions, dialogOfCallee(transaction), transaction.request.body, session),
    );
    if (await transaction.acknowledged) return call;
    await call.hangUp("never-acknowledged");
    return undefined;
  }
}
