import type { Preset } from "../presets/index.js";
import type { AdvicePreset } from "./advice.js";

/** The facts of a preset that advice uses. */
export function advicePreset(preset: Preset): AdvicePreset {
  const tls = preset.extraEndpoints.find((endpoint) => endpoint.transport === "tls");
  const conditions = preset.conditions.map(({ text }) => text).join(" ");
  const note = preset.instead?.text ?? conditions;
  return {
    name: preset.name,
    needsAuthUsername: preset.needsAuthUsername === "yes",
    ...(tls ? { tlsPort: tls.port } : {}),
    registers: preset.registers,
    ...(note ? { registersNote: note } : {}),
  };
}
