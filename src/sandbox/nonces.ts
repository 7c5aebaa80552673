import { randomBytes } from "node:crypto";
import { BoundedMap } from "../base/bounded-map.js";

const LIFE_MS = 300_000;
/** Anybody may ask for one: the oldest go first. */
const KEPT = 1_024;

interface Issued {
  readonly at: number;
  count: number;
}

/** The nonces that a registrar has given out, and how far each has been used. */
export class Nonces {
  readonly #issued = new BoundedMap<string, Issued>(KEPT);

  issue(): string {
    const nonce = randomBytes(16).toString("hex");
    this.#issued.set(nonce, { at: performance.now(), count: 0 });
    return nonce;
  }

  state(nonce: string): "valid" | "stale" | "unknown" {
    const issued = this.#issued.get(nonce);
    if (issued === undefined) return "unknown";
    return performance.now() - issued.at < LIFE_MS ? "valid" : "stale";
  }

  /** The highest count that was taken. */
  count(nonce: string): number {
    return this.#issued.get(nonce)?.count ?? 0;
  }

  take(nonce: string, count: number): void {
    const issued = this.#issued.get(nonce);
    if (issued !== undefined) issued.count = count;
  }
}
