import { z } from "zod";
import { type FieldAdvice, PRESET_FIELDS, type Preset, type PresetField } from "../presets/types.js";

/** One preset as a tool shows it: everything that helps to connect a PBX, in an order that a person can follow. */

const fieldSchema = z.object({
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
  fields: z.record(z.string(), fieldSchema),
  documentedExample: z
    .object({ settings: z.record(z.string(), z.union([z.string(), z.number()])), differs: z.string() })
    .optional()
    .describe("The Telzino reference's own example"),
  steps: z.array(z.string()),
  traps: z.array(causeSchema),
  failures: z.array(causeSchema),
  notes: z.array(z.string()),
  unverified: z.array(z.string()),
  sources: z.array(z.string()),
});

type PresetDetail = z.output<typeof presetDetailSchema>;

export function presetData(preset: Preset): PresetDetail {
  const fields = Object.entries(preset.fields ?? {}).map(
    ([name, advice]) => [name, fieldData(advice)] as const,
  );
  return {
    id: preset.id,
    name: preset.name,
    confidence: preset.confidence,
    registers: preset.registers,
    conditions: preset.conditions.map(({ text }) => text),
    ...(preset.instead ? { instead: preset.instead.text } : {}),
    needsAuthUsername: preset.needsAuthUsername,
    fields: Object.fromEntries(fields),
    ...(preset.documentedExample
      ? {
          documentedExample: {
            settings: { ...preset.documentedExample.settings },
            differs: preset.documentedExample.differs,
          },
        }
      : {}),
    steps: preset.steps.map(({ text }) => text),
    traps: preset.traps.map(({ symptom, cause, fix, confidence }) => ({ symptom, cause, fix, confidence })),
    failures: preset.failures.map(({ signal, cause, fix, confidence }) => ({
      symptom: signal,
      cause,
      fix,
      confidence,
    })),
    notes: [...preset.tls, ...preset.nat, ...preset.codecs].map(({ text }) => text),
    unverified: [...preset.unverified],
    sources: Object.values(preset.sources).map(({ title, url }) => (url ? `${title}: ${url}` : title)),
  };
}

function fieldData({ use, value, form, reason, where }: FieldAdvice): z.output<typeof fieldSchema> {
  return {
    use,
    ...(value === undefined ? {} : { value }),
    ...(form === undefined ? {} : { form }),
    reason,
    ...(where ? { where: where.text } : {}),
  };
}

/** Marks what is only inferred, so that it is not told as a fact. */
function sure(text: string, confidence: string): string {
  return confidence === "low" ? `${text} (not confirmed by the vendor)` : text;
}

export function presetLines(preset: Preset): string[] {
  const { documentedExample, instead } = preset;
  return [
    `${preset.name} (${preset.vendor}, preset ${preset.id}). ${preset.summary}`,
    ...(instead ? [`Cannot register. Instead: ${instead.text}`] : []),
    ...titled(
      "Only if:",
      preset.conditions.map(({ text, confidence }) => sure(text, confidence)),
    ),
    ...titled("Fields:", fieldLines(preset)),
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
      preset.traps.map(({ symptom, cause, fix, confidence }) =>
        sure(`${symptom}: ${cause} → ${fix}`, confidence),
      ),
    ),
    ...titled(
      "Failures:",
      preset.failures.map(({ signal, cause, fix, confidence }) =>
        sure(`${signal}: ${cause} → ${fix}`, confidence),
      ),
    ),
    ...titled(
      "TLS, NAT, codecs:",
      [...preset.tls, ...preset.nat, ...preset.codecs].map(({ text, confidence }) => sure(text, confidence)),
    ),
    ...titled("Not verified:", [...preset.unverified]),
    ...titled("Sources:", presetData(preset).sources),
  ];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `- ${line}`)];
}

function fieldLines({ fields }: Preset): string[] {
  if (!fields) return [];
  return PRESET_FIELDS.filter((name) => fields[name].use !== "omit").map((name) =>
    fieldLine(name, fields[name]),
  );
}

function fieldLine(name: PresetField, { use, value, form, reason, where, confidence }: FieldAdvice): string {
  const what = value ?? form;
  const need = use === "if-needed" ? " (only if needed)" : use === "ask" ? " (ask the administrator)" : "";
  return sure(
    `${name}${what === undefined ? "" : ` = ${what}`}${need}: ${reason}${where ? ` On the PBX: ${where.text}` : ""}`,
    confidence,
  );
}
