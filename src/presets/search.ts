import { SUMMARIES } from "./catalogue.js";
import { longestNames, type Nameable, Names, readQuery } from "./match.js";
import type { PresetSummary } from "./types.js";

const MAX_RESULTS = 10;
/** Whose names are ordinary words: "other PBX". */
const GENERIC = "generic-sip";

/** A preset as it can be named. */
export interface NamedPreset extends Nameable {
  readonly summary: PresetSummary;
}

let names: Names<NamedPreset> | undefined;

export function presetNames(): Names<NamedPreset> {
  names ??= new Names(
    SUMMARIES.map((summary) => ({
      summary,
      names: [summary.id, summary.name, ...summary.aliases],
      maker: summary.vendor,
      onlyWhole: summary.id === GENERIC,
    })),
  );
  return names;
}

/**
 * Presets that a person's words point to, the best first, for completion; which of them is meant, `resolveName` says. Finds
 * names and aliases also inside a sentence, written apart or together, and misspelt; then makers.
 */
export function searchPresets(query: string): PresetSummary[] {
  return longestNames(presetNames().find(readQuery(query)))
    .slice(0, MAX_RESULTS)
    .map(({ thing }) => thing.summary);
}
