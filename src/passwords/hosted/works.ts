/** Passwords being worked on concurrently in this process, and for one tenant. */
const MAX_WORKS = 64;
const MAX_OF_TENANT = 16;

/** What this process has under way for its pages. */
export class PageWorks {
  readonly #abort = new AbortController();
  readonly #underWay = new Map<Promise<void>, string>();

  /** Aborts when the server ends. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether one more may begin. */
  hasRoomFor(tenant: string): boolean {
    const own = [...this.#underWay.values()].filter((other) => other === tenant).length;
    return this.#underWay.size < MAX_WORKS && own < MAX_OF_TENANT && !this.signal.aborted;
  }

  /** @param work never rejects. */
  add(tenant: string, work: Promise<void>): void {
    this.#underWay.set(work, tenant);
    void work.then(() => this.#underWay.delete(work));
  }

  /** Resolves when all have ended. */
  async finished(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.keys());
  }

  /** Aborts what is under way, and lets nothing begin. */
  stop(): void {
    this.#abort.abort(new DOMException("The server has ended", "AbortError"));
  }
}
