import type { Outcome } from "../transaction/outcome.js";
import type { Transactions } from "../transaction/transactions.js";
import { type Flow, isClosing } from "../transport/flow.js";

/** What a peer that closes its connection after each answer needs to say so, in milliseconds from the answer. */
const CLOSING_GRACE = 50;

/**
 * What requests go over: one flow after another where the peer closes them, as some servers do after each answer.
 * Without `reopen` it is the first one for good.
 */
export class Connection {
  #current: Transactions;
  readonly #all: Transactions[];
  readonly #begin: (flow: Flow) => Transactions;
  readonly #reopen: (() => Promise<Flow | undefined>) | undefined;
  /** When the current flow last answered. */
  #answeredAt: number | undefined;
  /** The peer has closed a flow on which it had answered. */
  #closesAfterAnswers = false;

  constructor(
    flow: Flow,
    begin: (flow: Flow) => Transactions,
    reopen: (() => Promise<Flow | undefined>) | undefined,
  ) {
    this.#begin = begin;
    this.#reopen = flow.reliable ? reopen : undefined;
    this.#current = begin(flow);
    this.#all = [this.#current];
  }

  get transactions(): Transactions {
    return this.#current;
  }

  /** Sees to it that the next request is not written to a flow that the peer has closed, or is about to. */
  async ready(carriesCredentials: boolean): Promise<void> {
    if (this.#reopen === undefined) return;
    const { flow } = this.#current;
    const answeredAt = this.#answeredAt;
    // What was lost could be sent again, but credentials go out once.
    if (carriesCredentials && !this.#closesAfterAnswers && answeredAt !== undefined) {
      await closedWithin(flow, answeredAt + CLOSING_GRACE - performance.now());
    }
    if (flow.isClosed || (this.#closesAfterAnswers && answeredAt !== undefined)) await this.renew();
  }

  /** A new flow to the same peer; `false` if none is available. */
  async renew(): Promise<boolean> {
    this.#closesAfterAnswers ||= this.#answeredAt !== undefined;
    const flow = await this.#reopen?.();
    if (flow === undefined) return false;
    this.#current = this.#begin(flow);
    this.#all.push(this.#current);
    this.#answeredAt = undefined;
    return true;
  }

  noteAnswer(): void {
    this.#answeredAt = performance.now();
  }

  /** The request met the closing of a flow that had answered before, and nothing came back. */
  lost(outcome: Outcome): boolean {
    if (this.#reopen === undefined || this.#answeredAt === undefined) return false;
    return outcome.kind === "transport-error" && isClosing(outcome) && outcome.malformed.length === 0;
  }

  /** Ends all transactions and closes every flow. */
  async close(): Promise<void> {
    await Promise.all(
      this.#all.map(async (transactions) => {
        transactions.close();
        await transactions.flow.close();
      }),
    );
  }
}

function closedWithin(flow: Flow, ms: number): Promise<void> {
  if (flow.isClosed || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const unsubscribe = flow.subscribe({ closed: end });
  });
}
