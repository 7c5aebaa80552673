import { fillForm, passwordAdvice, type SetupValues } from "../presets/config-text/index.js";
import type { FieldAdvice, Preset, SetupNote, Step, StepStage } from "../presets/types.js";
import { cleanText } from "../text.js";

/** The catalogue's steps for one system with the values that are known. Pure. */

export type GuideValues = SetupValues;

interface GuideData {
  presetId: string;
  steps: { stage: string; text: string }[];
  passwordAdvice: string;
  missing: { field: string; where: string }[];
  notes: string[];
}

export interface Guide {
  data: GuideData;
  /** The way up to the texts. */
  lines: string[];
  missingLines: string[];
  next: string[];
}

const STAGES: Readonly<Record<StepStage, string>> = {
  prepare: "First",
  account: "Account for the agent",
  remote: "Let it register from outside",
  routing: "Send calls to it",
  check: "Check",
};
/** What only the customer can tell, in the order in which it is found on a PBX. */
const ASKED = ["sipDomain", "username", "authUsername"] as const;

/** Whether the values are such that a preset's note is told. */
const APPLIES: Readonly<Record<SetupNote["when"], (values: GuideValues) => boolean>> = {
  "other-auth-username": ({ username, authUsername }) =>
    authUsername !== undefined && authUsername !== username,
  tls: ({ transport }) => transport === "tls",
};

export function guideFor(preset: Preset, values: GuideValues): Guide {
  const steps = preset.steps.map((step) => ({
    stage: STAGES[step.stage],
    text: sure(cleanText(fillForm(step.text, values), 600), step.confidence),
  }));
  const missing = preset.fields ? missingOf(preset.fields, values) : [];
  const data: GuideData = {
    presetId: preset.id,
    steps,
    passwordAdvice: passwordAdvice(preset),
    missing,
    notes: notesFor(preset, values),
  };
  return {
    data,
    lines: [headline(preset), ...conditionLines(preset), ...stepLines(preset.steps, steps)],
    missingLines:
      missing.length === 0
        ? []
        : [
            "",
            "Not known yet, needed to register:",
            ...missing.map(({ field, where }) => `- ${field}: ${where}`),
          ],
    next: nextFor(preset, missing.length === 0),
  };
}

function headline({ name, id, instead }: Preset): string {
  return instead
    ? `${name} (preset ${id}): nothing can register there. Instead: ${instead.text}`
    : `${name} (preset ${id}), the PBX's side:`;
}

function conditionLines({ conditions }: Preset): string[] {
  return conditions.map(({ text }) => `Only if: ${text}`);
}

function stepLines(facts: readonly Step[], steps: GuideData["steps"]): string[] {
  return steps.flatMap(({ stage, text }, index) => {
    const first = facts[index - 1]?.stage !== facts[index]?.stage;
    return [...(first ? [`${stage}:`] : []), `${index + 1}. ${text}`];
  });
}

/** Marks what is only inferred, so that it is not told as a fact. */
function sure(text: string, confidence: string): string {
  return confidence === "low" ? `${text} (not confirmed by the vendor)` : text;
}

function missingOf(fields: NonNullable<Preset["fields"]>, values: GuideValues): GuideData["missing"] {
  return ASKED.filter((field) => values[field] === undefined && isAsked(fields[field])).map((field) => ({
    field,
    where: fields[field].where?.text ?? fields[field].reason,
  }));
}

function isAsked({ use, value }: FieldAdvice): boolean {
  return (use === "set" || use === "ask") && value === undefined;
}

function notesFor({ setupNotes = [] }: Preset, values: GuideValues): string[] {
  return setupNotes.filter(({ when }) => APPLIES[when](values)).map(({ text }) => text);
}

function nextFor({ id, instead }: Preset, complete: boolean): string[] {
  if (instead)
    return instead.presets.map((preset) => `pbx_setup_guide with presetId ${preset} shows a way that works.`);
  return [
    complete
      ? `When that is done: configure_sip_registration with presetId ${id}; do not ask for the password in the chat if it can be entered elsewhere.`
      : "Ask the user for the missing values only, then call pbx_setup_guide again with them.",
    "If the registration fails, explain_sip_log reads the PBX's log lines, and diagnose_sip_registration looks from here.",
  ];
}
