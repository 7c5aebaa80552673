import { Buffer } from "node:buffer";
import { SipParseError } from "./errors.js";
import type { SipMessage } from "./message.js";
import {
  contentLength,
  DEFAULT_LIMITS,
  type ParsedHead,
  type ParseLimits,
  type ParseNote,
  type ParseOptions,
  parseHead,
} from "./parse.js";

export type FramerEvent =
  | { readonly kind: "message"; readonly message: SipMessage; readonly notes: readonly ParseNote[] }
  /** CRLFCRLF between messages: to be answered with one CRLF (RFC 5626 3.5.1, 4.4.1). */
  | { readonly kind: "ping" }
  /** One CRLF between messages where the other side is a server that answers our pings. */
  | { readonly kind: "pong" }
  /** The stream cannot be framed any more: close it. `bytes` are those that did not make a message, 2 KiB at most. */
  | { readonly kind: "error"; readonly error: SipParseError; readonly bytes: Buffer };

export interface FramerOptions extends ParseOptions {
  /**
   * What a CRLF between messages means. A server is pinged (`ping`, the default: two CRLF make one); a
   * client hears the answers to its own pings (`pong`: each CRLF is one).
   */
  readonly keepAlive?: "ping" | "pong";
}

const LF = 0x0a;
const CR = 0x0d;
const SHOWN_BYTES = 2_048;

/** Bytes that grow by doubling, so a message that comes byte by byte costs linear time and no kept chunks. */
class ByteStore {
  #buffer = Buffer.alloc(2_048);
  length = 0;

  push(bytes: Buffer): void {
    const needed = this.length + bytes.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.length);
      this.#buffer = larger;
    }
    bytes.copy(this.#buffer, this.length);
    this.length = needed;
  }

  view(to = this.length): Buffer {
    return this.#buffer.subarray(0, to);
  }

  take(): Buffer {
    const taken = Buffer.from(this.view());
    this.length = 0;
    return taken;
  }
}

/**
 * Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 18.3), which a stream must have
 * (20.14). The way in which the bytes are chunked does not matter. After an error nothing more is read:
 * where one message ends wrongly, the next cannot be found.
 */
export class StreamFramer {
  readonly #limits: ParseLimits;
  readonly #keepAlive: "ping" | "pong";
  readonly #store = new ByteStore();
  #state: "between" | "head" | "body" | "failed" = "between";
  /** Line ends seen since the last message. */
  #lineEnds = 0;
  /** Bytes of the header line that is being read, without a CR at its end. */
  #lineLength = 0;
  #pendingCr = false;
  #head: ParsedHead | undefined;
  #bodyLength = 0;

  constructor(options: FramerOptions = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#keepAlive = options.keepAlive ?? "ping";
  }

  /** Takes the next bytes and gives what they complete, in order. Never throws. */
  feed(chunk: Buffer): FramerEvent[] {
    const events: FramerEvent[] = [];
    let rest = chunk;
    try {
      while (rest.length > 0 && this.#state !== "failed") rest = this.#step(rest, events);
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error;
      events.push(this.#fail(error));
    }
    return events;
  }

  /** The peer has ended the stream: an error event when that was in the middle of a message. */
  end(): FramerEvent[] {
    if (this.#state !== "head" && this.#state !== "body") return [];
    return [this.#fail(new SipParseError("truncated", "the stream ended in the middle of a message"))];
  }

  #fail(error: SipParseError): FramerEvent {
    const bytes = Buffer.from(this.#store.view(Math.min(SHOWN_BYTES, this.#store.length)));
    this.#state = "failed";
    this.#store.length = 0;
    this.#head = undefined;
    return { kind: "error", error, bytes };
  }

  /** Reads some of the bytes, gives back the others. */
  #step(bytes: Buffer, events: FramerEvent[]): Buffer {
    if (this.#state === "between") return this.#readBetween(bytes, events);
    if (this.#state === "head") return this.#readHead(bytes, events);
    return this.#readBody(bytes, events);
  }

  #readBetween(bytes: Buffer, events: FramerEvent[]): Buffer {
    let at = 0;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === LF) this.#countLineEnd(events);
      else if (byte !== CR) break;
    }
    const rest = bytes.subarray(at);
    if (rest.length > 0) this.#startMessage(rest);
    return rest;
  }

  #countLineEnd(events: FramerEvent[]): void {
    this.#lineEnds += 1;
    if (this.#keepAlive === "pong") events.push({ kind: "pong" });
    else if (this.#lineEnds % 2 === 0) events.push({ kind: "ping" });
  }

  #startMessage(bytes: Buffer): void {
    this.#lineEnds = 0;
    this.#lineLength = 0;
    this.#pendingCr = false;
    this.#state = "head";
    const first = bytes[0] ?? 0;
    // Reported immediately: bytes that are not SIP (a TLS alert, say) may never have the line end that we would wait for.
    if (first <= 0x20 || first >= 0x7f) {
      this.#store.push(bytes.subarray(0, SHOWN_BYTES));
      throw new SipParseError("start-line", "the stream does not speak SIP");
    }
  }

  #readHead(bytes: Buffer, events: FramerEvent[]): Buffer {
    let from = 0;
    for (;;) {
      const lineEnd = bytes.indexOf(LF, from);
      if (lineEnd < 0) break;
      const ends =
        this.#lineLength === 0 && (lineEnd === from || isLoneCr(bytes, from, lineEnd, this.#pendingCr));
      this.#lineLength = 0;
      this.#pendingCr = false;
      from = lineEnd + 1;
      if (ends) {
        this.#pushHead(bytes.subarray(0, from));
        this.#finishHead(events);
        return bytes.subarray(from);
      }
    }
    this.#noteOpenLine(bytes, from);
    this.#pushHead(bytes);
    return bytes.subarray(bytes.length);
  }

  /** Remembers what the unfinished line holds, so no byte is looked at twice. */
  #noteOpenLine(bytes: Buffer, from: number): void {
    const open = bytes.length - from;
    if (open === 0) return;
    if (this.#lineLength === 0 && !this.#pendingCr && open === 1 && bytes[from] === CR)
      this.#pendingCr = true;
    else this.#lineLength += open;
  }

  #pushHead(bytes: Buffer): void {
    const room = this.#limits.head - this.#store.length;
    this.#store.push(bytes.subarray(0, Math.max(0, room)));
    if (bytes.length > room) {
      throw new SipParseError("too-large", `headers over ${this.#limits.head} bytes`);
    }
  }

  #finishHead(events: FramerEvent[]): void {
    const head = parseHead(this.#store.view(), this.#limits);
    const length = contentLength(head.headers);
    if (length === undefined) {
      throw new SipParseError("content-length-missing", "no Content-Length on a stream");
    }
    if (this.#store.length + length > this.#limits.total) {
      throw new SipParseError("too-large", `message over ${this.#limits.total} bytes`);
    }
    this.#store.length = 0;
    this.#head = head;
    this.#bodyLength = length;
    this.#state = "body";
    if (length === 0) this.#finishBody(events);
  }

  #readBody(bytes: Buffer, events: FramerEvent[]): Buffer {
    const wanted = this.#bodyLength - this.#store.length;
    this.#store.push(bytes.subarray(0, wanted));
    if (this.#store.length === this.#bodyLength) this.#finishBody(events);
    return bytes.subarray(Math.min(wanted, bytes.length));
  }

  #finishBody(events: FramerEvent[]): void {
    const head = this.#head;
    if (head === undefined) return;
    this.#head = undefined;
    this.#state = "between";
    events.push({ kind: "message", message: head.finish(this.#store.take()), notes: [...head.notes] });
  }
}

function isLoneCr(bytes: Buffer, from: number, lineEnd: number, pendingCr: boolean): boolean {
  return !pendingCr && lineEnd === from + 1 && bytes[from] === CR;
}
