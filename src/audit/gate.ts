import { TelzinoError, type TelzinoErrorCode } from "../telzino/errors.js";
import { type Clock, Pace } from "./pace.js";

/** What an API that is down answers, or does not. */
const MAY_BE_DOWN: ReadonlySet<TelzinoErrorCode> = new Set([
  "unreachable",
  "timeout",
  "server_error",
  "unreadable_answer",
]);
/** What is true of every agent alike: nothing more is to be read. */
const ENDS_ALL: ReadonlySet<TelzinoErrorCode> = new Set([
  "not_configured",
  "login_refused",
  "unauthorized",
  "redirected",
]);
/** So many failures in a row are no longer those of single agents. */
const IN_A_ROW = 4;
/** How often one agent is tried while others are answered. */
const TRIES = 3;
/** How often one request may be refused by rate: beyond that, waiting does not help. */
const REFUSALS = 30;
const WAIT_MS = { refused: 1_000, first: 250, longest: 2_000 };

/** The API answered nobody for as long as one was ready to wait. */
export class ApiOutage extends Error {
  override readonly name = "ApiOutage";
  override readonly cause: TelzinoError;

  constructor(cause: TelzinoError) {
    super("The Telzino API is down or out of reach", { cause });
    this.cause = cause;
  }
}

export interface GateOptions {
  /** Requests that are wanted in a second. */
  perSecond: number;
  /** How long the API may answer nobody before that is the result. Milliseconds. */
  patienceMs: number;
  clock: Clock;
  /** Told when an outage begins, and when it is over. */
  onOutage?: (isOut: boolean) => void;
}

/**
 * Through which all reads go: at an even rate, no faster than the API lets them, and none while it is down. An outage is
 * one of the API, and says nothing of the agents that were being read.
 */
export class Gate {
  readonly #pace: Pace;
  readonly #options: GateOptions;
  #failedInRow = 0;
  #failingSince = 0;
  #requests = 0;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#pace = new Pace(options.perSecond, options.clock);
  }

  /** Requests so far, those that were refused included. */
  get requests(): number {
    return this.#requests;
  }

  /**
   * Reads one thing, again where that may help.
   *
   * @throws TelzinoError of this one thing, ApiOutage, or the signal's reason.
   */
  async read<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    let failures = 0;
    let refusals = 0;
    for (;;) {
      await this.#pace.turn(signal);
      this.#requests += 1;
      try {
        const result = await read();
        this.#answered();
        return result;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof TelzinoError)) throw error;
        if (error.code === "rate_limited") {
          refusals += 1;
          const { retryAfterSeconds } = error;
          this.#pace.refused(
            retryAfterSeconds === undefined
              ? WAIT_MS.refused * Math.min(refusals, 10)
              : retryAfterSeconds * 1_000,
          );
          if (refusals >= REFUSALS) throw error;
        } else if (MAY_BE_DOWN.has(error.code)) {
          failures += 1;
          if (!this.#failed(error) && failures >= TRIES) throw error;
        } else {
          // Whoever answers so is there.
          if (!ENDS_ALL.has(error.code)) this.#answered();
          throw error;
        }
      }
    }
  }

  #answered(): void {
    if (this.#failedInRow >= IN_A_ROW) this.#options.onOutage?.(false);
    this.#failedInRow = 0;
  }

  /** Whether it is an outage. @throws ApiOutage once it has lasted too long. */
  #failed(error: TelzinoError): boolean {
    const now = this.#options.clock.now();
    if (this.#failedInRow === 0) this.#failingSince = now;
    this.#failedInRow += 1;
    if (this.#failedInRow < IN_A_ROW) return false;
    if (this.#failedInRow === IN_A_ROW) this.#options.onOutage?.(true);
    const lasted = now - this.#failingSince;
    if (lasted >= this.#options.patienceMs) throw new ApiOutage(error);
    this.#pace.hold(Math.min(Math.max(lasted / 2, WAIT_MS.first), WAIT_MS.longest));
    return true;
  }
}

/** Whether an error is true of every agent alike. */
export function endsAll(error: unknown): boolean {
  return error instanceof ApiOutage || (error instanceof TelzinoError && ENDS_ALL.has(error.code));
}
