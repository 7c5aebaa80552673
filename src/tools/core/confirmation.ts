import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { BoundedMap } from "../../base/bounded-map.js";

/** How long what a call would do may be confirmed. Milliseconds. */
export const CONFIRM_MS = 10 * 60_000;
/** Far more than the limits let happen in that time. */
const KEPT = 1_000;
const NONCE_BYTES = 9;
const MAC_BYTES = 18;

const TOKEN = /^(?<head>c1\.(?<until>[0-9a-z]{1,10})\.(?<nonce>[\w-]{12}))\.(?<given>[\w-]{24})$/;
type Part = "head" | "until" | "nonce" | "given";

/** What is confirmed: each value that decides what a test call does. */
export type Confirmed = Readonly<Record<string, string | number | boolean | undefined>>;

/** Why a token is not taken. */
export type NotConfirmed = "malformed" | "expired" | "used" | "other";

/**
 * Tokens that confirm one test call each, signed with a key that exists only in this object: those of another process or
 * another tenant are not accepted. A token holds a time, a random number and the signature, and nothing of what it confirms.
 */
export class Confirmations {
  readonly #key = randomBytes(32);
  readonly #now: () => number;
  readonly #used = new BoundedMap<string, number>(KEPT);

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** `c1.<until>.<random>.<signature>`, the time in milliseconds to the base of 36. */
  issue(what: Confirmed): { readonly token: string; readonly validUntil: Date } {
    const until = this.#now() + CONFIRM_MS;
    const head = `c1.${until.toString(36)}.${randomBytes(NONCE_BYTES).toString("base64url")}`;
    return { token: `${head}.${this.#sign(head, what)}`, validUntil: new Date(until) };
  }

  /** Takes a token for exactly what it confirms, once. `undefined`: taken. */
  redeem(token: string, what: Confirmed): NotConfirmed | undefined {
    const match = TOKEN.exec(token.trim());
    if (match === null) return "malformed";
    const { head, until, nonce, given } = match.groups as Readonly<Record<Part, string>>;
    const expected = Buffer.from(this.#sign(head, what));
    if (!timingSafeEqual(expected, Buffer.from(given))) return "other";
    if (Number.parseInt(until, 36) < this.#now()) return "expired";
    if (this.#used.has(nonce)) return "used";
    this.#used.set(nonce, this.#now());
    return undefined;
  }

  #sign(head: string, what: Confirmed): string {
    const entries = Object.entries(what).filter(([, value]) => value !== undefined);
    const text = JSON.stringify([head, entries.sort()]);
    return createHmac("sha256", this.#key).update(text).digest().subarray(0, MAC_BYTES).toString("base64url");
  }
}
