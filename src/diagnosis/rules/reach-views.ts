import type { DoorEvidence, Evidence } from "../evidence.js";
import { anythingAnswers, doorLine, exchangeWords } from "./words.js";

/** Doors that ended in a certain way, when nothing else answered either. */
export function shutBy(evidence: Evidence, kinds: readonly DoorEvidence["reach"]["kind"][]): DoorEvidence[] {
  if (anythingAnswers(evidence)) return [];
  return evidence.doors.filter(({ reach }) => kinds.includes(reach.kind));
}

/** A door of a stream that is open and whose OPTIONS came to nothing. */
export function dumb(evidence: Evidence, results: readonly string[]): DoorEvidence | undefined {
  if (anythingAnswers(evidence)) return undefined;
  return evidence.doors.find(
    ({ options, reach }) =>
      reach.kind === "open" && options !== undefined && results.includes(options.result),
  );
}

/** Nothing answers there now, in a way that a ban looks like. */
export function goneQuiet(evidence: Evidence): string | undefined {
  const [door] = shutBy(evidence, ["silent", "refused", "unreachable"]);
  if (door) return doorLine(door);
  const silent = dumb(evidence, ["silent", "closed"]);
  if (silent?.options) return exchangeWords(silent.options);
  const last = evidence.registrar?.exchanges.at(-1);
  return last?.result === "silent" || last?.result === "closed" ? exchangeWords(last) : undefined;
}
