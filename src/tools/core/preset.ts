import { fromCaller } from "../../redaction/untrusted.js";
import type { AdvicePreset } from "../../registration/advice.js";
import { advicePreset } from "../../registration/preset-facts.js";
import type { Transport } from "../../telzino/types.js";
import { ToolError } from "./errors.js";

type PresetFile = import("../../presets/types.js").Preset;
type NameAnswer = import("../../presets/types.js").NameAnswer;

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
 * @throws ToolError for an id that is not in the catalogue, with what its words mean, and whether that is a guess.
 */
export async function loadPresetOrExplain(presetId: string): Promise<PresetFile> {
  const { loadPreset, resolveName } = await import("../../presets/index.js");
  const preset = await loadPreset(presetId.toLowerCase());
  if (preset) return preset;
  throw new ToolError(
    `There is no preset with the id ${fromCaller(presetId, 60)}. ${meantWords(await resolveName(presetId))}`.trim(),
    ["list_pbx_presets lists the ids; generic-sip serves for a PBX that is not in the list."],
  );
}

/** The result for words that are not an id. */
function meantWords(answer: NameAnswer): string {
  switch (answer.kind) {
    case "preset":
      return `Its preset is ${named(answer.preset)}.`;
    case "known": {
      const { name, registers, says, guide, source } = answer.known;
      const said = `${name} is known, but has no preset: ${says}${source ? "" : " (Not confirmed.)"}`;
      return registers === "trunk" || registers === "no"
        ? `${said} ${source ? "An" : "As far as is known, an"} agent cannot register there.`
        : `${said} The preset that comes nearest is ${guide}.`;
    }
    case "none":
      return "";
    default: {
      const near = [...answer.presets.map(named), ...answer.names.map(({ name }) => `${name} (no preset)`)]
        .slice(0, 3)
        .join(", ");
      return answer.kind === "several"
        ? `It names several: ${near}. Ask the user which is meant.`
        : `Near it: ${near}. That is a guess: ask the user.`;
    }
  }
}

function named({ id, name }: { id: string; name: string }): string {
  return `${id} (${name})`;
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
