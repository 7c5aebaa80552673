import type { Endpoint, EndpointEvidence } from "../evidence.js";
import { knock } from "./other-endpoints.js";
import type { Run } from "./run.js";

/**
 * Knocks at the other endpoints while the configured ones are still waited for, once nothing has been heard for as long as a
 * connection may take. Stop it when they have ended.
 */
export class EarlyKnock {
  /** Of what was begun, if anything was. */
  knocks: Promise<EndpointEvidence[]> | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(run: Run, endpoints: readonly Endpoint[]) {
    const { connect, handshake, patience } = run.limits;
    const begin = () => {
      if (run.silence.broken.aborted || run.signal.aborted) return;
      run.progress("No answer yet: trying the usual other ports and transports");
      this.knocks = knock(run, endpoints);
      this.knocks.catch(() => {});
    };
    // A second look at a configured port goes first.
    this.#timer = setTimeout(begin, Math.max(connect, handshake) + patience);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
