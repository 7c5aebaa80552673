import { createRedactor, type Redactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import type { Clock } from "./clock.js";
import type { EntryOutcome, EntryRequest, EntryResult, EntryWork } from "./types.js";

/** The work on one password, at most, in milliseconds. */
export const WORK_MS = 2 * 60_000;
/** How long it is known how an entry ended, in milliseconds. */
export const REMEMBER_MS = 15 * 60_000;
/** How often it is looked whether another try is still needed. */
export const WATCH_MS = 10_000;

export interface WorkAround {
  /** For all secrets of the running work: used for logs. Reports use one that leaves the caller's words out. */
  redactor: Redactor;
  clock: Clock;
  /** Ends the work when the server ends. */
  signal: AbortSignal;
  /** Receives the progress, redacted. */
  report(words: string): void;
}

/** Does with a password what an entry asks for, and holds it until the outcome has been redacted. Never rejects. */
export async function workOn<Done>(
  {
    submit,
    explain,
    mayRetry,
    words,
  }: Pick<EntryRequest<Done>, "submit" | "explain" | "words"> & Partial<Pick<EntryRequest<Done>, "mayRetry">>,
  password: Secret,
  { redactor, clock, signal, report }: WorkAround,
): Promise<{ result: Exclude<EntryResult<Done>, { kind: "unanswered" }>; outcome: EntryOutcome }> {
  const shown = createRedactor({ base: redactor, known: words });
  const releases = [redactor.hold(password)];
  const hold: EntryWork["hold"] = (...secret) => {
    const release = redactor.hold(...secret);
    releases.push(release);
    return release;
  };
  const limit = new AbortController();
  const cancelLimit = clock.after(WORK_MS, () =>
    limit.abort(new DOMException("Took too long", "TimeoutError")),
  );
  const work: EntryWork = {
    hold,
    signal: AbortSignal.any([signal, limit.signal]),
    report: (state) => report(shown.redactDeep(state)),
  };
  const told = (outcome: EntryOutcome) => shown.redactDeep(outcome);
  try {
    const { value, outcome } = await submit(password, work);
    return { result: { kind: "finished", value }, outcome: told(outcome) };
  } catch (error) {
    const helps = mayRetry?.(error) ?? true;
    return {
      result: { kind: "failed", error },
      outcome: told({
        result: "error",
        details: explain(error),
        ...(helps ? {} : { passwordHelps: false }),
      }),
    };
  } finally {
    cancelLimit();
    for (const release of releases) release();
  }
}
