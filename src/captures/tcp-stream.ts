import { Buffer } from "node:buffer";
import { type SipMessage, StreamFramer } from "../sip/index.js";
import { beginsAsSip, mayBeginSip } from "./sip-text.js";

/** One direction of a TCP connection, put in order and cut into SIP messages. */

interface Waiting {
  readonly sequence: number;
  readonly bytes: Buffer;
}

/** What may wait for a segment that has not come: then it counts as lost, as it does at the end. */
const MAX_WAITING_BYTES = 262_144;
const MAX_WAITING = 64;

const NOTHING = Buffer.alloc(0);

export class TcpStream {
  /** The next byte that is to come; undefined before the first. */
  #next: number | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Undefined while the stream is out of step, and while it has not spoken SIP. */
  #framer: StreamFramer | undefined;
  /** The first bytes of what may become a message; no more than its first word. */
  #begun = NOTHING;

  /** A connection begins: bytes of an earlier one with the same ports are none of its. */
  begin(sequence: number): void {
    this.#next = (sequence + 1) >>> 0;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#lose();
  }

  /** Messages that this segment completes, as far as it had not come before. */
  add(sequence: number, bytes: Buffer, missing: number): SipMessage[] {
    if (bytes.length === 0) return [];
    this.#next ??= sequence;
    const ahead = distance(this.#next, sequence);
    if (ahead > 0) {
      this.#waiting.push({ sequence, bytes: Buffer.from(bytes) });
      this.#waitingBytes += bytes.length;
      const full = this.#waiting.length > MAX_WAITING || this.#waitingBytes > MAX_WAITING_BYTES;
      return full ? this.flush() : [];
    }
    const messages = this.#take(sequence, bytes);
    if (missing > 0) {
      this.#lose();
      this.#next = (this.#next + missing) >>> 0;
    }
    return [...messages, ...this.#takeWaiting()];
  }

  /** What still waits, although bytes before it are missing. */
  flush(): SipMessage[] {
    const messages: SipMessage[] = [];
    while (this.#waiting.length > 0) {
      const next = this.#next ?? 0;
      const nearest = Math.min(...this.#waiting.map(({ sequence }) => distance(next, sequence)));
      this.#next = (next + nearest) >>> 0;
      this.#lose();
      messages.push(...this.#takeWaiting());
    }
    return messages;
  }

  #takeWaiting(): SipMessage[] {
    const messages: SipMessage[] = [];
    for (;;) {
      const next = this.#next ?? 0;
      const index = this.#waiting.findIndex(({ sequence }) => distance(next, sequence) <= 0);
      const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (waiting === undefined) return messages;
      this.#waitingBytes -= waiting.bytes.length;
      messages.push(...this.#take(waiting.sequence, waiting.bytes));
    }
  }

  /** Bytes that begin at the next one or before it. */
  #take(sequence: number, bytes: Buffer): SipMessage[] {
    const known = -distance(this.#next ?? sequence, sequence);
    const fresh = bytes.subarray(Math.min(known, bytes.length));
    if (fresh.length === 0) return [];
    this.#next = (sequence + bytes.length) >>> 0;
    return this.#frame(fresh);
  }

  /** Out of step. */
  #lose(): void {
    this.#framer = undefined;
    this.#begun = NOTHING;
  }

  #frame(bytes: Buffer): SipMessage[] {
    let fed = bytes;
    if (this.#framer === undefined) {
      // In step again where a segment begins as a message does, be it together with those before it.
      const joined = this.#begun.length === 0 ? bytes : Buffer.concat([this.#begun, bytes.subarray(0, 64)]);
      const isSip = beginsAsSip(joined);
      const begun = isSip ? this.#begun : NOTHING;
      this.#begun = NOTHING;
      if (!isSip && !beginsAsSip(bytes)) {
        const start = [joined, bytes].find((each) => mayBeginSip(each));
        if (start !== undefined) this.#begun = Buffer.from(start);
        return [];
      }
      fed = begun.length === 0 ? bytes : Buffer.concat([begun, bytes]);
      this.#framer = new StreamFramer();
    }
    const messages: SipMessage[] = [];
    for (const event of this.#framer.feed(fed)) {
      if (event.kind === "message") messages.push(event.message);
      if (event.kind === "error") this.#framer = undefined;
    }
    return messages;
  }
}

/** How far `to` is ahead of `from`, in the circle of sequence numbers; negative where it is behind. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
