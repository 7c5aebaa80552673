import { setTimeout as delay } from "node:timers/promises";
import { codecOf } from "../media/g711.js";
import { RtpSession } from "../media/rtp-session.js";
import type { Secret } from "../redaction/secret.js";
import { cleanText } from "../redaction/text.js";
import {
  Calls,
  METHODS,
  parseNameAddr,
  parseUri,
  reasonOf,
  type ServerTransaction,
  SipSerializeError,
  SipServer,
  sdpAudio,
  type Timers,
  type Transactions,
  tolerant,
  writeUri,
} from "../sip/index.js";
import { type BridgeFault, bridge } from "./bridge.js";
import { type PhoneHeard, PhoneVoice, PRIVATE_ADDRESS, type VoiceFault } from "./phone-voice.js";
import { type Answer, type Binding, Registrar } from "./registrar.js";

export interface PbxOptions {
  readonly host: string;
  /** UDP and TCP; 0 takes one that is free for both. */
  readonly port: number;
  readonly timers: Timers;
  readonly realm: string;
  readonly accounts: ReadonlyMap<string, Secret>;
  /** Shortest and longest binding, seconds. */
  readonly minExpires: number;
  readonly maxExpires: number;
  /** What is wrong with its echo test. */
  readonly echoFault?: EchoFault;
}

/**
 * Faults of a PBX as its echo test shows them. `private_media`: it announces a private address. `no_rtp`: no RTP gets in or
 * out. `voice_refused`: it takes no codec that is offered (488). `no_refer`: it does not take transfers.
 */
export type EchoFault = "private_media" | "no_rtp" | "voice_refused" | "no_refer";

export interface CallRequest {
  /** Extension to ring. */
  readonly to: string;
  /** Caller that is shown. */
  readonly from: string;
  /** From answer to hang-up. */
  readonly seconds: number;
  readonly fault?: VoiceFault;
  readonly signal?: AbortSignal;
}

/** How a call from the PBX went. */
export type CallReport = { readonly to: string; readonly from: string } & (
  | {
      readonly outcome: "answered";
      readonly rang: boolean;
      readonly seconds: number;
      readonly endedBy: "pbx" | "agent";
      readonly heard: PhoneHeard;
    }
  | { readonly outcome: "unknown-extension" | "not-registered" | "no-answer" | "aborted" }
  | { readonly outcome: "rejected"; readonly status: number; readonly reason: string }
);

const SERVER = "Telzino-Sandbox-PBX";
/** How long an extension rings. */
const RING_MS = 10_000;
/** As FreePBX has it. */
const ECHO_TEST = "*43";
const MOST_ECHOES = 5;
const LONGEST_ECHO_MS = 60_000;
const MOST_BRIDGED = 10;
const LONGEST_BRIDGED_MS = 120_000;
/** Methods that the answer to a call names. */
const IN_CALLS = `${METHODS}, INFO`;
/** A port that is free for UDP may be taken for TCP. */
const PORT_TRIES = 20;

/** A small PBX on loopback: registrar, and calls of a person at a phone to the extensions that are registered, and of one extension to another. */
export class Pbx {
  readonly registrar: Registrar;
  #port = 0;
  readonly #options: PbxOptions;
  #servers: readonly SipServer[] = [];
  readonly #calls = new Map<Transactions, Calls>();
  readonly #closing = new AbortController();
  #echoes = 0;
  readonly #bridged = new Set<Promise<void>>();
  /** What is wrong with calls between extensions. */
  fault: BridgeFault | undefined;

  private constructor(options: PbxOptions) {
    this.#options = options;
    this.registrar = new Registrar(options);
  }

  /** @throws Error (Node's, with `code`) when the port cannot be bound. */
  static async start(options: PbxOptions): Promise<Pbx> {
    const pbx = new Pbx(options);
    for (let tries = 1; ; tries += 1) {
      try {
        await pbx.#listen();
        return pbx;
      } catch (error) {
        const unlucky = options.port === 0 && (error as NodeJS.ErrnoException).code === "EADDRINUSE";
        if (!unlucky || tries >= PORT_TRIES) throw error;
      }
    }
  }

  get port(): number {
    return this.#port;
  }

  /** Rings an extension, is answered, hangs up. Resolves when the call is over, whatever its outcome. */
  async call(request: CallRequest): Promise<CallReport> {
    const { to, from } = request;
    const binding = this.registrar.bindings(to).at(-1);
    if (!this.registrar.knows(to)) return { to, from, outcome: "unknown-extension" };
    if (binding === undefined || binding.transactions.flow.isClosed) {
      return { to, from, outcome: "not-registered" };
    }
    const signals = [this.#closing.signal, ...(request.signal ? [request.signal] : [])];
    return { to, from, ...(await this.#ring(binding, request, AbortSignal.any(signals))) };
  }

  /** Hangs up all calls and frees the port. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#bridged);
    await Promise.all([...this.#calls.values()].map((calls) => calls.close()));
    this.#calls.clear();
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  /** UDP chooses the port, TCP takes the same. */
  async #listen(): Promise<void> {
    const { host, port, timers } = this.#options;
    const onRequest = (transaction: ServerTransaction, transactions: Transactions) =>
      this.#receive(transaction, transactions);
    const start = (transport: "udp" | "tcp", free: number) =>
      SipServer.start({ listen: [{ address: host, port: free, transport }], onRequest, timers });
    const udp = await start("udp", port);
    this.#port = udp.port("udp");
    try {
      this.#servers = [udp, await start("tcp", this.#port)];
    } catch (error) {
      await udp.close();
      throw error;
    }
  }

  #receive(transaction: ServerTransaction, transactions: Transactions): void {
    if (this.#calls.get(transactions)?.handle(transaction)) return;
    if (this.#isEchoTest(transaction)) {
      this.#echo(transaction, transactions).catch((error: unknown) => {
        // A caller's odd headers may make a request that cannot be written.
        if (!(error instanceof SipSerializeError)) throw error;
      });
      return;
    }
    const { request } = transaction;
    if (request.method === "INVITE" && calleeOf(request.uri) !== ECHO_TEST) {
      this.#invited(transaction, transactions);
      return;
    }
    respondWith(transaction, this.#answer(transaction, transactions));
  }

  #answer({ request, source }: ServerTransaction, transactions: Transactions): Answer {
    const { method } = request;
    if (method === "REGISTER") return this.registrar.register(request, source, transactions);
    if (method === "OPTIONS") return { status: 200 };
    if (method === "BYE") return { status: 481 };
    if (method !== "INVITE") return { status: 405 };
    return this.registrar.challengeTo(request) ?? { status: 486 };
  }

  /** A call to an extension: only of an account of this PBX, to where it is registered. */
  #invited(transaction: ServerTransaction, transactions: Transactions): void {
    const { request } = transaction;
    const extension = calleeOf(request.uri);
    const binding = this.registrar.bindings(extension).at(-1);
    // A call to an unknown extension is refused immediately.
    const isKnown = this.registrar.knows(extension);
    const refusal = isKnown ? this.registrar.challengeTo(request) : { status: 404 };
    if (refusal !== undefined) respondWith(transaction, refusal);
    else if (this.#bridged.size >= MOST_BRIDGED) respondWith(transaction, { status: 486 });
    else if (binding === undefined || binding.transactions.flow.isClosed) {
      respondWith(transaction, NOBODY_THERE);
    } else this.#bridge(transaction, transactions, binding);
  }

  #bridge(transaction: ServerTransaction, transactions: Transactions, binding: Binding): void {
    const { host } = this.#options;
    const caller = callerOf(transaction);
    const bridged = bridge({
      ...{ address: host, transaction, binding, fault: this.fault, signal: this.#closing.signal },
      calls: this.#callsOn(transactions),
      outgoing: this.#callsOn(binding.transactions),
      to: this.#uri(calleeOf(transaction.request.uri), binding.transactions),
      from: this.#uri(caller, binding.transactions),
      ringMs: RING_MS,
      longestMs: LONGEST_BRIDGED_MS,
    })
      .catch((error: unknown) => {
        // A caller's odd headers may make a request that cannot be written.
        if (!(error instanceof SipSerializeError)) throw error;
      })
      .finally(() => this.#bridged.delete(bridged));
    this.#bridged.add(bridged);
  }

  /** A call of an account's own to the echo test, with its credentials. */
  #isEchoTest({ request }: ServerTransaction): boolean {
    if (request.method !== "INVITE" || calleeOf(request.uri) !== ECHO_TEST) return false;
    return this.#echoes < MOST_ECHOES && this.registrar.challengeTo(request) === undefined;
  }

  /** Sends back what it hears until the caller hangs up. */
  async #echo(transaction: ServerTransaction, transactions: Transactions): Promise<void> {
    const { host: address, echoFault } = this.#options;
    if (echoFault === "voice_refused") return void transaction.respond(488);
    const voice = { address, peer: transaction.source.address, echoes: true } as const;
    const session = await RtpSession.open(voice).catch(() => undefined);
    if (session === undefined) return void transaction.respond(503);
    this.#echoes += 1;
    try {
      const incoming = this.#callsOn(transactions).incoming(transaction);
      const isPrivate = echoFault === "private_media" || this.fault === "private_media";
      const announced = isPrivate ? PRIVATE_ADDRESS : address;
      const allow = echoFault === "no_refer" ? IN_CALLS : `${IN_CALLS}, REFER`;
      const call = await incoming.answer({ address: announced, port: session.port }, [["Allow", allow]]);
      if (call === undefined) return;
      if (echoFault === "no_rtp") session.close();
      const audio = sdpAudio(call.remoteSdp);
      session.start(codecOf(audio?.payloadType ?? 0) ?? "PCMU", audio);
      const over = new AbortController();
      const signal = AbortSignal.any([this.#closing.signal, over.signal]);
      void delay(LONGEST_ECHO_MS, undefined, { signal }).then(
        () => call.hangUp(),
        () => {},
      );
      await call.ended;
      over.abort();
    } finally {
      this.#echoes -= 1;
      session.close();
    }
  }

  #callsOn(transactions: Transactions): Calls {
    const known = this.#calls.get(transactions);
    if (known !== undefined) return known;
    const calls = new Calls(transactions, { contact: this.#uri("pbx", transactions) });
    this.#calls.set(transactions, calls);
    transactions.flow.subscribe({ closed: () => this.#calls.delete(transactions) });
    return calls;
  }

  #uri(user: string, { flow }: Transactions): string {
    const { host } = this.#options;
    const params = flow.transport === "udp" ? {} : { params: new Map([["transport", flow.transport]]) };
    return writeUri({ scheme: "sip", user, host, port: this.#port, ...params });
  }

  async #ring(binding: Binding, request: CallRequest, signal: AbortSignal) {
    const voice = await PhoneVoice.open(this.#options.host, binding.source.address, request.fault);
    try {
      return await this.#speak(voice, binding, request, signal);
    } finally {
      voice.close();
    }
  }

  async #speak(voice: PhoneVoice, binding: Binding, request: CallRequest, signal: AbortSignal) {
    const { uri, source, transactions } = binding;
    let rang = false;
    const placed = this.#callsOn(transactions).place({
      uri,
      to: this.#uri(request.to, transactions),
      from: this.#uri(request.from, transactions),
      peer: source,
      media: voice.media,
      losesAck: request.fault === "no_ack",
      deadlineMs: RING_MS,
      signal,
      onProvisional: ({ status }) => {
        rang ||= status === 180;
      },
    });
    const outcome = await placed.outcome;
    if (outcome.kind === "rejected") {
      const { status, reason } = outcome.response;
      return { outcome: "rejected", status, reason: cleanText(reason || reasonOf(status), 80) } as const;
    }
    if (outcome.kind === "aborted") return { outcome: "aborted" } as const;
    if (outcome.kind !== "answered") return { outcome: "no-answer" } as const;
    const started = performance.now();
    voice.start(outcome.call.remoteSdp);
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const timer = delay(request.seconds * 1_000, undefined, { signal: stop }).catch(() => {});
    const end = await Promise.race([outcome.call.ended, timer.then(() => "time is up" as const)]);
    over.abort();
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    if (end === "time is up") await outcome.call.hangUp();
    const endedBy = end === "time is up" || end === "hung-up-here" ? "pbx" : "agent";
    return { outcome: "answered", rang, seconds, endedBy, heard: voice.heard } as const;
  }
}

/** 404 with the cause that Asterisk gives where an extension has no contact. */
const NOBODY_THERE: Answer = { status: 404, headers: [["Reason", "Q.850;cause=3"]] };

function respondWith(transaction: ServerTransaction, { status, headers = [] }: Answer): void {
  transaction.respond(status, {
    headers: [...headers, ["Allow", `${METHODS}, REGISTER`], ["Server", SERVER]],
  });
}

function callerOf({ request }: ServerTransaction): string {
  const from = tolerant(() => parseNameAddr(request.headers.get("From") ?? ""));
  return (from && calleeOf(from.uri)) ?? "";
}

function calleeOf(uri: string): string {
  return tolerant(() => parseUri(uri))?.user ?? "";
}
