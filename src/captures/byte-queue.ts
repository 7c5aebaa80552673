import { Buffer } from "node:buffer";

/** Bytes that come in pieces and are taken in other pieces. What is not taken yet is bounded by who takes. */
export class ByteQueue {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #toSkip = 0;

  push(chunk: Buffer): void {
    const skipped = Math.min(this.#toSkip, chunk.length);
    this.#toSkip -= skipped;
    const fresh = chunk.subarray(skipped);
    const rest = this.#bytes.subarray(this.#at);
    this.#bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
    this.#at = 0;
  }

  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** Whether bytes that were to be passed over have not come yet. */
  get isSkipping(): boolean {
    return this.#toSkip > 0;
  }

  /** A view of the next bytes; `undefined` where they are not all there. */
  peek(count: number): Buffer | undefined {
    return this.length < count ? undefined : this.#bytes.subarray(this.#at, this.#at + count);
  }

  /** Passes over bytes, also such as have not come yet. */
  skip(count: number): void {
    const here = Math.min(count, this.length);
    this.#at += here;
    this.#toSkip += count - here;
  }
}
