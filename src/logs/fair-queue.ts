/**
 * A queue from which all take turns, however much one of them has put in. A path says whose an item is: a tenant, say,
 * and a caller of it. Tenants take turns, and so do the callers of each; what one of them has put in keeps its order.
 */
export class FairQueue<Item> {
  readonly #own = new Set<Item>();
  /** Of those who have items here; whose turn is next comes first. */
  readonly #lanes = new Map<string, FairQueue<Item>>();

  get size(): number {
    let size = this.#own.size;
    for (const lane of this.#lanes.values()) size += lane.size;
    return size;
  }

  add(item: Item, path: readonly string[] = []): void {
    const [name, ...rest] = path;
    if (name === undefined) {
      this.#own.add(item);
      return;
    }
    const lane = this.#lanes.get(name) ?? new FairQueue<Item>();
    this.#lanes.set(name, lane);
    lane.add(item, rest);
  }

  /** Takes out the item whose turn it is. */
  take(): Item | undefined {
    for (const item of this.#own) {
      this.#own.delete(item);
      return item;
    }
    for (const [name, lane] of this.#lanes) {
      const item = lane.take();
      this.#lanes.delete(name);
      if (lane.size > 0) this.#lanes.set(name, lane);
      return item;
    }
    return undefined;
  }

  /** @returns whether it was there. */
  delete(item: Item): boolean {
    if (this.#own.delete(item)) return true;
    for (const [name, lane] of this.#lanes) {
      if (!lane.delete(item)) continue;
      if (lane.size === 0) this.#lanes.delete(name);
      return true;
    }
    return false;
  }
}
