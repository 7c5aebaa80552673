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
  /** Bytes that were not a SIP message. `problem` is our words, with a short excerpt that counts as theirs. */
  | ({ readonly kind: "malformed"; readonly problem: string; readonly byteCount: number } & EntryFacts)
  /** So many that came after the last one sent are not kept. Where the first of them came. */
  | ({ readonly kind: "left-out"; readonly count: number } & EntryFacts)
  /** The flow ended, by either side. */
  | ({ readonly kind: "closed"; readonly code: string; readonly problem: string } & EntryFacts);

/** A probe has some ten messages; a registrant that runs for days must not grow. The oldest go first. */
const KEPT = 400;
/** Of what comes before the next message is sent, the first so many are kept; a peer may answer without end. */
const KEPT_UNSENT = 24;
/** Besides them so many final answers, which tell the most. */
const KEPT_FINAL = 4;
/** Bytes of all that came; as many again for final answers. */
const KEPT_BYTES = 1_048_576;

/** What has come on a flow since a message was sent on it. */
interface Run {
  kept: number;
  finals: number;
  leftOut: number | undefined;
}

/** Every message of the flows that it watches, in order. Messages hold digests: print them with `formatTrace`. */
export class Trace {
  readonly #entries: TraceEntry[] = [];
  readonly #started = performance.now();
  #dropped = 0;
  #bytes = 0;

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
    let run: Run = { kept: 0, finals: 0, leftOut: undefined };
    return flow.subscribe({
      sent: (message, remote) => {
        run = { kept: 0, finals: 0, leftOut: undefined };
        this.#add({ kind: "message", direction: "sent", message, ...facts(remote) });
      },
      message: (message, source) => {
        const isFinal = message.kind === "response" && message.status >= 200;
        if (this.#hasRoom(run, isFinal, sizeOf(message)))
          this.#add({ kind: "message", direction: "received", message, ...facts(source) });
        else this.#leaveOut(run, facts(source));
      },
      malformed: ({ error, source, bytes }) => {
        if (this.#hasRoom(run, false, error.sentence.length))
          this.#add({
            kind: "malformed",
            problem: error.sentence,
            byteCount: bytes.length,
            ...facts(source),
          });
        else this.#leaveOut(run, facts(source));
      },
      closed: (failure) => {
        const problem = failureWords(failure);
        if (flow.remote) this.#add({ kind: "closed", code: failure.code, problem, ...facts(flow.remote) });
      },
    });
  }

  /** Whether one more is kept, which then counts. */
  #hasRoom(run: Run, isFinal: boolean, bytes: number): boolean {
    const asOther = run.kept < KEPT_UNSENT && this.#bytes + bytes <= KEPT_BYTES;
    const asFinal = isFinal && run.finals < KEPT_FINAL && this.#bytes + bytes <= 2 * KEPT_BYTES;
    if (!asOther && !asFinal) return false;
    if (asOther) run.kept += 1;
    else run.finals += 1;
    this.#bytes += bytes;
    return true;
  }

  #leaveOut(run: Run, facts: EntryFacts): void {
    const before = run.leftOut === undefined ? undefined : this.#entries[run.leftOut - this.#dropped];
    if (run.leftOut === undefined || before?.kind !== "left-out") {
      run.leftOut = this.#dropped + this.#entries.length;
      this.#add({ kind: "left-out", count: 1, ...facts });
    } else {
      this.#entries[run.leftOut - this.#dropped] = { ...before, count: before.count + 1 };
    }
  }

  #add(entry: TraceEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length <= KEPT) return;
    this.#entries.shift();
    this.#dropped += 1;
  }
}

/** About as many bytes as it came in. */
function sizeOf({ headers, body }: SipMessage): number {
  let size = body.length;
  for (const [name, value] of headers) size += name.length + value.length;
  return size;
}
