import { createHash } from "node:crypto";
import { BoundedMap } from "../../base/bounded-map.js";

/** Far below the time for which the issuer's keys are believed. */
const KEPT_MS = 30_000;
const KEPT = 2_000;

interface Entry<Value> {
  value: Value;
  until: number;
}

/**
 * What was found out about tokens lately: checking a signature costs more than all the rest of a call, and a
 * client sends the same token again and again. Tokens themselves are not kept.
 */
export class VerifiedCache<Value> {
  readonly #entries = new BoundedMap<string, Entry<Value>>(KEPT);
  readonly #now: () => number;

  /** @param now epoch milliseconds. */
  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  get(token: string): Value | undefined {
    const key = keyOf(token);
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    if (found.until > this.#now()) return found.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** @param expires epoch milliseconds; from then on it is forgotten. */
  set(token: string, value: Value, expires: number): void {
    this.#entries.set(keyOf(token), { value, until: Math.min(this.#now() + KEPT_MS, expires) });
  }

  get size(): number {
    return this.#entries.size;
  }
}

function keyOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
