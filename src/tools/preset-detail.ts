import { z } from "zod";
import {
  type Confidence,
  type FieldAdvice,
  PRESET_FIELDS,
  type Preset,
  type PresetField,
  type PresetPort,
  type Trap,
} from "../presets/types.js";

/**
 * One preset as a tool shows it, in an order that a person can follow. `concise` is what it takes to connect
 * the PBX; `full` is all that is known, for when it does not work.
 */
export type Detail = "concise" | "full";

/** So many traps are shown in `concise`: the surest ones. */
const TOP_TRAPS = 3;
const SUREST: readonly Confidence[] = ["high", "medium", "low"];

/** In a list, not by name: a key `password` would be hidden, and with it where the password stands on the screen. */
const fieldSchema = z.object({
  field: z.string(),
  use: z.enum(["set", "if-needed", "omit", "ask"]),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  form: z.string().optional(),
  reason: z.string(),
  where: z.string().optional().describe("Where it stands on the PBX"),
});

const causeSchema = z.object({
  symptom: z.string(),
  cause: z.string(),
  fix: z.string(),
  confidence: z.string(),
});

export const presetDetailSchema = z.object({
  id: z.string(),
  name: z.string(),
  confidence: z.string(),
  registers: z.string(),
  conditions: z.array(z.string()),
  instead: z.string().optional(),
  needsAuthUsername: z.string(),
  fields: z.array(fieldSchema),
  documentedExample: z
    .object({ settings: z.record(z.string(), z.union([z.string(), z.number()])), differs: z.string() })
    .optional()
    .describe("The Telzino reference's own example"),
  steps: z.array(z.string()),
  traps: z.array(causeSchema),
  failures: z.array(causeSchema).optional().describe("From here on: with detail full"),
  ports: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional().describe("TLS, NAT, codecs"),
  unverified: z.array(z.string()).optional(),
  sources: z.array(z.string()).optional(),
});

type PresetDetail = z.output<typeof presetDetailSchema>;

export function presetData(preset: Preset, detail: Detail): PresetDetail {
  return {
    id: preset.id,
    name: preset.name,
    confidence: preset.confidence,
    registers: preset.registers,
    conditions: preset.conditions.map(({ text }) => text),
    ...(preset.instead ? { instead: preset.instead.text } : {}),
    needsAuthUsername: preset.needsAuthUsername,
    fields: shownFields(preset, detail).map(([name, advice]) => fieldData(name, advice)),
    ...(preset.documentedExample
      ? {
          documentedExample: {
            settings: { ...preset.documentedExample.settings },
            differs: preset.documentedExample.differs,
          },
        }
      : {}),
    steps: preset.steps.map(({ text }) => text),
    traps: shownTraps(preset, detail).map(({ symptom, cause, fix, confidence }) => ({
      symptom,
      cause,
      fix,
      confidence,
    })),
    ...(detail === "full" ? fullData(preset) : {}),
  };
}

function fullData(preset: Preset) {
  return {
    failures: preset.failures.map(({ signal, cause, fix, confidence }) => ({
      symptom: signal,
      cause,
      fix,
      confidence,
    })),
    ports: preset.ports.map(portLine),
    notes: notesOf(preset).map(({ text }) => text),
    unverified: [...preset.unverified],
    sources: sourceLines(preset),
  };
}

/** What `concise` leaves out of this preset, in words. */
export function leftOut(preset: Preset): string[] {
  const more = preset.traps.length - TOP_TRAPS;
  return [
    ...(more > 0 ? [`${more} more ${more === 1 ? "trap" : "traps"}`] : []),
    ...(preset.failures.length > 0 ? ["how failures look"] : []),
    ...(preset.ports.length > 0 ? ["ports"] : []),
    ...(notesOf(preset).length > 0 ? ["TLS, NAT and codecs"] : []),
    ...(preset.unverified.length > 0 ? ["what is not verified"] : []),
    "sources",
  ];
}

/** Fields to be left out of the settings are of interest only to those who want it all. */
function shownFields({ fields }: Preset, detail: Detail): (readonly [PresetField, FieldAdvice])[] {
  if (!fields) return [];
  return PRESET_FIELDS.map((name) => [name, fields[name]] as const).filter(
    ([, { use }]) => detail === "full" || use !== "omit",
  );
}

function shownTraps({ traps }: Preset, detail: Detail): readonly Trap[] {
  if (detail === "full") return traps;
  return [...traps]
    .sort((left, right) => SUREST.indexOf(left.confidence) - SUREST.indexOf(right.confidence))
    .slice(0, TOP_TRAPS);
}

function notesOf({ tls, nat, codecs }: Preset) {
  return [...tls, ...nat, ...codecs];
}

function sourceLines({ sources }: Preset): string[] {
  return Object.values(sources).map(({ title, url }) => (url ? `${title}: ${url}` : title));
}

function portLine({ port, lastPort, transport, use }: PresetPort): string {
  return `${port}${lastPort === undefined ? "" : `-${lastPort}`} ${transport}: ${use}`;
}

function fieldData(
  field: PresetField,
  { use, value, form, reason, where }: FieldAdvice,
): z.output<typeof fieldSchema> {
  return {
    field,
    use,
    ...(value === undefined ? {} : { value }),
    ...(form === undefined ? {} : { form }),
    reason,
    ...(where ? { where: where.text } : {}),
  };
}

/** Marks what is only inferred, so that it is not told as a fact. */
function sure(text: string, confidence: Confidence): string {
  return confidence === "low" ? `${text} (not confirmed by the vendor)` : text;
}

export function presetLines(preset: Preset, detail: Detail): string[] {
  const { documentedExample, instead } = preset;
  return [
    `${preset.name} (${preset.vendor}, preset ${preset.id}). ${preset.summary}`,
    ...(instead ? [`Cannot register. Instead: ${instead.text}`] : []),
    ...titled(
      "Only if:",
      preset.conditions.map(({ text, confidence }) => sure(text, confidence)),
    ),
    ...titled(
      "Fields:",
      shownFields(preset, detail).map(([name, advice]) => fieldLine(name, advice)),
    ),
    ...(documentedExample
      ? [
          `Telzino's own example: ${Object.entries(documentedExample.settings)
            .map(([name, value]) => `${name} ${value}`)
            .join(", ")}. ${documentedExample.differs}`,
        ]
      : []),
    ...titled(
      "Steps on the PBX:",
      preset.steps.map(({ text, confidence }) => sure(text, confidence)),
    ),
    ...titled(
      "Traps:",
      shownTraps(preset, detail).map(({ symptom, cause, fix, confidence }) =>
        sure(`${symptom}: ${cause} → ${fix}`, confidence),
      ),
    ),
    ...(detail === "full" ? fullLines(preset) : []),
  ];
}

function fullLines(preset: Preset): string[] {
  return [
    ...titled(
      "Failures:",
      preset.failures.map(({ signal, cause, fix, confidence }) =>
        sure(`${signal}: ${cause} → ${fix}`, confidence),
      ),
    ),
    ...titled(
      "Ports:",
      preset.ports.map((port) => sure(portLine(port), port.confidence)),
    ),
    ...titled(
      "TLS, NAT, codecs:",
      notesOf(preset).map(({ text, confidence }) => sure(text, confidence)),
    ),
    ...titled("Not verified:", [...preset.unverified]),
    ...titled("Sources:", sourceLines(preset)),
  ];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `- ${line}`)];
}

const NEEDS = {
  set: "",
  "if-needed": " (only if needed)",
  ask: " (ask the administrator)",
  omit: " (leave out)",
};

function fieldLine(name: PresetField, { use, value, form, reason, where, confidence }: FieldAdvice): string {
  const what = value ?? form;
  return sure(
    `${name}${what === undefined ? "" : ` = ${what}`}${NEEDS[use]}: ${reason}${where ? ` On the PBX: ${where.text}` : ""}`,
    confidence,
  );
}
