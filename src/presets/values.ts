import type { Preset, PresetTransport } from "./types.js";

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
