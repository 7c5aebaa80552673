import { SUMMARIES, SYSTEMS } from "./catalogue.js";
import type { NameAnswer, Preset, PresetSummary } from "./types.js";

/**
 * The PBX catalogue. Listing, searching and recognizing load a small table; one system's preset is loaded when it is
 * asked for.
 */

export { type RecognizedServer, recognizeServer } from "./recognize.js";
export { searchPresets } from "./search.js";
export * from "./types.js";

/** Every preset in a line, in the catalogue's order: by kind of system, the generic one last. */
export function listPresets(): readonly PresetSummary[] {
  return SUMMARIES;
}

/** One preset with all it knows, or `undefined` for an id that is not in the catalogue. */
export async function loadPreset(id: string): Promise<Preset | undefined> {
  return (await SYSTEMS.get(id)?.())?.preset;
}

/** Which system a person's words mean: what is certain, what is a guess, and what is known without its own preset. */
export async function resolveName(words: string): Promise<NameAnswer> {
  return (await import("./resolve.js")).resolve(words);
}
