import { Untrusted, type UntrustedOptions } from "../redaction/untrusted.js";

/*
 * The one place where the API's words become text that may be shown. They are kept apart from other outside text: the API is
 * never the caller's own, so every configured secret is looked for in them, whatever the call is about.
 */

/** What the API wrote, or what a library says of its answer. */
export function apiText(text: string, options: Pick<UntrustedOptions, "max" | "instead"> = {}): Untrusted {
  return new Untrusted(text, { ...options, from: "api" });
}

/** A name, number or word of the API's: without quotation marks where it is no more than that. */
export function apiToken(text: string, max = 200): Untrusted {
  return new Untrusted(text, { max, from: "api", token: true });
}
