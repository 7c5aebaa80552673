/** Bounds how much is done at once. */
export class Gate {
  readonly #max: number;
  #inside = 0;
  #whenEmpty: (() => void)[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get inside(): number {
    return this.#inside;
  }

  /** Whether there was room; who got in must {@link leave}. */
  enter(): boolean {
    if (this.#inside >= this.#max) return false;
    this.#inside += 1;
    return true;
  }

  leave(): void {
    this.#inside -= 1;
    if (this.#inside > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  /** Resolves once nobody is inside, or after `ms`. @returns whether it is empty. */
  async empty(ms: number): Promise<boolean> {
    if (this.#inside === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([new Promise<void>((resolve) => this.#whenEmpty.push(resolve)), late]);
    clearTimeout(timer);
    return this.#inside === 0;
  }
}
