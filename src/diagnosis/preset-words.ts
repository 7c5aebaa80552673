import type { Preset } from "../presets/index.js";
import type { PresetHint } from "./rules/rule.js";

const MAX_STEPS = 2;
/** One state stands for several codes; the status does not tell which. */
const MAX_FAILURES = 3;

/**
 * What the preset has to say on a finding: its own fix for that status, where to find the fields in question on
 * this PBX, its steps for registering from outside. `undefined` if it has nothing. Pure.
 */
export function presetFix(hint: PresetHint, preset: Preset): string | undefined {
  const words = [
    ...failureFix(hint, preset),
    ...whereFieldsStand(hint, preset),
    ...remoteSteps(hint, preset),
    ...routingSteps(hint, preset),
    ...audioWords(hint, preset),
    ...natWords(hint, preset),
    ...codecWords(hint, preset),
  ];
  return words.length === 0 ? undefined : `${preset.name}: ${words.join(" ")}`;
}

function failureFix({ code, state }: PresetHint, { failures }: Preset): string[] {
  const byState = failures.filter(({ states }) => state !== undefined && states?.includes(state));
  const [only] = byState;
  if (only && byState.length === 1) return [only.cause, sentence(only.fix, only.confidence)];
  if (byState.length > 1) {
    return byState
      .slice(0, MAX_FAILURES)
      .map(({ signal, fix, confidence }) => sentence(`${signal}: ${fix}`, confidence));
  }
  if (code === undefined) return [];
  const failure = failures.find(({ codes }) =>
    code === "silence" ? codes.length === 0 : codes.includes(code),
  );
  return failure ? [sentence(failure.fix, failure.confidence)] : [];
}

function whereFieldsStand({ fields = [] }: PresetHint, preset: Preset): string[] {
  return fields.flatMap((field) => {
    const where = preset.fields?.[field].where;
    if (where === undefined) return [];
    // A field that this system does without needs no place.
    if (preset.fields?.[field].use === "omit") return [];
    return [sentence(`${field} is at ${where.text}`, where.confidence)];
  });
}

function remoteSteps({ remote }: PresetHint, { steps }: Preset): string[] {
  if (!remote) return [];
  return steps
    .filter(({ stage }) => stage === "remote")
    .slice(0, MAX_STEPS)
    .map(({ text, confidence }) => sentence(text, confidence));
}

function routingSteps({ routing }: PresetHint, { steps }: Preset): string[] {
  if (!routing) return [];
  return steps
    .filter(({ stage }) => stage === "routing")
    .slice(0, MAX_STEPS)
    .map(({ text, confidence }) => sentence(text, confidence));
}

function audioWords({ audio = [] }: PresetHint, preset: Preset): string[] {
  return preset.audio
    .filter(({ setting }) => audio.includes(setting))
    .slice(0, MAX_STEPS)
    .map(({ setting, where, restart, confidence }) =>
      sentence(`The ${setting}: ${where}${restart ? ` After a change: ${restart}` : ""}`, confidence),
    );
}

function natWords({ nat }: PresetHint, preset: Preset): string[] {
  if (!nat) return [];
  const media = preset.ports.find(({ transport }) => transport === "rtp");
  const range = media && `Its media ports are UDP ${media.port}${media.lastPort ? `-${media.lastPort}` : ""}`;
  return [
    ...preset.nat.slice(0, MAX_STEPS).map(({ text, confidence }) => sentence(text, confidence)),
    ...(range === undefined ? [] : [sentence(range, media?.confidence ?? "low")]),
  ];
}

function codecWords({ codecs }: PresetHint, preset: Preset): string[] {
  return codecs
    ? preset.codecs.slice(0, 1).map(({ text, confidence }) => sentence(`Codecs: ${text}`, confidence))
    : [];
}

function sentence(text: string, confidence: string): string {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  return confidence === "low" ? `${whole.replace(/[.!?]$/, "")} (not confirmed).` : whole;
}
