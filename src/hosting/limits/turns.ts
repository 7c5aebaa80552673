/** Gives large pieces of work a turn of the event loop each, so small ones get in between. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves in a turn that no other piece of work has. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.#last;
  }
}
