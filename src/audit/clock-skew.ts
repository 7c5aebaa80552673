import { span } from "../base/words.js";

/** A difference that neither a slow answer nor a cached one makes, in milliseconds. */
const SKEWED_MS = 300_000;

/**
 * A sentence where this machine's clock differs from the API's by minutes: whether a registration has run out is judged by it.
 *
 * @param answeredAt the API's own time (header `Date`); absent where it says none.
 * @param now epoch milliseconds, when the answer came.
 */
export function clockSkew(answeredAt: Date | undefined, now: number): string | undefined {
  const aheadMs = answeredAt === undefined ? 0 : now - answeredAt.getTime();
  if (Math.abs(aheadMs) < SKEWED_MS) return undefined;
  const by = `${span(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"}`;
  return `This machine's clock is ${by} the API's, so ages are wrong and registered agents may count as doubtful: set the clock (NTP).`;
}
