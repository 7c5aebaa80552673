import type { Buffer } from "node:buffer";
import type { SipRequest, SipResponse } from "../message/message.js";
import { reasonOf } from "../message/reasons.js";
import { buildResponse } from "../message/serialize.js";
import type { Flow, SocketAddress } from "../transport/flow.js";
import { newTag } from "./identifiers.js";
import { RFC_TIMERS, TimerSet, type Timers } from "./timers.js";

export interface RespondOptions {
  /** The usual phrase by default. */
  readonly reason?: string;
  readonly headers?: Iterable<readonly [name: string, value: string]>;
  readonly body?: Buffer;
}

export interface ServerTransactionOptions {
  readonly timers?: Timers;
  /** Where responses go, by the rules of Via (RFC 3261 18.2.2, RFC 3581 4). */
  readonly responseTo: SocketAddress;
  readonly onTerminated: () => void;
}

/** RFC 3261 17.2.1: if answering an INVITE takes longer than this, a 100 is sent automatically. */
const TRYING_AFTER = 200;

/**
 * A request that came in, and its responses (RFC 3261 17.2): answers retransmissions with what was answered
 * before, repeats a final response to INVITE until the ACK is there. The 2xx of an INVITE, which the RFC
 * leaves to the user agent (13.3.1.4), is repeated here as well.
 */
export class ServerTransaction {
  /** With `received` and `rport` filled in. */
  readonly request: SipRequest;
  readonly source: SocketAddress;
  readonly flow: Flow;
  /** Tag that this side puts on To, the same in every response. */
  readonly toTag = newTag();
  readonly #options: ServerTransactionOptions;
  readonly #clock: Timers;
  readonly #timers = new TimerSet();
  #last: SipResponse | undefined;
  #state: "trying" | "completed" | "confirmed" | "terminated" = "trying";
  readonly #acknowledged: Promise<boolean>;
  #settleAck: (acknowledged: boolean) => void = () => {};
  readonly #onCancel = new Set<() => void>();

  constructor(flow: Flow, request: SipRequest, source: SocketAddress, options: ServerTransactionOptions) {
    this.flow = flow;
    this.request = request;
    this.source = source;
    this.#options = options;
    this.#clock = options.timers ?? RFC_TIMERS;
    this.#acknowledged = new Promise((resolve) => {
      this.#settleAck = resolve;
    });
    if (this.isInvite) this.#timers.after(TRYING_AFTER, () => this.#sendTrying(), "relaxed");
  }

  get isInvite(): boolean {
    return this.request.method === "INVITE";
  }

  /** Of the last response that was sent. */
  get status(): number | undefined {
    return this.#last?.status;
  }

  /** For INVITE: true once the final response was acknowledged, false when the wait for it ended (64·T1). */
  get acknowledged(): Promise<boolean> {
    return this.#acknowledged;
  }

  /**
   * Sends a response. After a final one further calls do nothing: the caller and a CANCEL may race.
   *
   * @throws SipSerializeError when a header or the reason cannot be written.
   * @returns what was sent, or `undefined` when the transaction is answered already.
   */
  respond(status: number, options: RespondOptions = {}): SipResponse | undefined {
    if (this.#state !== "trying") return undefined;
    const response = buildResponse(this.request, status, options.reason ?? reasonOf(status), {
      toTag: this.toTag,
      ...(options.headers ? { headers: options.headers } : {}),
      ...(options.body ? { body: options.body } : {}),
    });
    if (this.isInvite && status > 100 && status < 300) copyRecordRoute(this.request, response);
    this.#last = response;
    this.#sendLast();
    if (status >= 200) this.#complete(status);
    return response;
  }

  /** Called once when a CANCEL arrives before the final response; the 487 is sent right after. */
  onCancel(listener: () => void): void {
    this.#onCancel.add(listener);
  }

  /** A CANCEL for this INVITE (RFC 3261 9.2). */
  cancel(): void {
    if (this.#state !== "trying") return;
    for (const listener of this.#onCancel) listener();
    this.respond(487);
  }

  receiveAgain(): void {
    if (this.#last && this.#state !== "confirmed") this.#sendLast();
  }

  receiveAck(): void {
    if (!this.isInvite || this.#state !== "completed") return;
    this.#state = "confirmed";
    this.#timers.clear();
    this.#settleAck(true);
    const linger = this.flow.reliable
      ? 0
      : this.#last && this.#last.status < 300
        ? 64 * this.#clock.t1
        : this.#clock.t4;
    this.#timers.after(linger, () => this.terminate(), "relaxed");
  }

  /** Ends it immediately; nothing more is sent. */
  terminate(): void {
    if (this.#state === "terminated") return;
    this.#state = "terminated";
    this.#timers.clear();
    this.#settleAck(false);
    this.#options.onTerminated();
  }

  #sendTrying(): void {
    if (this.#last || this.#state !== "trying") return;
    this.#last = buildResponse(this.request, 100, reasonOf(100));
    this.#sendLast();
  }

  #sendLast(): void {
    if (this.#last) void this.flow.send(this.#last, this.#options.responseTo);
  }

  #complete(status: number): void {
    this.#state = "completed";
    this.#timers.clear();
    const { t1 } = this.#clock;
    if (!this.isInvite) {
      // Timer J: how long a retransmitted request is still recognised.
      const linger = this.flow.reliable ? 0 : 64 * t1;
      this.#timers.after(linger, () => this.terminate(), "relaxed");
      return;
    }
    if (status < 300 || !this.flow.reliable) this.#repeat(t1);
    this.#timers.after(64 * t1, () => this.terminate(), "relaxed");
  }

  /** Timer G, and the 2xx of 13.3.1.4: doubling from T1 to T2 until the ACK. */
  #repeat(interval: number): void {
    this.#timers.after(
      interval,
      () => {
        if (this.#state !== "completed") return;
        this.#sendLast();
        this.#repeat(Math.min(interval * 2, this.#clock.t2));
      },
      "relaxed",
    );
  }
}

/** RFC 3261 12.1.1: the route set of the dialog is what the proxies recorded. */
function copyRecordRoute(request: SipRequest, response: SipResponse): void {
  if (response.headers.has("Record-Route")) return;
  for (const value of request.headers.all("Record-Route")) response.headers.append("Record-Route", value);
}
