/**
 * What changed with an agent. `off`: it was reported as down, and should not be registered any more. `flapping`: it changes
 * too often to report each change; `steady`: it no longer does.
 */
export type ChangeKind = "down" | "up" | "off" | "flapping" | "steady";

/** How a round saw an agent. `off`: it should not be registered, or no longer exists. `unknown`: neither down nor up. */
export type Sight = "down" | "up" | "off" | "unknown";

export interface DampingOptions {
  /** So many rounds in a row must agree before a change counts. */
  confirm: number;
  /** More changes than that within `windowMs` are flapping. */
  maxChanges: number;
  windowMs: number;
}

interface Known {
  is: Exclude<Sight, "unknown">;
  /** The other sight that the last rounds agreed on, and how many of them in a row. */
  other: Sight;
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

  /**
   * Takes what a round saw of an agent. The first time is not a change, unless the agent is new on the list and down.
   *
   * @param now milliseconds
   * @param isLate it was not there in the first round
   */
  saw(id: string, sight: Sight, now: number, isLate = false): ChangeKind | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return this.#change(known, sight, now);
    const first: Known = {
      ...{ is: isLate ? "off" : sight === "unknown" ? "up" : sight, other: "unknown", otherwise: 0 },
      ...{ changes: [], isFlapping: false, listedAt: now },
    };
    this.#known.set(id, first);
    return isLate ? this.#change(first, sight, now) : undefined;
  }

  /**
   * Takes a whole list. An agent that is missing from it is off, and is forgotten after it has been missing for `windowMs`.
   *
   * @returns the agents that were down, or flapping, until now.
   */
  keep(ids: ReadonlySet<string>, now: number): string[] {
    const ended: string[] = [];
    for (const [id, known] of this.#known) {
      if (ids.has(id)) {
        known.listedAt = now;
        continue;
      }
      if (this.#change(known, "off", now) === "off") ended.push(id);
      if (known.is === "off" && now - known.listedAt >= this.#options.windowMs) this.#known.delete(id);
    }
    return ended;
  }

  #change(known: Known, sight: Sight, now: number): ChangeKind | undefined {
    if (sight === "unknown") return undefined;
    const { confirm, maxChanges, windowMs } = this.#options;
    known.changes = known.changes.filter((at) => now - at < windowMs);
    known.otherwise = sight === known.is ? 0 : sight === known.other ? known.otherwise + 1 : 1;
    known.other = sight;
    if (known.otherwise < confirm) {
      if (!known.isFlapping || known.changes.length > 0) return undefined;
      known.isFlapping = false;
      return "steady";
    }
    const { is: was, isFlapping: flapped } = known;
    known.is = sight;
    known.otherwise = 0;
    if (sight === "off") {
      known.changes = [];
      known.isFlapping = false;
      return was === "down" || flapped ? "off" : undefined;
    }
    // An agent that starts is reported only if it fails to register.
    if (was === "off" && sight === "up") return undefined;
    known.changes.push(now);
    if (known.isFlapping) return undefined;
    if (known.changes.length <= maxChanges) return sight;
    known.isFlapping = true;
    return "flapping";
  }
}
