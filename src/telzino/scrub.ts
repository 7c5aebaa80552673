import type { Secret } from "../secret.js";
import { LEFT_OUT, SecretSearch } from "../secret-search.js";
import { cleanText } from "../text.js";

/** Outside text, or what stands in its place where it holds a part of a secret. */
export type Scrub = (text: string) => string;

/** Of an outside text so much is looked at; nothing that comes behind it is shown. */
const LOOKED_AT = 4_096;

/** Of a token only, which goes out with call after call: to make a search takes longer than to use it. */
const ofToken = new WeakMap<Secret, Scrub>();

/**
 * Leaves out what came back with a part of a value that was sent with the request, in any encoding: an API may echo what
 * it rejects.
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
  const search = new SecretSearch(secrets.map((secret) => secret.reveal()));
  return (text) => (search.isFree(text) ? text : LEFT_OUT);
}

/** Outside text fit to be shown. It is looked at as it came, before any cut. */
export function shownText(text: string, scrub: Scrub, max = 300): string {
  return cleanText(scrub(text.slice(0, LOOKED_AT)), max);
}
