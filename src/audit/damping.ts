/** What changed with an agent. `flapping`: it changes too often to tell each time; `steady`: it has stopped that. */
export type ChangeKind = "down" | "up" | "flapping" | "steady";

export interface DampingOptions {
  /** So many rounds in a row must agree before a change counts. */
  confirm: number;
  /** More changes than that within `windowMs` are flapping. */
  maxChanges: number;
  windowMs: number;
}

interface Known {
  isDown: boolean;
  /** Rounds in a row that have said otherwise. */
  otherwise: number;
  /** When it changed, within the window. */
  changes: number[];
  isFlapping: boolean;
  /** When it was on the list. */
  listedAt: number;
}

/** Tells changes of agents, each once it is sure, and not each of those of an agent that comes and goes. */
export class Damping {
  readonly #options: DampingOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: DampingOptions) {
    this.#options = options;
  }

  /** Takes what a round saw of an agent. The first time is not a change. @param now milliseconds */
  saw(id: string, isDown: boolean, now: number): ChangeKind | undefined {
    const known = this.#known.get(id);
    if (known === undefined) {
      this.#known.set(id, { isDown, otherwise: 0, changes: [], isFlapping: false, listedAt: now });
      return undefined;
    }
    const { confirm, maxChanges, windowMs } = this.#options;
    known.changes = known.changes.filter((at) => now - at < windowMs);
    known.otherwise = isDown === known.isDown ? 0 : known.otherwise + 1;
    if (known.otherwise >= confirm) {
      known.isDown = isDown;
      known.otherwise = 0;
      known.changes.push(now);
      if (known.isFlapping) return undefined;
      if (known.changes.length <= maxChanges) return isDown ? "down" : "up";
      known.isFlapping = true;
      return "flapping";
    }
    if (!known.isFlapping || known.changes.length > 0) return undefined;
    known.isFlapping = false;
    return "steady";
  }

  /** Forgets who has not been there for as long as changes are counted: a list may be short once. */
  keep(ids: ReadonlySet<string>, now: number): void {
    for (const [id, known] of this.#known) {
      if (ids.has(id)) known.listedAt = now;
      else if (now - known.listedAt >= this.#options.windowMs) this.#known.delete(id);
    }
  }
}
