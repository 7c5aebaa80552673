import type { Writable } from "node:stream";

/** Milliseconds between two states of the line. */
const EVERY_MS = 200;
const BAR = 24;

/** How far an audit has got, on one line of a terminal that is written over; elsewhere nothing. */
export class ProgressLine {
  readonly #stream: Writable | undefined;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isOut = false;
  total: number | undefined;
  done = 0;
  down = 0;

  constructor(stream: Writable) {
    this.#stream = "isTTY" in stream && stream.isTTY === true ? stream : undefined;
  }

  /** Shows where it is, at most some times a second. */
  show(now: number): void {
    if (this.#stream === undefined || now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#stream.write(`\r\u001b[K${this.#line()}`);
  }

  outage(isOut: boolean): void {
    this.#isOut = isOut;
    this.#shownAt = Number.NEGATIVE_INFINITY;
    this.show(0);
  }

  /** How many PBXs have been looked at, once the agents are read. */
  looking(done: number, of: number): void {
    this.#stream?.write(`\r\u001b[Klooked at ${done} of ${of} PBXs`);
  }

  end(): void {
    this.#stream?.write("\r\u001b[K");
  }

  #line(): string {
    const of = this.total === undefined ? "" : ` of ${this.total}`;
    const share = this.total === undefined || this.total === 0 ? 0 : Math.min(1, this.done / this.total);
    const bar = `[${"#".repeat(Math.round(share * BAR)).padEnd(BAR, ".")}]`;
    const out = this.#isOut ? ", the API does not answer: waiting" : "";
    return `${bar} ${this.done}${of} agents, ${this.down} not registered${out}`;
  }
}
