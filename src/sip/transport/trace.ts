import type { SipMessage } from "../message/message.js";
import { type Flow, failureWords, type SocketAddress, type TransportName } from "./flow.js";

interface EntryFacts {
  /** Milliseconds since the trace began. */
  readonly atMs: number;
  readonly transport: TransportName;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
}

/** One thing that happened on the wire. */
export type TraceEntry =
  | ({
      readonly kind: "message";
      readonly direction: "sent" | "received";
      readonly message: SipMessage;
    } & EntryFacts)
  /** Bytes that were no SIP message. `problem` is our words, with a short excerpt that counts as theirs. */
  | ({ readonly kind: "malformed"; readonly problem: string; readonly byteCount: number } & EntryFacts)
  /** The flow ended, by either side. */
  | ({ readonly kind: "closed"; readonly code: string; readonly problem: string } & EntryFacts);

/** A probe has some ten messages; a registrant that runs for days must not grow. The oldest go first. */
const KEPT = 400;

/** Every message of the flows that it watches, in order. Messages hold digests: print them with `formatTrace`. */
export class Trace {
  readonly #entries: TraceEntry[] = [];
  readonly #started = performance.now();
  #dropped = 0;

  get entries(): readonly TraceEntry[] {
    return this.#entries;
  }

  /** How many of the oldest entries were let go. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Watches a flow until it closes, or until the returned function is called. */
  watch(flow: Flow): () => void {
    const facts = (remote: SocketAddress): EntryFacts => ({
      atMs: performance.now() - this.#started,
      transport: flow.transport,
      local: flow.local,
      remote,
    });
    return flow.subscribe({
      sent: (message, remote) => this.#add({ kind: "message", direction: "sent", message, ...facts(remote) }),
      message: (message, source) =>
        this.#add({ kind: "message", direction: "received", message, ...facts(source) }),
      malformed: ({ error, source, bytes }) =>
        this.#add({
          kind: "malformed",
          problem: error.sentence,
          byteCount: bytes.length,
          ...facts(source),
        }),
      closed: (failure) => {
        const problem = failureWords(failure);
        if (flow.remote) this.#add({ kind: "closed", code: failure.code, problem, ...facts(flow.remote) });
      },
    });
  }

  #add(entry: TraceEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length <= KEPT) return;
    this.#entries.shift();
    this.#dropped += 1;
  }
}
