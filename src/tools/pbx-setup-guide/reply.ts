import { type ConfigText, configTextsFor, UnsafeValueError } from "../../presets/config-text/index.js";
import type { ToolReply } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { fact, notes, summary } from "../core/facts.js";
import { loadPresetOrExplain, presetById } from "../core/preset.js";
import type { GuideInput, GuideOutput } from "./schemas.js";
import { type Guide, type GuideValues, guideFor } from "./steps.js";

/** What `pbx_setup_guide` answers. @throws ToolError for an unknown preset, or a value that cannot be pasted. */
export async function setupReply({ presetId, ...given }: GuideInput): Promise<ToolReply<GuideOutput>> {
  const preset = await loadPresetOrExplain(presetId);
  const { fill } = await presetById(presetId);
  const values = definedOnly({ ...given, ...fill(given) });
  const texts = textsOrExplain(preset.id, values);
  const guide = guideFor(preset, values);
  const { steps, conditions, passwordAdvice, missing } = guide;
  return {
    facts: [
      summary(guide.headline),
      fact({ presetId: preset.id }),
      fact({ conditions }, ...conditions.map((condition) => `Only if: ${condition}`)),
      fact({ steps }, ...stepLines(steps)),
      fact(
        { texts: texts.map(({ title, target, text, afterwards }) => ({ title, target, text, afterwards })) },
        ...texts.flatMap(textLines),
      ),
      fact({ passwordAdvice }, "", `Password: ${passwordAdvice}`),
      ...notes(guide.notes, "Note"),
      fact({ missing }, ...missingLines(missing)),
    ],
    next: guide.next,
  };
}

function definedOnly(values: { [Key in keyof GuideValues]: GuideValues[Key] | undefined }): GuideValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function textsOrExplain(presetId: string, values: GuideValues): ConfigText[] {
  try {
    return configTextsFor(presetId, values);
  } catch (error) {
    if (!(error instanceof UnsafeValueError)) throw error;
    throw new ToolError(`${error.message}.`, [
      `Call pbx_setup_guide again with another ${error.field}, or without it.`,
    ]);
  }
}

/** The text in a fence that nothing in it can close: no generated text holds a backquote. */
function textLines({ title, target, language, text, afterwards }: ConfigText): string[] {
  return [
    "",
    `${title} (${target}):`,
    `\`\`\`${language}`,
    text.trimEnd(),
    "```",
    `Afterwards: ${afterwards}`,
  ];
}

function stepLines(steps: Guide["steps"]): string[] {
  return steps.flatMap(({ stage, text }, index) => {
    const first = steps[index - 1]?.stage !== stage;
    return [...(first ? [`${stage}:`] : []), `${index + 1}. ${text}`];
  });
}

function missingLines(missing: Guide["missing"]): string[] {
  if (missing.length === 0) return [];
  return [
    "",
    "Not known yet, needed to register:",
    ...missing.map(({ field, where }) => `- ${field}: ${where}`),
  ];
}
