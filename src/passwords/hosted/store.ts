import { BoundedMap } from "../../base/bounded-map.js";
import type { Clock } from "../page/clock.js";

/**
 * Where the pages' entries and counts are kept: values with an end, under names that tell nothing. No method rejects;
 * `undefined` says that the store does not answer.
 */
export interface PageStore {
  /** `false`: there is one of that name. */
  add(name: string, value: string, ms: number): Promise<boolean | undefined>;
  set(name: string, value: string, ms: number): Promise<boolean | undefined>;
  /** `null`: there is none. */
  get(name: string): Promise<string | null | undefined>;
  /** Puts a value in the place of just that one. `false`: another is there now. */
  replace(name: string, before: string, after: string, ms: number): Promise<boolean | undefined>;
  /** Gives a value to only one caller. */
  take(name: string): Promise<string | null | undefined>;
  /** Adds to a count that is forgotten `ms` after it began. */
  count(name: string, more: number, ms: number): Promise<number>;
  close(): Promise<void>;
}

/** More counts than that are of a flood; then the oldest are forgotten. */
const MAX_COUNTS = 50_000;

/** Keeps everything in this process. */
export class ProcessStore implements PageStore {
  readonly #clock: Clock;
  readonly #values = new Map<string, { value: string; until: number }>();
  readonly #counts = new BoundedMap<string, { count: number; until: number }>(MAX_COUNTS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async add(name: string, value: string, ms: number): Promise<boolean> {
    if (this.#read(name) !== null) return false;
    return this.set(name, value, ms);
  }

  async set(name: string, value: string, ms: number): Promise<boolean> {
    const now = this.#clock.now();
    for (const [other, { until }] of this.#values) if (until <= now) this.#values.delete(other);
    this.#values.set(name, { value, until: now + ms });
    return true;
  }

  async get(name: string): Promise<string | null> {
    return this.#read(name);
  }

  async replace(name: string, before: string, after: string, ms: number): Promise<boolean> {
    return this.#read(name) === before && this.set(name, after, ms);
  }

  async take(name: string): Promise<string | null> {
    const value = this.#read(name);
    this.#values.delete(name);
    return value;
  }

  async count(name: string, more: number, ms: number): Promise<number> {
    const now = this.#clock.now();
    const known = this.#counts.get(name);
    const isCounted = known !== undefined && known.until > now;
    // What is given back after its time counts for nothing.
    if (!isCounted && more <= 0) return 0;
    const counted = isCounted ? known : { count: 0, until: now + ms };
    counted.count += more;
    this.#counts.set(name, counted);
    return counted.count;
  }

  async close(): Promise<void> {
    this.#values.clear();
  }

  #read(name: string): string | null {
    const kept = this.#values.get(name);
    return kept && kept.until > this.#clock.now() ? kept.value : null;
  }
}
