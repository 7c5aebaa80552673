import { Buffer } from "node:buffer";
import { present } from "../../base/present.js";
import { Headers, type SipRequest, type SipResponse } from "../message/message.js";
import type { Flow, FlowFailure, Malformed, SocketAddress } from "../transport/flow.js";
import type { Misfit } from "../transport/misfit.js";
import { INVITE_DEADLINE, type Outcome, type OutcomeFacts, type SendOptions } from "./outcome.js";
import { RFC_TIMERS, TimerSet, type Timers } from "./timers.js";

/** Enough of each kind to tell what came; a flood must not grow the heap. */
const KEPT = 4;

type State = "waiting" | "calling" | "proceeding" | "completed" | "terminated";

/**
 * A client transaction (RFC 3261 17.1, RFC 6026 for 2xx to INVITE): one request, retransmitted on UDP, and
 * its responses. {@link "./transactions.js"} makes them and hands responses over by branch and method.
 */
export class ClientTransaction {
  readonly request: SipRequest;
  readonly remote: SocketAddress;
  readonly #flow: Flow;
  readonly #options: SendOptions;
  readonly #clock: Timers;
  readonly #onTerminated: () => void;
  readonly #timers = new TimerSet();
  readonly #malformed: Malformed[] = [];
  readonly #misfits: Misfit[] = [];
  readonly #started = performance.now();
  readonly #outcome: Promise<Outcome>;
  #settle: (outcome: Outcome) => void = () => {};
  #state: State = "waiting";
  #sends = 0;
  #provisional: SipResponse | undefined;
  #releaseSlot: () => void = () => {};
  #ack: SipRequest | undefined;
  readonly #abandon = new AbortController();

  constructor(
    flow: Flow,
    request: SipRequest,
    remote: SocketAddress,
    options: SendOptions,
    onTerminated: () => void,
  ) {
    this.request = request;
    this.remote = remote;
    this.#flow = flow;
    this.#options = options;
    this.#clock = options.timers ?? RFC_TIMERS;
    this.#onTerminated = onTerminated;
    this.#outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get outcome(): Promise<Outcome> {
    return this.#outcome;
  }

  /** How often it was put on the wire so far. */
  get sends(): number {
    return this.#sends;
  }

  get isInvite(): boolean {
    return this.request.method === "INVITE";
  }

  /** Puts the request on the wire as soon as the flow has a place for it. */
  start(): void {
    const { signal, deadlineMs } = this.#options;
    if (signal?.aborted) {
      this.#end({ kind: "aborted", ...this.#facts() });
      return;
    }
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    const limit = deadlineMs ?? (this.isInvite ? INVITE_DEADLINE : undefined);
    if (limit !== undefined) this.#timers.after(limit, () => this.#timeOut());
    void this.#begin();
  }

  receive(response: SipResponse, source: SocketAddress): void {
    if (this.#state === "terminated" || this.#state === "waiting") return;
    if (this.#state === "completed") {
      this.#receiveAgain(response, source);
      return;
    }
    if (response.status < 200) {
      this.#provisional = response;
      this.#state = "proceeding";
      // A ringing call fills no socket buffer.
      if (this.isInvite) this.#releaseSlot();
      this.#options.onProvisional?.(response, source);
      return;
    }
    this.#complete(response);
    this.#settle({ kind: "response", response, source, ...this.#facts() });
  }

  /** Bytes from the peer that no transaction can be found for. */
  noteMalformed(malformed: Malformed): void {
    if (this.#malformed.length < KEPT) this.#malformed.push(malformed);
  }

  /** A message that belongs to this transaction, and is not an answer. */
  noteMisfit(misfit: Misfit): void {
    if (this.#misfits.filter(({ kind }) => kind === misfit.kind).length < KEPT) this.#misfits.push(misfit);
  }

  /** The flow is gone, or the request was refused below SIP (ICMP). */
  fail(failure: FlowFailure): void {
    if (this.#state === "completed") this.#terminate();
    else this.#end({ kind: "transport-error", ...failure, ...this.#heard(), ...this.#facts() });
  }

  readonly #onAbort = () => this.#end({ kind: "aborted", ...this.#facts() });

  async #begin(): Promise<void> {
    const release = await this.#flow.slots.take(this.#abandon.signal);
    if (!release) return;
    if (this.#state !== "waiting") return release();
    this.#releaseSlot = release;
    this.#state = "calling";
    // Timer B and F; B no longer counts once there was a 1xx (17.1.1.2), F does (17.1.2.2).
    this.#timers.after(64 * this.#clock.t1, () => {
      if (!(this.isInvite && this.#state === "proceeding")) this.#timeOut();
    });
    if (!this.#flow.reliable) this.#scheduleRetransmission(this.#clock.t1);
    await this.#transmit();
  }

  async #transmit(): Promise<void> {
    this.#sends += 1;
    const failure = await this.#flow.send(this.request, this.remote);
    if (!failure) return;
    this.#sends -= 1;
    this.fail(failure);
  }

  /** Timer A doubles without end and stops at a 1xx; Timer E doubles to T2, and is T2 after a 1xx. */
  #scheduleRetransmission(interval: number): void {
    this.#timers.after(interval, () => {
      if (this.#state === "completed" || this.#state === "terminated") return;
      if (this.isInvite && this.#state === "proceeding") return;
      void this.#transmit();
      const { t2 } = this.#clock;
      const next = this.#state === "proceeding" ? t2 : interval * 2;
      this.#scheduleRetransmission(this.isInvite ? next : Math.min(next, t2));
    });
  }

  #complete(response: SipResponse): void {
    this.#leave();
    this.#state = "completed";
    if (this.isInvite && response.status >= 300) {
      this.#ack = ackForFailure(this.request, response);
      void this.#flow.send(this.#ack, this.remote);
    }
    const linger = this.#lingerMs(response);
    if (linger === 0) this.#terminate();
    else this.#timers.after(linger, () => this.#terminate(), "relaxed");
  }

  /** Timer M (RFC 6026), D and K: how long retransmitted responses are still recognised. */
  #lingerMs(response: SipResponse): number {
    if (this.isInvite && response.status < 300) return 64 * this.#clock.t1;
    if (this.#flow.reliable) return 0;
    return this.isInvite ? 64 * this.#clock.t1 : this.#clock.t4;
  }

  #receiveAgain(response: SipResponse, source: SocketAddress): void {
    if (!this.isInvite || response.status < 200) return;
    if (this.#ack) void this.#flow.send(this.#ack, this.remote);
    else if (response.status < 300) this.#options.onFurther2xx?.(response, source);
  }

  #timeOut(): void {
    this.#end({ kind: "timeout", ...this.#heard(), ...this.#facts() });
  }

  #heard(): { malformed: readonly Malformed[]; misfits: readonly Misfit[]; provisional?: SipResponse } {
    const provisional = this.#provisional;
    const unfinished = this.#flow.unfinished;
    return {
      malformed: [...this.#malformed, ...(unfinished ? [unfinished] : [])],
      misfits: this.#misfits,
      ...present({ provisional }),
    };
  }

  #facts(): OutcomeFacts {
    return { sends: this.#sends, waitedMs: performance.now() - this.#started };
  }

  #end(outcome: Outcome): void {
    if (this.#state === "completed" || this.#state === "terminated") return;
    this.#settle(outcome);
    this.#terminate();
  }

  #terminate(): void {
    if (this.#state === "terminated") return;
    this.#leave();
    this.#state = "terminated";
    this.#onTerminated();
  }

  #leave(): void {
    this.#timers.clear();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#abandon.abort();
    this.#releaseSlot();
  }
}

/** The ACK of a final response other than 2xx, which belongs to the transaction (RFC 3261 17.1.1.3). */
function ackForFailure(invite: SipRequest, response: SipResponse): SipRequest {
  const headers = new Headers();
  const copy = (name: string, from: Headers) => {
    const value = from.get(name);
    if (value !== undefined) headers.append(name, value);
  };
  copy("Via", invite.headers);
  for (const route of invite.headers.all("Route")) headers.append("Route", route);
  headers.append("Max-Forwards", "70");
  copy("From", invite.headers);
  copy("To", response.headers);
  copy("Call-ID", invite.headers);
  headers.append("CSeq", `${Number.parseInt(invite.headers.get("CSeq") ?? "1", 10)} ACK`);
  return { kind: "request", method: "ACK", uri: invite.uri, headers, body: Buffer.alloc(0) };
}
