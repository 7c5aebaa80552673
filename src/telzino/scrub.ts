import { HIDDEN, patternOf } from "../encodings.js";
import type { Secret } from "../secret.js";
import { cleanText } from "../text.js";

export type Scrub = (text: string) => string;

/**
 * Takes the values that were sent with a request out of text that came back, in every common encoding: an API
 * may echo what it rejects.
 */
export function scrubber(secrets: readonly Secret[]): Scrub {
  if (secrets.length === 0) return (text) => text;
  const pattern = patternOf(secrets.map((secret) => secret.reveal()));
  return (text) => text.replace(pattern, HIDDEN);
}

/** Outside text fit to be shown: scrubbed before any cut, so that no half is left, and after cleaning, which may join halves. */
export function shownText(text: string, scrub: Scrub, max = 300): string {
  const wide = scrub(cleanText(scrub(text), 4 * max));
  return cleanText(wide, max);
}
