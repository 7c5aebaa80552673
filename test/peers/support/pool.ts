/** Several of one kind, such as nets of namespaces, each lent to one test at a time. */
export class Pool<Item extends { stop(): Promise<void> }> {
  readonly #all: Item[] = [];
  readonly #free: Item[] = [];
  readonly #waiting: ((item: Item) => void)[] = [];

  /** Starts them side by side. @throws what the first that failed has thrown; {@link stop} still ends the others. */
  async start(count: number, one: () => Promise<Item>): Promise<void> {
    const started = await Promise.allSettled(Array.from({ length: count }, one));
    this.#all.push(...started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
    const failed = started.find((each) => each.status === "rejected");
    if (failed) throw failed.reason;
    this.#free.push(...this.#all);
  }

  /** Waits until one is free, and has it back when `use` has ended. */
  async lend<Result>(use: (item: Item) => Promise<Result>): Promise<Result> {
    const item = this.#free.pop() ?? (await new Promise<Item>((resolve) => this.#waiting.push(resolve)));
    return use(item).finally(() => this.#giveBack(item));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((item) => item.stop()));
  }

  #giveBack(item: Item): void {
    const next = this.#waiting.shift();
    if (next) next(item);
    else this.#free.push(item);
  }
}
