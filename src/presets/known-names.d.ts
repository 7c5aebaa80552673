import type { KnownName } from "./types.js";

/** What `scripts/presets` makes of `known-names.yaml`. */
export declare const KNOWN_NAMES: readonly KnownName[];
