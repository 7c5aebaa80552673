/** Sequence numbers of one source, counted as RFC 3550 A.1 and A.3 do. */

/** A jump of more is a new beginning. */
const MAX_DROPOUT = 3_000;
const MAX_MISORDER = 1_000;
/** So many numbers back it is known which have come. */
const WINDOW = 1_024;

export type Arrival = "next" | "late" | "duplicate" | "restart";

export class SequenceCounter {
  /** Extended by the cycles. */
  #first: number;
  #highest: number;
  #received = 1;
  readonly #seen = new Uint8Array(WINDOW);

  constructor(sequence: number) {
    this.#first = sequence;
    this.#highest = sequence;
    this.#seen[sequence % WINDOW] = 1;
  }

  get received(): number {
    return this.#received;
  }

  get expected(): number {
    return this.#highest - this.#first + 1;
  }

  add(sequence: number): Arrival {
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ahead === 0) return "duplicate";
    if (ahead < MAX_DROPOUT) {
      for (let step = 1; step <= Math.min(ahead, WINDOW); step += 1) {
        this.#seen[(this.#highest + step) % WINDOW] = 0;
      }
      this.#highest += ahead;
      this.#seen[this.#highest % WINDOW] = 1;
      this.#received += 1;
      return "next";
    }
    const behind = 0x10000 - ahead;
    if (behind > MAX_MISORDER) return "restart";
    const number = this.#highest - behind;
    const place = ((number % WINDOW) + WINDOW) % WINDOW;
    if (this.#seen[place] === 1) return "duplicate";
    this.#seen[place] = 1;
    this.#first = Math.min(this.#first, number);
    this.#received += 1;
    return "late";
  }
}
