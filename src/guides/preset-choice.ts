import type { FieldAdvice, Preset, PresetField } from "../presets/types.js";

/** What a person's words for a PBX lead to. */
export interface PresetChoice {
  /** As given, cleaned; absent: nothing was given. */
  asked?: string;
  /** The one that is meant. */
  preset?: Preset;
  /** Others that may be meant, the best first; empty where the words name one for certain. */
  candidates: readonly { id: string; name: string }[];
}

const MOST_CANDIDATES = 3;

/** Finds the preset that words mean: an id, a name or an alias, or the only one that matches. */
export async function choosePreset(asked: string | undefined): Promise<PresetChoice> {
  if (asked === undefined || asked === "") return { candidates: [] };
  const { loadPreset, searchPresets } = await import("../presets/index.js");
  const found = searchPresets(asked);
  const is = (...known: string[]) => known.some((name) => plain(name) === plain(asked));
  const named = found.find(({ id, name }) => is(id, name));
  const meant =
    named ?? found.find(({ aliases }) => is(...aliases)) ?? (found.length === 1 ? found[0] : undefined);
  const preset = meant && (await loadPreset(meant.id));
  const others = named === undefined ? found.filter((other) => other !== meant) : [];
  const candidates = others.slice(0, MOST_CANDIDATES).map(({ id, name }) => ({ id, name }));
  return { asked, ...(preset ? { preset } : {}), candidates };
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "");
}

/** What a preset leaves open, in the order in which a person comes across it, and what it settles. */
export interface OpenFields {
  /** `sipDomain ({public name}): why. On the PBX: where`. The password is not among them. */
  ask: readonly string[];
  ifNeeded: readonly string[];
  /** `port 5060`. */
  settled: readonly string[];
  /** Where the password stands, if known. */
  password?: string;
}

/** First what everybody knows, the PBX's address; then the extension's own page, from top to bottom. */
const ORDER: readonly PresetField[] = [
  "sipDomain",
  "username",
  "authUsername",
  "proxy",
  "transport",
  "port",
  "did",
  "subscribe",
];

export function openFields({ fields }: Preset): OpenFields {
  if (!fields) return { ask: [], ifNeeded: [], settled: [] };
  const lines = (fits: (advice: FieldAdvice) => boolean) =>
    ORDER.filter((name) => fits(fields[name])).map((name) => fieldLine(name, fields[name]));
  const isFixed = ({ use, value }: FieldAdvice) => use === "set" && value !== undefined;
  const { where } = fields.password;
  return {
    ask: lines((advice) => advice.use === "ask" || (advice.use === "set" && !isFixed(advice))),
    ifNeeded: lines(({ use }) => use === "if-needed"),
    settled: ORDER.filter((name) => isFixed(fields[name])).map((name) => `${name} ${fields[name].value}`),
    ...(where ? { password: where.text } : {}),
  };
}

function fieldLine(name: PresetField, { form, value, reason, where }: FieldAdvice): string {
  const what = value ?? form;
  return `${name}${what === undefined ? "" : ` ${what}`}: ${reason}${where ? ` On the PBX: ${where.text}` : ""}`;
}
