import { sameHost, sourceOf } from "./addresses.js";
import type { CallView, Described } from "./call-view.js";
import { type CountedVoice, ENOUGH } from "./counters/counted.js";

/** Whether voice is seen to get to the side that a session description is of, and to come from it: then its address does no harm. */

export function isHeard(view: CallView, { traced, audio, byCaller }: Described): boolean {
  const { heard, voice } = view.context;
  const sides = heard.get(view.story.first.line);
  if (sides !== undefined) return byCaller ? sides.caller : sides.callee;
  if (voice.length === 0) return false;
  const own = traced.direction === "sent";
  const announced = audio?.connection;
  const source = sourceOf(traced);
  // Where its packets come from; and the announced address, where the capture was taken behind its router.
  const isIt = (host: string | undefined) =>
    own ? host === undefined || sameHost(host, announced) : isOne(host, source);
  const enough = voice.filter(({ count }) => count >= ENOUGH);
  const reached = enough.some(({ to }) => isIt(to));
  const speaks = enough.some(({ from }) => isIt(from));
  return own ? reached && speaks && isWell(voice) : reached && speaks;
}

function isOne(host: string | undefined, source: string | undefined): boolean {
  return host !== undefined && sameHost(host, source);
}

/** With several legs it is open which one a description is of: all have to be well. */
function isWell(voice: readonly CountedVoice[]): boolean {
  return voice.every(({ count }) => count >= ENOUGH);
}
