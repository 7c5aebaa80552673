import type { Secret } from "../redaction/secret.js";
import { LEFT_OUT, SecretSearch } from "../redaction/secret-search.js";
import type { Untrusted } from "../redaction/untrusted.js";
import { apiText } from "./api-text.js";

/** The replacement for an outside text that contains a part of a secret. */
export type Scrub = (text: string) => string | undefined;

/**
 * Leaves out what came back with a part of a value that was sent with the request, in any encoding: an API may echo what
 * it rejects. Nothing is made of the values before there is something to look at.
 *
 * @param known what the caller has written: see `SearchOptions`.
 */
export function scrubber(secrets: readonly Secret[], known: readonly string[] = []): Scrub {
  let search: SecretSearch | undefined;
  return (text) => {
    search ??= new SecretSearch(
      secrets.map((secret) => ({ value: secret.reveal() })),
      { known },
    );
    return search.isFree(text) ? undefined : LEFT_OUT;
  };
}

/** Outside text that is shown without what was sent. It is looked at as it came, as far as it can be seen. */
export function scrubbed(text: string, scrub: Scrub, max = 300): Untrusted {
  const words = apiText(text, { max });
  return words.passes(scrub) ? words : apiText(text, { max, instead: LEFT_OUT });
}
