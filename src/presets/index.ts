import { TABLE } from "./table.js";
import type { PresetSummary } from "./types.js";

/**
 * The PBX catalogue. Only a small table is loaded at start; one system's file is read when it is asked for.
 */

export { loadPreset } from "./load.js";
export { type RecognizedServer, recognizeServer } from "./recognize.js";
export { searchPresets } from "./search.js";
export * from "./types.js";
export { defaultsOf, documentsOf, type PresetDefaults } from "./values.js";

/** Every preset in a line, in the catalogue's order: by kind of system, the generic one last. */
export function listPresets(): readonly PresetSummary[] {
  return TABLE;
}
