import { z } from "zod";
import type { Preset, PresetSummary } from "../presets/types.js";
import { cleanText } from "../text.js";
import { defineTool, type ToolReply } from "./define.js";
import { loadPresetOrExplain } from "./preset.js";
import { presetData, presetDetailSchema, presetLines } from "./preset-detail.js";
import { nextStepsSchema } from "./schemas.js";

const input = z.strictObject({
  query: z.string().max(100).describe("The PBX as the user calls it, e.g. freepbx 17, RingEX").optional(),
  presetId: z.string().max(60).describe("All about one preset, e.g. 3cx").optional(),
});

const output = z.object({
  presets: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      vendor: z.string(),
      category: z.string(),
      registers: z.enum(["yes", "conditional", "no"]),
      summary: z.string(),
    }),
  ),
  preset: presetDetailSchema.optional().describe("With presetId"),
  nextSteps: nextStepsSchema,
});

type Reply = ToolReply<z.output<typeof output>>;

export const listPbxPresets = defineTool({
  name: "list_pbx_presets",
  title: "List PBX presets",
  description: [
    "Lists the PBXs and SIP providers it knows; with presetId, all about one: which value goes into which field and where it stands on the screen, steps on the PBX, traps, failures, sources.",
    "Use it as soon as the user names their PBX: first with query, then with the presetId. An unknown PBX: presetId generic-sip. It needs no Telzino credentials.",
    'Example: {"query": "3cx"}, then {"presetId": "3cx"}',
  ].join("\n"),
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run({ query, presetId }) {
    if (presetId !== undefined) return onePreset(await loadPresetOrExplain(presetId));
    const { listPresets, searchPresets } = await import("../presets/index.js");
    return query === undefined || query === ""
      ? everyPreset(listPresets())
      : matching(query, searchPresets(query));
  },
});

function summaryData({ id, name, vendor, category, registers, summary }: PresetSummary) {
  return { id, name, vendor, category, registers, summary };
}

function summaryLine({ id, name, registers, summary }: PresetSummary): string {
  const limits =
    registers === "no" ? " [cannot register]" : registers === "conditional" ? " [conditions]" : "";
  return `- ${id}: ${name}${limits}. ${summary}`;
}

function everyPreset(presets: readonly PresetSummary[]): Reply {
  return {
    lines: [
      `${presets.length} presets:`,
      ...presets.map(
        ({ id, name, registers }) => `- ${id}: ${name}${registers === "no" ? " [cannot register]" : ""}`,
      ),
    ],
    data: { presets: presets.map(summaryData) },
    next: ["list_pbx_presets with a presetId tells all about that one."],
  };
}

function matching(query: string, found: readonly PresetSummary[]): Reply {
  const asked = cleanText(query, 60);
  if (found.length === 0) {
    return {
      lines: [`No preset matches "${asked}".`],
      data: { presets: [] },
      next: [
        "list_pbx_presets with presetId generic-sip: what any SIP registrar needs.",
        "Ask the user who makes their PBX, or which page they open to manage it.",
      ],
    };
  }
  const shown = found.slice(0, 5);
  return {
    lines: [
      `${shown.length === 1 ? "1 preset matches" : `${shown.length} presets match`} "${asked}":`,
      ...shown.map(summaryLine),
    ],
    data: { presets: shown.map(summaryData) },
    next: [
      `list_pbx_presets with presetId ${shown[0]?.id} tells all about the first.`,
      ...(shown.length > 1 ? ["If more than one fits, ask the user which it is."] : []),
    ],
  };
}

function onePreset(preset: Preset): Reply {
  const way =
    preset.registers === "no"
      ? (preset.instead?.presets ?? []).map(
          (id) => `list_pbx_presets with presetId ${id} shows a way that works.`,
        )
      : [
          "Ask the user only for the values that differ per customer and are not known yet.",
          `configure_sip_registration with presetId ${preset.id} fills port and transport and watches for its traps.`,
        ];
  return {
    lines: presetLines(preset),
    data: { presets: [summaryData(preset)], preset: presetData(preset) },
    next: way,
  };
}
