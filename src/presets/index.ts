import { summaryOf, TABLE } from "./table.js";
import type { Preset, PresetSummary } from "./types.js";

/**
 * The PBX catalogue. Only a small table is loaded at start; one system's file is read when it is asked for.
 */

export { type RecognizedServer, recognizeServer } from "./recognize.js";
export { searchPresets } from "./search.js";
export * from "./types.js";
export { defaultsOf, documentsOf } from "./values.js";

/** Every preset in a line, in the catalogue's order: by kind of system, the generic one last. */
export function listPresets(): readonly PresetSummary[] {
  return TABLE;
}

/** One preset with all it knows, or `undefined` for an id that is not in the catalogue. */
export async function loadPreset(id: string): Promise<Preset | undefined> {
  // The table decides which files there are, so that an id from outside never becomes a path.
  const known = summaryOf(id);
  if (!known) return undefined;
  const file = (await import(`./systems/${known.id}.js`)) as { preset: Preset };
  return file.preset;
}
