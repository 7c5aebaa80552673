import { fromCaller } from "../../redaction/untrusted.js";
import type { AdvicePreset } from "../../registration/advice.js";
import { advicePreset } from "../../registration/preset-facts.js";
import type { Transport } from "../../telzino/types.js";
import { ToolError } from "./errors.js";

type PresetFile = import("../../presets/types.js").Preset;

/** A preset as `configure_sip_registration` uses it. */
export interface PresetView {
  id: string;
  file: PresetFile;
  facts: AdvicePreset;
  /** Values for port and transport where the caller left them out; they always fit each other. */
  fill(given: { port?: number | undefined; transport?: Transport | undefined }): {
    port?: number;
    transport?: Transport;
  };
}

/**
 * Loads a preset by its id. The catalogue is imported when it is first used: most calls do without.
 *
 * @throws ToolError for an id that is not in the catalogue, with those that come near.
 */
export async function loadPresetOrExplain(presetId: string): Promise<PresetFile> {
  const { loadPreset, searchPresets } = await import("../../presets/index.js");
  const preset = await loadPreset(presetId.toLowerCase());
  if (preset) return preset;
  const near = searchPresets(presetId)
    .slice(0, 3)
    .map(({ id, name }) => `${id} (${name})`);
  throw new ToolError(
    `There is no preset with the id ${fromCaller(presetId, 60)}.${near.length > 0 ? ` Near it: ${near.join(", ")}.` : ""}`,
    ["list_pbx_presets lists the ids; generic-sip serves for a PBX that is not in the list."],
  );
}

/** @throws ToolError for an unknown id. */
export async function presetById(presetId: string): Promise<PresetView> {
  const preset = await loadPresetOrExplain(presetId);
  return { id: preset.id, file: preset, facts: advicePreset(preset), fill: (given) => fill(preset, given) };
}

function fill(preset: PresetFile, given: { port?: number | undefined; transport?: Transport | undefined }) {
  const own = preset.fields;
  const transport = own?.transport.use === "set" ? own.transport.value : undefined;
  const port = own?.port.use === "set" ? own.port.value : undefined;
  // The preset's own transport is taken where what was given leaves the choice.
  const pairs = [
    ...(isTransport(transport) && typeof port === "number" ? [{ transport, port }] : []),
    ...preset.extraEndpoints.filter((endpoint) => endpoint.transport === transport),
    ...preset.extraEndpoints,
  ];
  const pair = pairs.find(
    (endpoint) =>
      (given.transport === undefined || endpoint.transport === given.transport) &&
      (given.port === undefined || endpoint.port === given.port),
  );
  if (!pair) return {};
  return {
    ...(given.transport === undefined ? { transport: pair.transport } : {}),
    ...(given.port === undefined ? { port: pair.port } : {}),
  };
}

function isTransport(value: unknown): value is Transport {
  return value === "udp" || value === "tcp" || value === "tls";
}
