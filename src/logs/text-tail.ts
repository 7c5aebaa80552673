import { Buffer } from "node:buffer";
import { LogFileError } from "./log-source.js";

/** How much of a text is read, in bytes: its end, which shows the current state. */
const MAX_TEXT = 2_097_152;
const LF = 0x0a;
/** Share of control characters from which on bytes are not text. */
const ODD = 0.1;

type Encoding = "utf8" | "utf16le" | "utf16be";

/** Collects the end of a text whose beginning is known. */
export class TextTail {
  readonly #encoding: Encoding;
  readonly #parts: Buffer[] = [];
  #bytes = 0;
  #linesBefore = 0;
  #isCut = false;

  /** @throws LogFileError if the bytes are not text. */
  constructor(first: Buffer) {
    this.#encoding = encodingOf(first);
    if (this.#encoding === "utf8") refuseBinary(first);
    this.push(first);
  }

  push(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    while (this.#parts.length > 1 && this.#bytes - (this.#parts[0]?.length ?? 0) >= MAX_TEXT) {
      const gone = this.#parts.shift() ?? Buffer.alloc(0);
      this.#bytes -= gone.length;
      this.#isCut = true;
      this.#linesBefore += lineEnds(gone);
    }
  }

  /** From the beginning of a line on; `linesBefore` are left out. */
  end(): { text: string; linesBefore: number } {
    const bytes = Buffer.concat(this.#parts);
    if (!this.#isCut) return { text: decoded(bytes, this.#encoding), linesBefore: 0 };
    const cut = bytes.indexOf(LF) + 1;
    // UTF-16 has a zero beside its line end.
    const from = this.#encoding === "utf16le" ? cut + 1 : cut;
    return { text: decoded(bytes.subarray(from), this.#encoding), linesBefore: this.#linesBefore + 1 };
  }
}

function encodingOf(first: Buffer): Encoding {
  if (first[0] === 0xff && first[1] === 0xfe) return "utf16le";
  return first[0] === 0xfe && first[1] === 0xff ? "utf16be" : "utf8";
}

function decoded(bytes: Buffer, encoding: Encoding): string {
  if (encoding === "utf8") return bytes.toString("utf8").replace(/^\uFEFF/, "");
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  const little = encoding === "utf16le" ? even : Buffer.from(even).swap16();
  return little.toString("utf16le").replace(/^\uFEFF/, "");
}

function refuseBinary(first: Buffer): void {
  let odd = 0;
  for (const byte of first.subarray(0, 65_536)) {
    if (byte === 0) throw new LogFileError(NEITHER);
    if (byte < 0x20 && byte !== 0x1b && (byte < 0x07 || byte > 0x0d)) odd += 1;
  }
  if (odd > first.length * ODD) throw new LogFileError(NEITHER);
}

const NEITHER = "it is neither text nor a capture (.pcap, .pcapng)";

function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count += 1;
  return count;
}
