import { Buffer } from "node:buffer";

/** Where a fragment belongs in its packet; bytes. */
export interface Fragment {
  readonly offset: number;
  readonly more: boolean;
  readonly id: number;
}

interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
  readonly missing: number;
}

interface Open {
  pieces: Piece[];
  size: number;
  /** Of the whole, once the last fragment has come. */
  end: number | undefined;
}

const MAX_OPEN = 256;
const MAX_BYTES = 4_194_304;
const MAX_PIECES = 128;

/** Puts fragments together, in whatever order they come. Bounded: the packet that has waited longest is given up. */
export class Fragments {
  readonly #open = new Map<string, Open>();
  #bytes = 0;

  add(
    key: string,
    { offset, more }: Fragment,
    { bytes, missing }: { readonly bytes: Buffer; readonly missing: number },
  ): { bytes: Buffer; missing: number } | undefined {
    const open = this.#open.get(key) ?? { pieces: [], size: 0, end: undefined };
    if (open.pieces.length >= MAX_PIECES) {
      this.#drop(key);
      return undefined;
    }
    if (!this.#open.has(key)) this.#open.set(key, open);
    // A copy: the bytes are a view into what is read next.
    open.pieces.push({ offset, bytes: Buffer.from(bytes), missing });
    open.size += bytes.length;
    this.#bytes += bytes.length;
    if (!more) open.end = offset + bytes.length + missing;
    const whole = joined(open);
    if (whole !== undefined) this.#drop(key);
    this.#makeRoom();
    return whole;
  }

  #makeRoom(): void {
    for (const key of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN && this.#bytes <= MAX_BYTES) return;
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#open.get(key)?.size ?? 0;
    this.#open.delete(key);
  }
}

/** The whole where no fragment is missing; up to the first hole that a snapshot length has cut. */
function joined({ pieces, end }: Open): { bytes: Buffer; missing: number } | undefined {
  if (end === undefined) return undefined;
  const sorted = pieces.toSorted((left, right) => left.offset - right.offset);
  const parts: Buffer[] = [];
  let [covered, captured, cut] = [0, 0, false];
  for (const { offset, bytes, missing } of sorted) {
    if (offset > covered) return undefined;
    const fresh = bytes.subarray(Math.min(bytes.length, covered - offset));
    if (!cut && covered === captured) {
      parts.push(fresh);
      captured += fresh.length;
    }
    covered = Math.max(covered, offset + bytes.length + missing);
    if (missing > 0) cut = true;
  }
  return covered < end ? undefined : { bytes: Buffer.concat(parts), missing: end - captured };
}
