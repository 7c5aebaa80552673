import type { NameEvidence } from "../evidence.js";
import type { Run } from "./run.js";

/**
 * Where there is one place to ask and nobody's password, REGISTER goes out first: a challenge tells all that OPTIONS
 * would, and each request of a user who may not be known may count as a failed login, of which a test of the credentials
 * must still have its share. OPTIONS follows where REGISTER gets another answer, or none in a moment.
 */
export class OptionsHeld {
  /** Whether OPTIONS is to be sent. */
  readonly wanted: Promise<boolean>;
  readonly #decide: (wanted: boolean) => void;
  #timer: NodeJS.Timeout | undefined;

  private constructor(patienceMs: number) {
    let decide: (wanted: boolean) => void = () => {};
    this.wanted = new Promise((resolve) => {
      decide = resolve;
    });
    this.#decide = decide;
    this.#timer = setTimeout(() => this.decide(true), patienceMs);
    this.#timer.unref();
  }

  /** `undefined` where OPTIONS goes first. */
  static when(run: Run, { servers }: NameEvidence, withPassword: boolean): OptionsHeld | undefined {
    const held = run.target.username !== undefined && servers.length === 1 && !withPassword;
    return held ? new OptionsHeld(run.limits.connect + run.limits.patience) : undefined;
  }

  /** The connection is there, and REGISTER on its way. */
  begun(patienceMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.decide(true), patienceMs);
    this.#timer.unref();
  }

  decide(wanted: boolean): void {
    clearTimeout(this.#timer);
    this.#decide(wanted);
  }
}
