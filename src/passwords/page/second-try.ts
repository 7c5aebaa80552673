import type { EntryOutcome } from "./types.js";

/** How often a password may be given, and how far apart: PBXs ban an address after a few refusals. */
const MAX_TRIES = 2;
export const RETRY_AFTER_MS = 10_000;
/** How long a failed entry waits for the second try. */
const RETRY_WITHIN_MS = 2 * 60_000;

/**
 * For how long a page takes another password after an outcome, in milliseconds; the first {@link RETRY_AFTER_MS} of
 * them it does not. `undefined`: it takes none.
 *
 * @param leftMs until the page expires.
 */
export function retryWithin(outcome: EntryOutcome, tries: number, leftMs: number): number | undefined {
  const mayHelp =
    (outcome.result === "failed" || outcome.result === "error") && outcome.passwordHelps !== false;
  const left = Math.min(leftMs, RETRY_WITHIN_MS);
  return mayHelp && tries < MAX_TRIES && left > RETRY_AFTER_MS ? left : undefined;
}
