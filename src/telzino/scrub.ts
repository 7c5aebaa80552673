import { HIDDEN, patternOf } from "../encodings.js";
import type { Secret } from "../secret.js";
import { cleanText } from "../text.js";

export type Scrub = (text: string) => string;

/** Of a token alone, which goes out with call after call: to make a pattern takes longer than to use it. */
const ofToken = new WeakMap<Secret, Scrub>();

/**
 * Takes the values that were sent with a request out of text that came back, in every common encoding: an API
 * may echo what it rejects.
 */
export function scrubber(secrets: readonly Secret[]): Scrub {
  const [token] = secrets;
  if (token === undefined) return (text) => text;
  if (secrets.length > 1) return scrubbing(secrets);
  const known = ofToken.get(token) ?? scrubbing(secrets);
  ofToken.set(token, known);
  return known;
}

function scrubbing(secrets: readonly Secret[]): Scrub {
  const pattern = patternOf(secrets.map((secret) => secret.reveal()));
  return (text) => text.replace(pattern, HIDDEN);
}

/** Outside text fit to be shown: scrubbed before any cut, so that no half is left, and after cleaning, which may join halves. */
export function shownText(text: string, scrub: Scrub, max = 300): string {
  const wide = scrub(cleanText(scrub(text), 4 * max));
  return cleanText(wide, max);
}
