import { INVALID_PARAMS } from "../base/json-rpc.js";
import type { Handlers } from "./protocol.js";
import { Refusal } from "./refusal.js";

/** Resources that one connection may subscribe to. */
const MOST = 50;

/** The subscriptions of one connection, until it ends. Each address is reported once, however many have subscribed to it. */
export class Subscriptions {
  readonly #watch: Handlers["watchResource"];
  readonly #tell: (uri: string) => void;
  readonly #open = new Map<string, { end: Promise<() => void>; holders: number }>();
  readonly #over = new AbortController();

  constructor(watch: Handlers["watchResource"], tell: (uri: string) => void) {
    this.#watch = watch;
    this.#tell = tell;
  }

  has(uri: string): boolean {
    return this.#open.has(uri);
  }

  /** @throws Refusal where there is nothing of that address, or too much is subscribed to. */
  async add(uri: string): Promise<void> {
    this.#over.signal.throwIfAborted();
    const known = this.#open.get(uri);
    if (known === undefined && this.#open.size >= MOST) {
      throw new Refusal(INVALID_PARAMS, `Too many subscriptions: ${MOST} at most for one connection`);
    }
    const entry = known ?? { end: this.#begin(uri), holders: 0 };
    entry.holders += 1;
    this.#open.set(uri, entry);
    try {
      await entry.end;
    } catch (error) {
      if (this.#open.get(uri) === entry) this.#open.delete(uri);
      throw error;
    }
  }

  remove(uri: string): void {
    const entry = this.#open.get(uri);
    if (entry === undefined) return;
    entry.holders -= 1;
    if (entry.holders > 0) return;
    this.#open.delete(uri);
    end(entry);
  }

  /** The connection has ended. */
  end(): void {
    this.#over.abort(new Error("The connection has ended"));
    for (const entry of this.#open.values()) end(entry);
    this.#open.clear();
  }

  #begin(uri: string): Promise<() => void> {
    return this.#watch(uri, () => this.#tell(uri), this.#over.signal);
  }
}

function end(entry: { end: Promise<() => void> }): void {
  entry.end.then(
    (stop) => stop(),
    () => {},
  );
}
