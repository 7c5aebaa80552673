import type { KnownHost, Preset, PresetSummary, WirePattern } from "./types.js";

/**
 * What `scripts/presets` makes of `systems/*.yaml` and `shared.yaml`, for the bundle, for the tests and for
 * `build:modules`. Small enough to be loaded as a whole; a system's file is loaded when its preset is asked for.
 */

/** The catalogue in lines, in its order. */
export declare const SUMMARIES: readonly PresetSummary[];
/** How systems name themselves in the Server or User-Agent header, by preset id, in the catalogue's order. */
export declare const WIRE: ReadonlyMap<string, readonly WirePattern[]>;
/** Hosts that are the same for every customer of a system, or their domains. */
export declare const HOSTS: readonly KnownHost[];
/** Loaders of the whole presets, by id. */
export declare const SYSTEMS: ReadonlyMap<string, () => Promise<{ preset: Preset }>>;
