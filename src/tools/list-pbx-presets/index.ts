import { z } from "zod";
import { once } from "../../base/once.js";
import type { Preset, PresetSummary } from "../../presets/types.js";
import { fromCaller } from "../../redaction/untrusted.js";
import { defineTool, type ToolReply } from "../core/define.js";
import { fact, summary } from "../core/facts.js";
import { loadPresetOrExplain } from "../core/preset.js";
import { replyShape } from "../core/schemas.js";
import { type Detail, leftOut, presetDetailSchema, presetFact } from "./detail.js";

const input = z.strictObject({
  query: z.string().max(100).describe("The PBX as the user calls it, e.g. freepbx 17").optional(),
  presetId: z.string().max(60).describe("One preset, e.g. 3cx").optional(),
  detail: z
    .enum(["concise", "full"])
    .describe("full adds failures, ports, TLS, NAT, codecs, sources. Default concise")
    .optional(),
});

const output = z.object({
  presets: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      registers: z.enum(["conditional", "no"]).optional().describe("Absent: yes"),
      summary: z.string().optional(),
    }),
  ),
  preset: presetDetailSchema.optional().describe("With presetId"),
  ...replyShape,
});

const loadPresets = once(() => import("../../presets/index.js"));

type Reply = ToolReply<z.output<typeof output>>;

export const listPbxPresets = defineTool({
  name: "list_pbx_presets",
  title: "List PBX presets",
  description: [
    "Lists the PBXs and SIP providers it knows; with presetId, one of them: which value goes into which field and where it stands on the screen, steps on the PBX, traps.",
    "Use it as soon as the user names their PBX: first with query, then with the presetId; detail full when a registration fails. An unknown PBX: presetId generic-sip. It needs no Telzino credentials.",
    'Example: {"query": "3cx"}, then {"presetId": "3cx"}',
  ].join("\n"),
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run({ query, presetId, detail = "concise" }) {
    if (presetId !== undefined) return onePreset(await loadPresetOrExplain(presetId), detail);
    const { listPresets, searchPresets } = await loadPresets();
    return query === undefined || query === ""
      ? everyPreset(listPresets())
      : matching(query, searchPresets(query));
  },
});

function nameData({ id, name, registers }: PresetSummary) {
  return { id, name, ...(registers === "yes" ? {} : { registers }) };
}

function nameLine({ id, name, registers }: PresetSummary): string {
  const limits =
    registers === "no" ? " [cannot register]" : registers === "conditional" ? " [conditions]" : "";
  return `- ${id}: ${name}${limits}`;
}

function everyPreset(presets: readonly PresetSummary[]): Reply {
  return {
    facts: [
      summary(`${presets.length} presets:`),
      fact({ presets: presets.map(nameData) }, ...presets.map(nameLine)),
    ],
    next: ["list_pbx_presets with a presetId tells about that one."],
  };
}

function matching(query: string, found: readonly PresetSummary[]): Reply {
  const asked = fromCaller(query, 60);
  if (found.length === 0) {
    return {
      facts: [summary(`No preset matches ${asked}.`), fact({ presets: [] })],
      next: [
        "list_pbx_presets with presetId generic-sip: what any SIP registrar needs.",
        "Ask the user who makes their PBX, or which page they open to manage it.",
      ],
    };
  }
  const shown = found.slice(0, 5);
  return {
    facts: [
      summary(`${shown.length === 1 ? "1 preset matches" : `${shown.length} presets match`} ${asked}:`),
      fact(
        { presets: shown.map((preset) => ({ ...nameData(preset), summary: preset.summary })) },
        ...shown.map((preset) => `${nameLine(preset)}. ${preset.summary}`),
      ),
    ],
    next: [
      `list_pbx_presets with presetId ${shown[0]?.id} tells about the first.`,
      ...(shown.length > 1 ? ["If more than one fits, ask the user which it is."] : []),
    ],
  };
}

function onePreset(preset: Preset, detail: Detail): Reply {
  const way =
    preset.registers === "no"
      ? (preset.instead?.presets ?? []).map(
          (id) => `list_pbx_presets with presetId ${id} shows a way that works.`,
        )
      : [
          "Ask the user only for the values that differ per customer and are not known yet.",
          [
            `configure_sip_registration with presetId ${preset.id} fills port and transport and watches for its traps.`,
            `pbx_setup_guide with presetId ${preset.id} says what to do on the PBX.`,
          ],
        ];
  const more = detail === "concise" ? [`detail full adds: ${leftOut(preset).join(", ")}.`] : [];
  return {
    facts: [fact({ presets: [nameData(preset)] }), presetFact(preset, detail)],
    next: [...way.slice(0, 2), ...more],
  };
}
