import type { ServerResponse } from "node:http";

/** How long a client may take to read what comes last, milliseconds. */
const LAST_WORDS_MS = 10_000;

/**
 * Ends an answer that is not over after `ms`, whatever the cause, so its resources are free again.
 *
 * @param expire may still say so to the client; it need not.
 */
export function limitLife(res: ServerResponse, ms: number, expire: () => void): void {
  let timer = setTimeout(() => {
    timer = setTimeout(() => res.destroy(), LAST_WORDS_MS).unref();
    expire();
  }, ms).unref();
  res.once("close", () => clearTimeout(timer));
}
