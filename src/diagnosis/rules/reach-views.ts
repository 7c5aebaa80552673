import type { EndpointEvidence, Evidence } from "../evidence.js";
import { anythingAnswers, endpointLine, exchangeWords } from "./words.js";

/** Endpoints that ended in a certain way, when nothing else answered either. */
export function shutBy(
  evidence: Evidence,
  kinds: readonly EndpointEvidence["reach"]["kind"][],
): EndpointEvidence[] {
  if (anythingAnswers(evidence)) return [];
  return evidence.endpoints.filter(({ reach }) => kinds.includes(reach.kind));
}

/** An endpoint of an open stream whose OPTIONS failed. */
export function dumb(evidence: Evidence, results: readonly string[]): EndpointEvidence | undefined {
  if (anythingAnswers(evidence)) return undefined;
  return evidence.endpoints.find(
    ({ options, reach }) =>
      reach.kind === "open" && options !== undefined && results.includes(options.result),
  );
}

/** Nothing answers there now, in a way that a ban looks like. */
export function goneQuiet(evidence: Evidence): string | undefined {
  const [endpoint] = shutBy(evidence, ["silent", "refused", "unreachable"]);
  if (endpoint) return endpointLine(endpoint);
  const silent = dumb(evidence, ["silent", "closed"]);
  if (silent?.options) return exchangeWords(silent.options);
  const last = evidence.registrar?.exchanges.at(-1);
  return last?.result === "silent" || last?.result === "closed" ? exchangeWords(last) : undefined;
}
