import type { Buffer } from "node:buffer";
import { SipSerializeError } from "../message/errors.js";
import type { LocalSession, MediaAddress } from "../message/sdp.js";
import type { Outcome } from "../transaction/outcome.js";
import type { ServerTransaction } from "../transaction/server-transaction.js";
import type { Transactions } from "../transaction/transactions.js";
import { type Dialog, dialogRequest } from "./dialog.js";

/** A BYE that nobody answers must not hold up whoever hangs up. */
const BYE_DEADLINE = 4000;

export type CallEnd = "hung-up-here" | "hung-up-there" | "never-acknowledged" | "closed";

/** An established call. */
export class Call {
  readonly dialog: Dialog;
  /** The peer's session description; empty when it sent none. Outside bytes. */
  readonly remoteSdp: Buffer;
  /** What we say of our media. */
  readonly session: LocalSession;
  /** Resolves once the call is over, by either side. */
  readonly ended: Promise<CallEnd>;
  readonly #transactions: Transactions;
  #over = false;
  #settle: (end: CallEnd) => void = () => {};

  constructor(transactions: Transactions, dialog: Dialog, remoteSdp: Buffer, session: LocalSession) {
    this.#transactions = transactions;
    this.dialog = dialog;
    this.remoteSdp = remoteSdp;
    this.session = session;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
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

type Accept = (
  media: MediaAddress | undefined,
  headers: readonly (readonly [string, string])[],
) => Promise<Call | undefined>;

/** An INVITE that came in and is not answered yet. */
export class IncomingCall {
  readonly transaction: ServerTransaction;
  /** Resolves if the caller gives up before the answer. */
  readonly cancelled: Promise<void>;
  readonly #accept: Accept;

  constructor(transaction: ServerTransaction, accept: Accept) {
    this.transaction = transaction;
    this.#accept = accept;
    this.cancelled = new Promise((resolve) => transaction.onCancel(resolve));
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
   *
   * @param media where voice is taken; by default nobody listens.
   * @param headers of the 200, besides those that it needs.
   */
  answer(
    media?: MediaAddress,
    headers: readonly (readonly [string, string])[] = [],
  ): Promise<Call | undefined> {
    return this.#accept(media, headers);
  }
}
