import { z } from "zod";
import { once } from "../../base/once.js";
import { defineTool } from "../core/define.js";
import { loadPresetOrExplain } from "../core/preset.js";
import { everyPreset, knownName, meantPreset, onePreset, unsure } from "./answers.js";
import { listOutput } from "./output.js";

const input = z.strictObject({
  query: z.string().max(100).describe("The PBX as the user calls it, e.g. freepbx 17").optional(),
  presetId: z.string().max(60).describe("One preset, e.g. 3cx").optional(),
  detail: z
    .enum(["concise", "full"])
    .describe("full adds failures, ports, TLS, NAT, codecs, sources. Default concise")
    .optional(),
});

const loadPresets = once(() => import("../../presets/index.js"));

export const listPbxPresets = defineTool({
  name: "list_pbx_presets",
  title: "List PBX presets",
  description: [
    "Lists known PBXs and SIP providers. With presetId, or a query that names one: which value goes into which field, where it is on the screen, steps on the PBX, traps.",
    "Use it as soon as the user names their PBX; detail full when a registration fails. An unknown PBX: presetId generic-sip. It needs no Telzino credentials.",
    'Example: {"query": "3cx"}',
  ].join("\n"),
  input,
  output: listOutput,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run({ query, presetId, detail = "concise" }) {
    if (presetId !== undefined) return onePreset(await loadPresetOrExplain(presetId), detail);
    const { listPresets, resolveName } = await loadPresets();
    if (query === undefined || query === "") return everyPreset(listPresets());
    const answer = await resolveName(query);
    switch (answer.kind) {
      case "preset":
        return meantPreset(await loadPresetOrExplain(answer.preset.id), answer.also, detail);
      case "known":
        return knownName(answer.known, await loadPresetOrExplain(answer.known.guide), detail);
      default:
        return unsure(query, answer);
    }
  },
});
