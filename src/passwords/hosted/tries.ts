import { isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import type { PageKeys } from "./keys.js";
import type { PageStore } from "./store.js";

const WINDOW_MS = 15 * 60_000;
/** Requests of one address a minute: a page that shows its outcome makes twenty. */
const MAX_REQUESTS = 120;
const MINUTE_MS = 60_000;
/** Wrong short forms from one address in a quarter of an hour. */
const MAX_WRONG = 5;
/** Wrong ones from everywhere, beyond which each address has only one try. */
const MANY_WRONG = 600;
/** Passwords that one tenant's pages take in a quarter of an hour. */
const MAX_SUBMITTED = 120;

/**
 * How often something may be tried. Addresses are counted separately, so an attacker locks out only themselves; no common
 * count locks out anyone who is right at the first try.
 */
export class PageTries {
  readonly #store: PageStore;
  readonly #keys: PageKeys;

  constructor({ store, keys }: { store: PageStore; keys: PageKeys }) {
    this.#store = store;
    this.#keys = keys;
  }

  async mayAsk(address: string): Promise<boolean> {
    const name = this.#keys.nameOf("asked", networkOf(address));
    return (await this.#store.count(name, 1, MINUTE_MS)) <= MAX_REQUESTS;
  }

  /**
   * Counts a try of a short form as wrong until it turns out to be right: of many at once no more are looked at than may be.
   * `undefined`: too many were wrong.
   */
  async startCode(address: string): Promise<{ right(): Promise<void>; wrong(): Promise<void> } | undefined> {
    const own = this.#keys.nameOf("wrong", networkOf(address));
    const all = this.#keys.nameOf("wrong");
    const count = (name: string, more: number) => this.#store.count(name, more, WINDOW_MS);
    const most = (await count(all, 0)) >= MANY_WRONG ? 1 : MAX_WRONG;
    if ((await count(own, 1)) > most) return undefined;
    return {
      right: async () => void (await count(own, -1)),
      wrong: async () => void (await count(all, 1)),
    };
  }

  async maySubmit(tenant: string): Promise<boolean> {
    const name = this.#keys.nameOf("submitted", tenant);
    return (await this.#store.count(name, 1, WINDOW_MS)) <= MAX_SUBMITTED;
  }
}

/** Of IPv6 the /64, which belongs to one line: it has as many addresses as its owner wants. */
export function networkOf(address: string): string {
  const bare = address.replace(/%.*/s, "");
  if (!isIPv6(bare)) return bare;
  const { parts } = ipaddr.IPv6.parse(bare);
  return parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":");
}
