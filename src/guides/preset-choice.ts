import { present } from "../base/present.js";
import type { FieldAdvice, KnownName, Preset, PresetField } from "../presets/types.js";

/** What a person's words for a PBX lead to. */
export interface PresetChoice {
  /** As given, cleaned; absent: nothing was given. */
  asked?: string;
  /** The one that is meant, or that comes nearest to `known`. */
  preset?: Preset;
  /** A named system without a preset. */
  known?: KnownName;
  /** Others that may be meant, the best first. */
  candidates: readonly { id: string; name: string }[];
  /** Whether the candidates are only alike what was said. */
  guessed?: boolean;
}

const MOST_CANDIDATES = 3;

/** Finds the preset that words mean. A similar one is only a candidate. */
export async function choosePreset(asked: string | undefined): Promise<PresetChoice> {
  if (asked === undefined || asked === "") return { candidates: [] };
  const { loadPreset, resolveName } = await import("../presets/index.js");
  const answer = await resolveName(asked);
  switch (answer.kind) {
    case "preset": {
      const preset = await loadPreset(answer.preset.id);
      return { asked, ...present({ preset }), candidates: named(answer.also) };
    }
    case "known": {
      const { known } = answer;
      const preset =
        known.registers === "trunk" || known.registers === "no" ? undefined : await loadPreset(known.guide);
      return { asked, known, ...present({ preset }), candidates: [] };
    }
    case "none":
      return { asked, candidates: [] };
    default:
      return {
        asked,
        candidates: named([
          ...answer.presets,
          ...answer.names.map(({ name, guide }) => ({ id: guide, name })),
        ]),
        guessed: answer.kind === "guess",
      };
  }
}

function named(found: readonly { id: string; name: string }[]): PresetChoice["candidates"] {
  return found.slice(0, MOST_CANDIDATES).map(({ id, name }) => ({ id, name }));
}

/** What a preset leaves open, in the order in which a person comes across it, and what it settles. */
export interface OpenFields {
  /** `sipDomain ({public name}): why. On the PBX: where`. The password is not among them. */
  ask: readonly string[];
  ifNeeded: readonly string[];
  /** `port 5060`. */
  settled: readonly string[];
  /** Where the password is, if known. */
  password?: string;
}

/** First what everyone knows, the PBX's address; then the extension's own page, from top to bottom. */
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
