import { createRedactor, type Redactor } from "./redactor.js";
import type { Secret } from "./secret.js";

export interface CallRedactor extends Redactor {
  /** Holds it for what the API says, where that is not all that comes from outside, and for logs. */
  holdForApi: Redactor["hold"];
  /** Holds what the call was given as a secret. */
  holdGiven(secret: Secret): void;
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
 * The redactor of one call's result. It holds what the call can have met: its own secrets and the configured ones; what other
 * calls hold is none of its business.
 *
 * The configured ones are looked for in what the API says, and in other text from outside only with `othersAreChecked`: if
 * the caller names the peer, the redaction would confirm a guess.
 *
 * What of a secret is in the caller's own words is not looked for: a text from outside that repeats them would tell
 * someone who guesses which value is right, and the writer knows it already.
 *
 * @param words what the caller wrote, secrets apart.
 */
export function redactorOfCall(
  { redactor, configured }: RedactorsOfServices,
  words: readonly string[],
  { othersAreChecked }: { othersAreChecked: boolean },
): CallRedactor {
  // Most calls are given none.
  let holdsGiven: Redactor | undefined;
  const given: Pick<Redactor, "refusal"> = { refusal: (text) => holdsGiven?.refusal(text) };
  const ofApi = othersAreChecked ? undefined : createRedactor({ base: configured, known: words });
  const own = createRedactor({ base: othersAreChecked ? configured : undefined, known: words, given, ofApi });
  const releases: (() => void)[] = [];
  let released = false;
  const holdIn = (holders: readonly Redactor[]): Redactor["hold"] => {
    return (secret, shown = []) => {
      // Work after the call's end has its own redactor, or this one would never be released.
      if (released) return () => {};
      const held = holders.map((holder) => holder.hold(secret, shown));
      releases.push(...held);
      return () => {
        for (const release of held) release();
      };
    };
  };
  const hold = holdIn(ofApi ? [redactor, own, ofApi] : [redactor, own]);
  return {
    ...own,
    hold,
    holdForApi: holdIn([redactor, ofApi ?? own]),
    holdGiven(secret) {
      hold(secret);
      holdsGiven ??= createRedactor({ known: words });
      holdsGiven.hold(secret);
    },
    release() {
      released = true;
      for (const release of releases.splice(0)) release();
    },
  };
}
