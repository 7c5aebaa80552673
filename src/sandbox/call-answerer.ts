import { setTimeout as delay } from "node:timers/promises";
import { cleanText } from "../redaction/text.js";
import {
  Calls,
  METHODS,
  parseNameAddr,
  parseUri,
  type ServerTransaction,
  SipSerializeError,
  tolerant,
} from "../sip/index.js";
import { AgentVoice, type TranscriptEntry } from "./agent-voice.js";
import type { Way } from "./reach.js";

/** A call that was answered and is over. */
export interface AnsweredCall {
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** User of the caller's URI: outside text, cleaned. */
  readonly callerId: string;
  readonly transcript: readonly TranscriptEntry[];
}

/** Long enough for a caller to hear that it rings, short enough for a test. Milliseconds. */
const RING_MS = 100;
/** A caller that forgets to hang up is hung up on. Milliseconds. */
const LONGEST_CALL_MS = 300_000;
const MOST_CALLS = 10;

/** Answers the calls of one registration: rings, answers, and speaks with the caller until one of them hangs up. */
export class CallAnswerer {
  readonly #onCall: (call: AnsweredCall) => void;
  readonly #handling = new Set<Promise<void>>();
  #calls: Calls | undefined;
  #ended = new AbortController();

  constructor(onCall: (call: AnsweredCall) => void) {
    this.#onCall = onCall;
  }

  attach({ transactions, contact }: Way): void {
    this.#calls = new Calls(transactions, { contact });
  }

  /** The flow is about to close: calls on it are over. */
  detach(): void {
    for (const call of this.#calls?.active ?? []) call.finish("closed");
    this.#calls = undefined;
  }

  /** Hangs up and waits until every call is written down. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#calls?.close();
    await Promise.all(this.#handling);
  }

  receive(transaction: ServerTransaction): void {
    const calls = this.#calls;
    const { method } = transaction.request;
    if (calls === undefined) transaction.respond(480);
    else if (calls.handle(transaction)) return;
    else if (method === "OPTIONS") transaction.respond(200, { headers: [["Allow", METHODS]] });
    else if (method !== "INVITE") transaction.respond(501, { headers: [["Allow", METHODS]] });
    else if (this.#ended.signal.aborted) transaction.respond(480);
    else if (this.#handling.size >= MOST_CALLS) transaction.respond(486);
    else this.#take(calls, transaction);
  }

  #take(calls: Calls, transaction: ServerTransaction): void {
    const handled = this.#answer(calls, transaction)
      // A caller's odd headers may make a request that cannot be written: the call is lost, no more.
      .catch((error: unknown) => {
        if (!(error instanceof SipSerializeError)) throw error;
      })
      .finally(() => this.#handling.delete(handled));
    this.#handling.add(handled);
  }

  async #answer(calls: Calls, transaction: ServerTransaction): Promise<void> {
    const incoming = calls.incoming(transaction);
    incoming.ring();
    const { signal } = this.#ended;
    const rung = await Promise.race([this.#wait(RING_MS), incoming.cancelled.then(() => false)]);
    if (!rung) return incoming.reject(signal.aborted ? 480 : 487);
    const startedAt = new Date();
    const voice = await AgentVoice.open(transaction).catch(() => undefined);
    if (voice === undefined) return incoming.reject(503);
    try {
      const answered = incoming.answer(voice.media);
      // It is up with the 200: the agent speaks before the ACK, which may be lost.
      const call = transaction.status === 200 ? calls.active.at(-1) : await answered;
      if (call === undefined) return;
      answered.catch(() => {});
      const over = new AbortController();
      void this.#wait(LONGEST_CALL_MS, over.signal).then((late) => (late ? call.hangUp() : undefined));
      void voice.speak(call.remoteSdp, over.signal).then((silent) => (silent ? call.hangUp() : undefined));
      await call.ended;
      over.abort();
      const { transcript } = voice;
      this.#onCall({ startedAt, endedAt: new Date(), callerId: callerOf(transaction), transcript });
    } finally {
      voice.close();
    }
  }

  /** Whether the time has passed, rather than that it was closed or the wait called off. */
  async #wait(ms: number, over?: AbortSignal): Promise<boolean> {
    const signal = over ? AbortSignal.any([over, this.#ended.signal]) : this.#ended.signal;
    return delay(ms, true, { signal }).catch(() => false);
  }
}

function callerOf({ request }: ServerTransaction): string {
  const from = tolerant(() => parseNameAddr(request.headers.get("From") ?? ""));
  const user = from && tolerant(() => parseUri(from.uri))?.user;
  return cleanText(user ?? "anonymous", 60);
}
