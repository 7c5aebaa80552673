import { Buffer } from "node:buffer";
import { Headers, type SipRequest, type SipResponse } from "../message/message.js";
import { writeNameAddr } from "../message/name-addr.js";
import { type MediaAddress, SDP_TYPE, sdpOffer } from "../message/sdp.js";
import type { ClientTransaction } from "../transaction/client-transaction.js";
import { newCallId, newTag } from "../transaction/identifiers.js";
import type { Outcome } from "../transaction/outcome.js";
import { type Transactions, withVia } from "../transaction/transactions.js";
import type { SocketAddress } from "../transport/flow.js";
import type { Call } from "./call.js";
import { cseqOf, type Dialog, dialogOfCaller, dialogRequest } from "./dialog.js";

export interface PlaceCallOptions {
  /** Request-URI: the callee's Contact, or its AOR. */
  readonly uri: string;
  /** To; the Request-URI by default. */
  readonly to?: string;
  /** Our URI, for From. */
  readonly from: string;
  readonly displayName?: string;
  /** Where the INVITE is sent. */
  readonly peer: SocketAddress;
  /** Until the final answer. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Where voice is taken; by default nobody listens. */
  readonly media?: MediaAddress;
  /** 180, 183 and their like, each as it comes. */
  readonly onProvisional?: (response: SipResponse) => void;
}

export type PlaceOutcome =
  | { readonly kind: "answered"; readonly call: Call; readonly response: SipResponse }
  /** 3xx to 6xx; 487 after a cancel. Nothing is followed, no challenge is answered. */
  | { readonly kind: "rejected"; readonly response: SipResponse }
  | Exclude<Outcome, { kind: "response" }>;

type Established = (dialog: Dialog, remoteSdp: Buffer) => Call;

/** A CANCEL is hop by hop and answered at once, or never. */
const CANCEL_DEADLINE = 4000;

/**
 * A call that is being placed: INVITE, provisional responses, final response, ACK. Given up early (by
 * {@link PlacedCall.cancel}, the signal or the deadline) it is cancelled at the peer as soon as a
 * provisional response allows that (RFC 3261 9.1), and a 2xx that crosses the CANCEL is hung up.
 */
export class PlacedCall {
  readonly outcome: Promise<PlaceOutcome>;
  readonly #transactions: Transactions;
  readonly #options: PlaceCallOptions;
  readonly #established: Established;
  readonly #transaction: ClientTransaction;
  #provisional: SipResponse | undefined;
  #cancelWanted = false;
  #cancelSent = false;
  #ack: SipRequest | undefined;

  constructor(
    transactions: Transactions,
    options: PlaceCallOptions & { readonly contact: string; readonly media: MediaAddress },
    established: Established,
  ) {
    this.#transactions = transactions;
    this.#options = options;
    this.#established = established;
    const invite = buildInvite(transactions, options);
    this.#transaction = transactions.send(invite, options.peer, {
      // The transaction outlives the wait for it: the 487 to a CANCEL needs its ACK.
      ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs + CANCEL_DEADLINE }),
      onProvisional: (response) => this.#heardProvisional(response),
      onFurther2xx: () => this.#acknowledge(),
    });
    this.outcome = this.#follow();
  }

  /** Gives up; the outcome is then usually `rejected` with 487. */
  cancel(): void {
    this.#cancelWanted = true;
    if (!this.#provisional || this.#cancelSent) return;
    this.#cancelSent = true;
    const cancel = buildCancel(this.#transaction.request);
    this.#transactions.send(cancel, this.#options.peer, { deadlineMs: CANCEL_DEADLINE });
  }

  async #follow(): Promise<PlaceOutcome> {
    const { signal, deadlineMs } = this.#options;
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let onAbort: () => void = () => {};
    const givenUp = new Promise<PlaceOutcome>((resolve) => {
      const facts = () => ({ sends: this.#transaction.sends, waitedMs: performance.now() - started });
      onAbort = () => {
        this.cancel();
        resolve({ kind: "aborted", ...facts() });
      };
      if (signal?.aborted) onAbort();
      else signal?.addEventListener("abort", onAbort, { once: true });
      if (deadlineMs === undefined) return;
      timer = setTimeout(() => {
        this.cancel();
        const provisional = this.#provisional;
        resolve({
          kind: "timeout",
          malformed: [],
          misfits: [],
          ...(provisional ? { provisional } : {}),
          ...facts(),
        });
      }, deadlineMs);
    });
    try {
      return await Promise.race([this.#finish(), givenUp]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #finish(): Promise<PlaceOutcome> {
    const outcome = await this.#transaction.outcome;
    if (outcome.kind !== "response") return outcome;
    const { response } = outcome;
    if (response.status >= 300) return { kind: "rejected", response };
    const { request } = this.#transaction;
    const dialog = dialogOfCaller(request, response, outcome.source);
    this.#ack = withVia(dialogRequest(dialog, "ACK", cseqOf(request)), this.#transactions.flow);
    this.#acknowledge();
    const call = this.#established(dialog, response.body);
    if (this.#cancelWanted) void call.hangUp();
    return { kind: "answered", call, response };
  }

  #heardProvisional(response: SipResponse): void {
    this.#provisional = response;
    this.#options.onProvisional?.(response);
    if (this.#cancelWanted) this.cancel();
  }

  #acknowledge(): void {
    if (this.#ack) void this.#transactions.sendAck(this.#ack, this.#options.peer);
  }
}

function buildInvite(
  transactions: Transactions,
  options: PlaceCallOptions & { readonly contact: string; readonly media: MediaAddress },
): SipRequest {
  const { uri, to = uri, from, displayName } = options;
  const tag = new Map([["tag", newTag()]]);
  const headers = new Headers([
    ["Max-Forwards", "70"],
    ["From", writeNameAddr({ uri: from, params: tag, ...(displayName ? { displayName } : {}) })],
    ["To", writeNameAddr({ uri: to })],
    ["Call-ID", newCallId(transactions.flow.local.address)],
    ["CSeq", "1 INVITE"],
    ["Contact", writeNameAddr({ uri: options.contact })],
    ["Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS"],
    ["Content-Type", SDP_TYPE],
  ]);
  return { kind: "request", method: "INVITE", uri, headers, body: sdpOffer(options.media) };
}

/** RFC 3261 9.1: all of the INVITE that names it, with its very Via. */
function buildCancel(invite: SipRequest): SipRequest {
  const headers = new Headers();
  headers.append("Via", invite.headers.get("Via") ?? "");
  for (const route of invite.headers.all("Route")) headers.append("Route", route);
  headers.append("Max-Forwards", "70");
  for (const name of ["From", "To", "Call-ID"]) headers.append(name, invite.headers.get(name) ?? "");
  headers.append("CSeq", `${cseqOf(invite)} CANCEL`);
  return { kind: "request", method: "CANCEL", uri: invite.uri, headers, body: Buffer.alloc(0) };
}
