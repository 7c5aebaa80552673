import { TelzinoError, type TelzinoErrorCode } from "../telzino/errors.js";
import { type Clock, Pace } from "./pace.js";

/** What an API that is down answers, or does not. */
const MAY_BE_DOWN: ReadonlySet<TelzinoErrorCode> = new Set([
  "unreachable",
  "timeout",
  "server_error",
  "unreadable_answer",
]);
/** True of every agent alike: nothing more can be read. */
const ENDS_ALL: ReadonlySet<TelzinoErrorCode> = new Set([
  "not_configured",
  "login_refused",
  "unauthorized",
  "redirected",
]);
/** So many failures in a row are no longer those of single agents. */
const IN_A_ROW = 4;
/** How often one thing is tried before it is asked whether anything else is answered. */
const TRIES = 3;
/** How often one request may be refused by rate: beyond that, waiting does not help. */
const REFUSALS = 30;
const WAIT_MS = { refused: 1_000, first: 250, longest: 2_000 };

/** The API did not answer within the patience, or its list of agents cannot be read. */
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
  /** How long the API may stay silent before that is the result. Milliseconds. */
  patienceMs: number;
  /** The same where it refuses by rate; without it `patienceMs`. */
  refusedMs?: number;
  clock: Clock;
  /** Something that an API that is there answers: asked where one thing fails again and again. */
  probe: (signal: AbortSignal) => Promise<unknown>;
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
  /** Since when every request has been refused by rate. */
  #refusedSince: number | undefined;
  #requests = 0;
  /** Under way during an outage. */
  #trial: Promise<void> | undefined;

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
      const release = await this.#turn(signal);
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
          this.#refused(error, refusals);
          if (refusals >= REFUSALS) throw error;
        } else if (MAY_BE_DOWN.has(error.code)) {
          failures += 1;
          this.#failed(error);
          if (failures >= TRIES && (await this.#isThere(signal))) throw error;
        } else {
          // An API that answers like this is there.
          if (!ENDS_ALL.has(error.code)) this.#answered();
          throw error;
        }
      } finally {
        release();
      }
    }
  }

  #answered(): void {
    if (this.#isOut) this.#options.onOutage?.(false);
    this.#failedInRow = 0;
    this.#refusedSince = undefined;
  }

  /** @throws ApiOutage where waiting for as long as is asked would take too long. */
  #refused(error: TelzinoError, refusals: number): void {
    const { clock, patienceMs, refusedMs = patienceMs } = this.#options;
    const now = clock.now();
    this.#refusedSince ??= now;
    const { retryAfterSeconds: asked } = error;
    const waitMs = asked === undefined ? WAIT_MS.refused * Math.min(refusals, 10) : asked * 1_000;
    if (now + waitMs - this.#refusedSince > refusedMs) throw new ApiOutage(error);
    this.#pace.refused(waitMs);
  }

  /** During an outage one reads at a time, to see whether it is over. The function that is returned ends the turn. */
  async #turn(signal: AbortSignal): Promise<() => void> {
    await this.#pace.turn(signal);
    while (this.#isOut && this.#trial !== undefined) {
      await this.#trial;
      await this.#pace.turn(signal);
    }
    if (!this.#isOut) return () => {};
    let release = () => {};
    this.#trial = new Promise((resolve) => {
      release = () => {
        this.#trial = undefined;
        resolve();
      };
    });
    return release;
  }

  get #isOut(): boolean {
    return this.#failedInRow >= IN_A_ROW;
  }

  /** Whether the API answers anything at all: then it was not an outage. */
  async #isThere(signal: AbortSignal): Promise<boolean> {
    this.#requests += 1;
    try {
      await this.#options.probe(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TelzinoError)) throw error;
      if (MAY_BE_DOWN.has(error.code)) return false;
    }
    this.#answered();
    return true;
  }

  /** @throws ApiOutage once it has lasted too long. */
  #failed(error: TelzinoError): void {
    const now = this.#options.clock.now();
    if (this.#failedInRow === 0) this.#failingSince = now;
    this.#failedInRow += 1;
    if (!this.#isOut) return;
    if (this.#failedInRow === IN_A_ROW) this.#options.onOutage?.(true);
    const lasted = now - this.#failingSince;
    if (lasted >= this.#options.patienceMs) throw new ApiOutage(error);
    this.#pace.hold(Math.min(Math.max(lasted / 2, WAIT_MS.first), WAIT_MS.longest));
  }
}

/** Whether an API that is down may be behind an error. */
export function mayBeDown({ code }: TelzinoError): boolean {
  return MAY_BE_DOWN.has(code);
}

/** Whether an error is true of every agent alike. */
export function endsAll(error: unknown): boolean {
  return error instanceof ApiOutage || (error instanceof TelzinoError && ENDS_ALL.has(error.code));
}
