import { Buffer } from "node:buffer";
import { setTimeout as delay } from "node:timers/promises";
import { present } from "../../base/present.js";
import type { Secret } from "../../redaction/secret.js";
import { chooseChallenges, readChallenges } from "../auth/challenge.js";
import { digestValues } from "../auth/credentials.js";
import { answerChallenge, ha1Forms } from "../auth/digest.js";
import { DigestError } from "../message/errors.js";
import { Headers, type SipRequest, type SipResponse } from "../message/message.js";
import { writeNameAddr } from "../message/name-addr.js";
import { type LocalSession, type MediaAddress, SDP_TYPE } from "../message/sdp.js";
import type { ClientTransaction } from "../transaction/client-transaction.js";
import { newCallId, newTag } from "../transaction/identifiers.js";
import type { Outcome } from "../transaction/outcome.js";
import { type Transactions, withVia } from "../transaction/transactions.js";
import type { SocketAddress } from "../transport/flow.js";
import type { Call } from "./call.js";
import { cseqOf, type Dialog, dialogOfCaller, dialogRequest } from "./dialog.js";
import { looseRoute } from "./loose-route.js";

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
  /** Where voice is taken; by default no one listens. */
  readonly media?: MediaAddress;
  /** What is said of our media, instead of the plain offer to take voice there. */
  readonly session?: LocalSession;
  /** URI of an outbound proxy: goes into a pre-loaded Route, with `lr` (RFC 3261 8.1.2). */
  readonly proxy?: string;
  /**
   * Called before an answer to a challenge is sent, with what may come back instead of the password: each value of the digest by
   * which a guess can be checked, and H(user:realm:password), which is as good as a password.
   */
  readonly onDigest?: (value: Secret) => void;
  /** For one challenge; without them, and when refused, a challenge is the answer. Never sent twice. */
  readonly credentials?: { readonly username: string; readonly password: Secret };
  /** Leaves a 2xx without its ACK, as where the ACK is lost: for tests and the sandbox. */
  readonly losesAck?: boolean;
  /** 180, 183 and their like, each as it comes. */
  readonly onProvisional?: (response: SipResponse) => void;
}

interface Answered {
  readonly response: SipResponse;
  /** The request that it answers. */
  readonly request: SipRequest;
  /** Where it came from. */
  readonly source: SocketAddress;
}

export type PlaceOutcome =
  | ({ readonly kind: "answered"; readonly call: Call } & Answered)
  /** 3xx to 6xx; 487 after a cancel. Nothing is followed, and a challenge that was answered is not answered again. */
  | ({ readonly kind: "rejected" } & Answered)
  | Exclude<Outcome, { kind: "response" }>;

type WholeOptions = PlaceCallOptions & { readonly contact: string; readonly session: LocalSession };
type Established = (dialog: Dialog, remoteSdp: Buffer) => Call;

/** A CANCEL is hop by hop and answered immediately, or never. */
const CANCEL_DEADLINE = 4000;

/**
 * A call that is being placed: INVITE, provisional responses, final response, ACK. Given up early (by
 * {@link PlacedCall.cancel}, the signal or the deadline) it is cancelled at the peer as soon as a
 * provisional response allows that (RFC 3261 9.1), and a 2xx that crosses the CANCEL is hung up.
 */
export class PlacedCall {
  readonly outcome: Promise<PlaceOutcome>;
  /**
   * Resolves when nothing of it goes over the wire any more: the end of the INVITE that was given up, or the BYE of a call
   * that was answered anyway. At the latest some seconds after the outcome.
   */
  readonly settled: Promise<void>;
  readonly #transactions: Transactions;
  readonly #options: PlaceCallOptions;
  readonly #established: Established;
  #transaction: ClientTransaction;
  readonly #invite: SipRequest;
  #isAuthorized = false;
  #provisional: SipResponse | undefined;
  #cancelWanted = false;
  #cancelSent = false;
  #ack: SipRequest | undefined;
  #repeated = 0;
  #hungUp: Promise<unknown> | undefined;

  constructor(transactions: Transactions, options: WholeOptions, established: Established) {
    this.#transactions = transactions;
    this.#options = options;
    this.#established = established;
    this.#invite = buildInvite(transactions, options);
    this.#transaction = this.#send(this.#invite);
    const finished = this.#finish();
    this.outcome = this.#follow(finished);
    this.settled = this.#settle(finished);
  }

  /** Whether an answer to a challenge has been sent. */
  get isAuthorized(): boolean {
    return this.#isAuthorized;
  }

  /** How often a 2xx has come again after the first. */
  get repeatedAnswers(): number {
    return this.#repeated;
  }

  /** Gives up; the outcome is then usually `rejected` with 487. */
  cancel(): void {
    this.#cancelWanted = true;
    if (!this.#provisional || this.#cancelSent) return;
    this.#cancelSent = true;
    const cancel = buildCancel(this.#transaction.request);
    this.#transactions.send(cancel, this.#options.peer, { deadlineMs: CANCEL_DEADLINE });
  }

  async #settle(finished: Promise<PlaceOutcome>): Promise<void> {
    const outcome = await this.outcome.catch(() => undefined);
    if (outcome?.kind !== "aborted" && outcome?.kind !== "timeout") return;
    const inTime = new AbortController();
    const limit = delay(CANCEL_DEADLINE, undefined, { signal: inTime.signal, ref: false });
    const over = finished.then(() => this.#hungUp);
    await Promise.race([over, limit].map((each) => each.catch(() => {})));
    inTime.abort();
  }

  async #follow(finished: Promise<PlaceOutcome>): Promise<PlaceOutcome> {
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
          ...present({ provisional }),
          ...facts(),
        });
      }, deadlineMs);
    });
    try {
      return await Promise.race([finished, givenUp]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #send(invite: SipRequest): ClientTransaction {
    const { peer, deadlineMs } = this.#options;
    return this.#transactions.send(invite, peer, {
      // The transaction outlives the wait for it: the 487 to a CANCEL needs its ACK.
      ...(deadlineMs === undefined ? {} : { deadlineMs: deadlineMs + CANCEL_DEADLINE }),
      onProvisional: (response) => this.#heardProvisional(response),
      onFurther2xx: () => {
        this.#repeated += 1;
        this.#acknowledge();
      },
    });
  }

  async #finish(): Promise<PlaceOutcome> {
    let outcome = await this.#transaction.outcome;
    const authorized = outcome.kind === "response" ? this.#authorized(outcome.response) : undefined;
    if (authorized !== undefined) {
      this.#provisional = undefined;
      this.#transaction = this.#send(authorized);
      outcome = await this.#transaction.outcome;
    }
    if (outcome.kind !== "response") return outcome;
    const { response, source } = outcome;
    const { request } = this.#transaction;
    if (response.status >= 300) return { kind: "rejected", response, request, source };
    const dialog = dialogOfCaller(request, response, outcome.source);
    this.#ack = withVia(dialogRequest(dialog, "ACK", cseqOf(request)), this.#transactions.flow);
    this.#acknowledge();
    const call = this.#established(dialog, response.body);
    if (this.#cancelWanted) this.#hungUp = call.hangUp();
    return { kind: "answered", call, response, request, source };
  }

  /** The INVITE once more (RFC 3261 22.2), with an answer to the challenge; `undefined` where there is none to give. */
  #authorized(response: SipResponse): SipRequest | undefined {
    const { credentials } = this.#options;
    const isChallenge = response.status === 401 || response.status === 407;
    if (!isChallenge || credentials === undefined || this.#isAuthorized || this.#cancelWanted)
      return undefined;
    const [challenge] = chooseChallenges(readChallenges(response));
    if (challenge === undefined) return undefined;
    const { method, uri, body } = this.#invite;
    const headers = new Headers(this.#invite.headers);
    headers.set("CSeq", `${cseqOf(this.#invite) + 1} INVITE`);
    try {
      const { name, value } = answerChallenge({ challenge, method, uri, body, ...credentials });
      headers.append(name, value);
      const { username, password } = credentials;
      const secrets = [...digestValues(headers), ...ha1Forms(username, challenge.realm, password)];
      for (const secret of secrets) this.#options.onDigest?.(secret);
    } catch (error) {
      if (!(error instanceof DigestError)) throw error;
      return undefined;
    }
    this.#isAuthorized = true;
    return { ...this.#invite, headers };
  }

  #heardProvisional(response: SipResponse): void {
    this.#provisional = response;
    this.#options.onProvisional?.(response);
    if (this.#cancelWanted) this.cancel();
  }

  #acknowledge(): void {
    if (this.#ack && !this.#options.losesAck) void this.#transactions.sendAck(this.#ack, this.#options.peer);
  }
}

function buildInvite(transactions: Transactions, options: WholeOptions): SipRequest {
  const { uri, to = uri, from, displayName, proxy } = options;
  const tag = new Map([["tag", newTag()]]);
  const headers = new Headers([
    ...(proxy === undefined ? [] : ([["Route", looseRoute(proxy)]] as const)),
    ["Max-Forwards", "70"],
    ["From", writeNameAddr({ uri: from, params: tag, ...(displayName ? { displayName } : {}) })],
    ["To", writeNameAddr({ uri: to })],
    ["Call-ID", newCallId(transactions.flow.local.address)],
    ["CSeq", "1 INVITE"],
    ["Contact", writeNameAddr({ uri: options.contact })],
    ["Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS"],
    ["Content-Type", SDP_TYPE],
  ]);
  return { kind: "request", method: "INVITE", uri, headers, body: options.session.offer() };
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
