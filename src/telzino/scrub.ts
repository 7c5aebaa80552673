import type { Secret } from "../redaction/secret.js";
import { LEFT_OUT, SecretSearch } from "../redaction/secret-search.js";
import { Untrusted } from "../redaction/untrusted.js";

/** What stands in the place of an outside text that holds a part of a secret. */
export type Scrub = (text: string) => string | undefined;

/** Of a token only, which goes out with call after call: to make a search takes longer than to use it. */
const ofToken = new WeakMap<Secret, Scrub>();

/**
 * Leaves out what came back with a part of a value that was sent with the request, in any encoding: an API may echo what
 * it rejects.
 */
export function scrubber(secrets: readonly Secret[]): Scrub {
  const [token] = secrets;
  if (token === undefined) return () => undefined;
  if (secrets.length > 1) return scrubbing(secrets);
  const known = ofToken.get(token) ?? scrubbing(secrets);
  ofToken.set(token, known);
  return known;
}

function scrubbing(secrets: readonly Secret[]): Scrub {
  const search = new SecretSearch(secrets.map((secret) => ({ value: secret.reveal() })));
  return (text) => (search.isFree(text) ? undefined : LEFT_OUT);
}

/** Outside text that is shown without what was sent. It is looked at as it came, before any cut. */
export function scrubbed(text: string, scrub: Scrub, max = 300): Untrusted {
  return new Untrusted(text, { max }).without(scrub);
}
