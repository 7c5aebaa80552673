import type { Secret } from "../secret.js";
import { createRedactor, type Redactor } from "./redactor.js";

export interface CallRedactor extends Redactor {
  /** Releases what was held for the call. */
  release(): void;
}

/** What there is to hide besides a call's own secrets. */
export interface RedactorsOfServices {
  /** Of logs: holds whatever any call under way holds. */
  redactor: Redactor;
  /** Holds the configured secrets, those of one tenant where there are several. */
  configured?: Redactor;
}

/**
 * The redactor of one call's result. It holds what the call can have met: its own secrets and, where it asks others (the
 * API, a PBX), the configured ones; what other calls hold is none of its business.
 *
 * A secret that is in the caller's own words is not held: striking it there would tell somebody who tries values which
 * one is right, and who has written it knows it already.
 *
 * @param words what the caller wrote, secrets apart.
 */
export function redactorOfCall(
  { redactor, configured }: RedactorsOfServices,
  words: readonly string[],
  { asksOthers }: { asksOthers: boolean },
): CallRedactor {
  const own = createRedactor(asksOthers ? configured?.without(words) : undefined);
  const releases: (() => void)[] = [];
  return {
    ...own,
    hold(secret: Secret, shown = []) {
      const isShown = shown.includes(secret.reveal()) || isIn(words, secret);
      const held = [redactor.hold(secret), ...(isShown ? [] : [own.hold(secret)])];
      releases.push(...held);
      return () => {
        for (const release of held) release();
      };
    },
    release() {
      for (const release of releases.splice(0)) release();
    },
  };
}

/** In whatever form. */
function isIn(words: readonly string[], secret: Secret): boolean {
  const all = words.join("\n");
  const search = createRedactor();
  search.hold(secret);
  return all !== "" && search.redact(all) !== all;
}
