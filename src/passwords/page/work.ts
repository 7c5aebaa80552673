import type { Redactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import type { Clock } from "./clock.js";
import type { EntryOutcome, EntryRequest, EntryResult, EntryWork } from "./types.js";

/** The work on one password, at most, in milliseconds. */
export const WORK_MS = 2 * 60_000;

export interface WorkAround {
  redactor: Redactor;
  clock: Clock;
  /** Ends the work when the server ends. */
  signal: AbortSignal;
  /** Is told, redacted, how far it has got. */
  report(words: string): void;
}

/** Does with a password what an entry asks for, and holds it until the outcome has been redacted. Never rejects. */
export async function workOn<Done>(
  { submit, explain }: Pick<EntryRequest<Done>, "submit" | "explain">,
  password: Secret,
  { redactor, clock, signal, report }: WorkAround,
): Promise<{ result: Exclude<EntryResult<Done>, { kind: "unanswered" }>; outcome: EntryOutcome }> {
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
    report: (words) => report(redactor.redactDeep(words)),
  };
  const shown = (outcome: EntryOutcome) => redactor.redactDeep(outcome);
  try {
    const { value, outcome } = await submit(password, work);
    return { result: { kind: "finished", value }, outcome: shown(outcome) };
  } catch (error) {
    return {
      result: { kind: "failed", error },
      outcome: shown({ result: "error", details: explain(error) }),
    };
  } finally {
    cancelLimit();
    for (const release of releases) release();
  }
}
