import type { Redactor } from "./redactor.js";
import type { Secret } from "./secret.js";

/** What is under way may still be answered with the one before. */
const KEPT = 2;

/** Holds the newest secrets of a kind that is replaced again and again, in several redactors: the present one and the one before it. */
export class NewestHeld {
  readonly #redactors: readonly Redactor[];
  readonly #held: { secret: Secret; releases: (() => void)[] }[] = [];

  constructor(...redactors: readonly Redactor[]) {
    this.#redactors = redactors;
  }

  /** Holds it until two others have been held after it. The present one once more changes nothing. */
  hold(secret: Secret): void {
    if (this.#held.at(-1)?.secret.equals(secret) === true) return;
    this.#held.push({ secret, releases: this.#redactors.map((redactor) => redactor.hold(secret)) });
    if (this.#held.length > KEPT) release(this.#held.splice(0, 1));
  }

  release(): void {
    release(this.#held.splice(0));
  }
}

function release(held: readonly { releases: readonly (() => void)[] }[]): void {
  for (const end of held.flatMap(({ releases }) => releases)) end();
}
