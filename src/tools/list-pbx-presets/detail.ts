import { z } from "zod";
import { present } from "../../base/present.js";
import { counted } from "../../base/words.js";
import { audioLine, lookalikeLine } from "../../presets/lines.js";
import {
  type Confidence,
  type FieldAdvice,
  PRESET_FIELDS,
  type Preset,
  type Fact as PresetFact,
  type PresetField,
  type PresetPort,
  type Trap,
} from "../../presets/types.js";
import { confidenceData, marked, sure } from "../core/confidence.js";
import { type Fact, fact } from "../core/facts.js";

/**
 * One preset as a tool shows it, in an order that a person can follow. `concise` is what it takes to connect
 * the PBX; `full` is all that is known, for when it does not work.
 */
export type Detail = "concise" | "full";

/** Of a system that takes registrations, and of which no source says where it shows the address of one. */
const ADDRESS_NOT_DOCUMENTED =
  "The platform's address: where it is shown is not documented; its administrator or support can read it off the REGISTER.";
/** So many traps are shown in `concise`: the surest ones. */
const TOP_TRAPS = 3;
const SUREST: readonly Confidence[] = ["high", "medium", "low"];

/** In a list, not by name: a key `password` would be hidden, and with it where the password is on the screen. */
const fieldSchema = z.object({
  field: z.string(),
  use: z.enum(["set", "if-needed", "omit", "ask"]),
  value: z.string().optional(),
  form: z.string().optional(),
  reason: z.string(),
  where: z.string().optional().describe("Where it is on the PBX"),
  unconfirmed: z.string().optional(),
});

const causeSchema = z.object({
  symptom: z.string(),
  cause: z.string(),
  fix: z.string(),
  unconfirmed: z.string().optional().describe("Present where it is only inferred"),
});

export const presetDetailSchema = z.object({
  id: z.string(),
  name: z.string(),
  vendor: z.string(),
  summary: z.string(),
  confidence: z.string(),
  registers: z.string(),
  conditions: z.array(z.string()),
  instead: z.string().optional(),
  needsAuthUsername: z.string(),
  fields: z.array(fieldSchema),
  documentedExample: z
    .object({ settings: z.string(), differs: z.string() })
    .optional()
    .describe("The Telzino reference's own example"),
  steps: z.array(z.string()),
  existing: z.array(z.string()).optional().describe("If the extension exists"),
  traps: z.array(causeSchema),
  failures: z.array(causeSchema).optional(),
  ports: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
  unverified: z.array(z.string()).optional(),
  sources: z.array(z.string()).optional(),
});

type PresetDetail = z.output<typeof presetDetailSchema>;

export function presetFact(preset: Preset, detail: Detail): Fact<{ preset: PresetDetail }> {
  const data = presetData(preset, detail);
  return fact({ preset: data }, ...presetLines(data));
}

function presetData(preset: Preset, detail: Detail): PresetDetail {
  const { documentedExample } = preset;
  return {
    id: preset.id,
    name: preset.name,
    vendor: preset.vendor,
    summary: preset.summary,
    confidence: preset.confidence,
    registers: preset.registers,
    conditions: preset.conditions.map(sureText),
    ...(preset.instead ? { instead: preset.instead.text } : {}),
    needsAuthUsername: preset.needsAuthUsername,
    fields: shownFields(preset, detail).map(([name, advice]) => fieldData(name, advice)),
    ...(documentedExample
      ? {
          documentedExample: { settings: exampleLine(documentedExample), differs: documentedExample.differs },
        }
      : {}),
    steps: preset.steps.map(sureText),
    ...listed("existing", preset.existing.map(sureText)),
    ...listed("notes", notesOf(preset, detail)),
    traps: shownTraps(preset, detail).map(causeData),
    ...(detail === "full" ? fullData(preset) : {}),
  };
}

function fullData(preset: Preset) {
  return {
    failures: preset.failures.map(({ signal, ...failure }) => causeData({ symptom: signal, ...failure })),
    ports: preset.ports.map((port) => sure(portLine(port), port.confidence)),
    unverified: [...preset.unverified],
    sources: sourceLines(preset),
  };
}

function sureText({ text, confidence }: PresetFact): string {
  return sure(text, confidence);
}

/** Without what there is nothing of. */
function listed<Key extends string>(key: Key, lines: readonly string[]): { [Each in Key]?: string[] } {
  return (lines.length > 0 ? { [key]: [...lines] } : {}) as { [Each in Key]?: string[] };
}

function causeData({
  symptom,
  cause,
  fix,
  confidence,
}: Pick<Trap, "symptom" | "cause" | "fix" | "confidence">) {
  return { symptom, cause, fix, ...confidenceData(confidence) };
}

function exampleLine({ settings }: NonNullable<Preset["documentedExample"]>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** What `concise` leaves out of this preset, in words. */
export function leftOut(preset: Preset): string[] {
  const more = preset.traps.length - TOP_TRAPS;
  return [
    ...(more > 0 ? [counted(more, "more trap")] : []),
    ...(preset.failures.length > 0 ? ["how failures look"] : []),
    ...(preset.ports.length > 0 ? ["ports"] : []),
    ...(preset.audio.length > 0 ? ["where audio is set"] : []),
    ...(preset.inUse.length > 0 ? ["whether a phone uses the extension"] : []),
    ...(preset.evidence.length > 0 ? ["how to get a log"] : []),
    ...(preset.tls.length + preset.nat.length + preset.codecs.length > 0 ? ["TLS, NAT and codecs"] : []),
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

/** Lookalikes and where the platform's address shows, which everyone needs; the rest with `full`. */
function notesOf(preset: Preset, detail: Detail): string[] {
  const { lookalikes, platformAddress, inUse, audio, evidence, tls, nat, codecs } = preset;
  return [
    ...lookalikes.map((value) => sure(lookalikeLine(value), value.confidence)),
    ...platformAddress.map(({ text, confidence }) => sure(`The platform's address: ${text}`, confidence)),
    ...(platformAddress.length === 0 && preset.fields ? [ADDRESS_NOT_DOCUMENTED] : []),
    ...(detail === "full"
      ? [
          ...inUse.map(({ text, confidence }) => sure(`In use: ${text}`, confidence)),
          ...audio.map((setting) => sure(audioLine(setting), setting.confidence)),
          ...evidence.map(({ text, confidence }) => sure(`Log or capture: ${text}`, confidence)),
          ...[...tls, ...nat, ...codecs].map(sureText),
        ]
      : []),
  ];
}

function sourceLines({ sources }: Preset): string[] {
  return Object.values(sources).map(({ title, url }) => (url ? `${title}: ${url}` : title));
}

function portLine({ port, lastPort, transport, use }: PresetPort): string {
  return `${port}${lastPort === undefined ? "" : `-${lastPort}`} ${transport}: ${use}`;
}

function fieldData(
  field: PresetField,
  { use, value, form, reason, where, confidence }: FieldAdvice,
): z.output<typeof fieldSchema> {
  return {
    field,
    use,
    ...(value === undefined ? {} : { value: String(value) }),
    ...present({ form }),
    reason,
    ...(where ? { where: where.text } : {}),
    ...confidenceData(confidence),
  };
}

/** The words of a preset, built only from its fields. */
function presetLines(preset: PresetDetail): string[] {
  const { documentedExample, instead } = preset;
  return [
    `${preset.name} (${preset.vendor}, preset ${preset.id}, confidence ${preset.confidence}). ${preset.summary}`,
    ...(instead ? [`Cannot register. Instead: ${instead}`] : []),
    ...titled("Only if:", preset.conditions),
    `authUsername needed: ${preset.needsAuthUsername}`,
    ...titled("Fields:", preset.fields.map(fieldLine)),
    ...(documentedExample
      ? [`Telzino's own example: ${documentedExample.settings}. ${documentedExample.differs}`]
      : []),
    ...titled("Steps on the PBX:", preset.steps),
    ...titled("If the extension exists already:", preset.existing),
    ...titled("Notes:", preset.notes),
    ...titled("Traps:", preset.traps.map(causeLine)),
    ...titled("Failures:", preset.failures?.map(causeLine)),
    ...titled("Ports:", preset.ports),
    ...titled("Not verified:", preset.unverified),
    ...titled("Sources:", preset.sources),
  ];
}

function titled(title: string, lines: readonly string[] = []): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `- ${line}`)];
}

const NEEDS = {
  set: "",
  "if-needed": " (only if needed)",
  ask: " (ask the administrator)",
  omit: " (leave out)",
};

function fieldLine(shown: z.output<typeof fieldSchema>): string {
  const { field, use, value, form, reason, where } = shown;
  const what = value ?? form;
  return marked(
    `${field}${what === undefined ? "" : ` = ${what}`}${NEEDS[use]}: ${reason}${where ? ` On the PBX: ${where}` : ""}`,
    shown,
  );
}

function causeLine(shown: z.output<typeof causeSchema>): string {
  const { symptom, cause, fix } = shown;
  return marked(`${symptom} ${cause} → ${fix}`, shown);
}
