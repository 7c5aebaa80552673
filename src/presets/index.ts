import { SUMMARIES, SYSTEMS } from "./catalogue.js";
import type { NameAnswer, Preset, PresetSummary, PresetTransport } from "./types.js";

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

/** Values that are the same for every customer of a system, ready to be sent. */
export interface PresetDefaults {
  sipDomain?: string;
  proxy?: string;
  port?: number;
  transport?: PresetTransport;
  subscribe?: boolean;
}

/** The fixed values of a preset; what differs per customer is left out. Empty where nothing can register. */
export function defaultsOf(preset: Preset): PresetDefaults {
  const { fields } = preset;
  if (!fields) return {};
  const defaults: PresetDefaults = {};
  const fixed = (field: "sipDomain" | "proxy" | "port" | "transport" | "subscribe") =>
    fields[field].use === "set" ? fields[field].value : undefined;
  const sipDomain = fixed("sipDomain");
  const proxy = fixed("proxy");
  const port = fixed("port");
  const transport = fixed("transport");
  const subscribe = fixed("subscribe");
  if (typeof sipDomain === "string") defaults.sipDomain = sipDomain;
  if (typeof proxy === "string") defaults.proxy = proxy;
  if (typeof port === "number") defaults.port = port;
  if (transport === "udp" || transport === "tcp" || transport === "tls") defaults.transport = transport;
  if (typeof subscribe === "boolean") defaults.subscribe = subscribe;
  return defaults;
}
