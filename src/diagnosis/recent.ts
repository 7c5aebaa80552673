/** What happened within the last `windowMs`, by key. Holds `maxKeys` keys at most, and forgets none before its time. */
export class Recent<Event extends { readonly at: number }> {
  readonly #now: () => number;
  readonly #windowMs: number;
  readonly #maxKeys: number;
  readonly #events = new Map<string, readonly Event[]>();

  constructor({ now, windowMs, maxKeys }: { now: () => number; windowMs: number; maxKeys: number }) {
    this.#now = now;
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  /** The oldest first. */
  at(key: string): readonly Event[] {
    const events = this.#events.get(key) ?? [];
    return events.filter(({ at }) => this.#now() - at < this.#windowMs);
  }

  /** @returns whether there was room; without it nothing is noted, so that what is to be counted must not happen. */
  add(key: string, event: Event): boolean {
    if (!this.#events.has(key) && this.#events.size >= this.#maxKeys) this.#forgetOld();
    if (!this.#events.has(key) && this.#events.size >= this.#maxKeys) return false;
    this.#events.set(key, [...this.at(key), event]);
    return true;
  }

  remove(key: string, event: Event): void {
    const left = this.at(key).filter((other) => other !== event);
    if (left.length > 0) this.#events.set(key, left);
    else this.#events.delete(key);
  }

  #forgetOld(): void {
    for (const key of this.#events.keys()) {
      if (this.at(key).length === 0) this.#events.delete(key);
    }
  }
}
