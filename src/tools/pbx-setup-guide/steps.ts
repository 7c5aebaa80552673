import { fillForm, passwordAdvice, type SetupValues } from "../../presets/config-text/index.js";
import { lookalikeLine } from "../../presets/lines.js";
import type { Fact, FieldAdvice, Preset, SetupNote, StepStage } from "../../presets/types.js";
import { cleanText } from "../../redaction/text.js";
import { sure } from "../core/confidence.js";
import type { NextStep } from "../core/define.js";

/** The catalogue's steps for one system with the values that are known. Pure. */

export type GuideValues = SetupValues;

export interface Guide {
  headline: string;
  /** Without which nothing can register. */
  conditions: string[];
  steps: { stage: string; text: string }[];
  passwordAdvice: string;
  missing: { field: string; where: string }[];
  notes: string[];
  next: NextStep[];
}

const STAGES: Readonly<Record<StepStage, string>> = {
  prepare: "First",
  account: "Account for the agent",
  remote: "Let it register from outside",
  routing: "Send calls to it",
  check: "Check",
};
const BEFORE_CALLS: readonly StepStage[] = ["prepare", "account"];
/** What only the customer can tell, in the order in which it is found on a PBX. */
const ASKED = ["sipDomain", "username", "authUsername"] as const;

/** Whether a preset's note applies to the values. */
const APPLIES: Readonly<Record<SetupNote["when"], (values: GuideValues) => boolean>> = {
  "other-auth-username": ({ username, authUsername }) =>
    authUsername !== undefined && authUsername !== username,
  tls: ({ transport }) => transport === "tls",
};

export function guideFor(preset: Preset, values: GuideValues): Guide {
  const missing = preset.fields ? missingOf(preset.fields, values) : [];
  return {
    headline: headline(preset),
    conditions: preset.conditions.map(({ text, confidence }) => sure(text, confidence)),
    steps: stepsOf(preset, values),
    passwordAdvice: passwordAdvice(preset),
    missing,
    notes: notesFor(preset, values),
    next: nextFor(preset, missing.length === 0),
  };
}

/** Behind the account's steps, what is done instead where the extension exists. */
function stepsOf({ steps, existing }: Preset, values: GuideValues): Guide["steps"] {
  const before = steps.filter(({ stage }) => BEFORE_CALLS.includes(stage));
  const told = (stage: string, { text, confidence }: Fact) => ({
    stage,
    text: sure(cleanText(fillForm(text, values), 600), confidence),
  });
  return [
    ...before.map((step) => told(STAGES[step.stage], step)),
    ...existing.map((step) => told("If the extension exists already", step)),
    ...steps.slice(before.length).map((step) => told(STAGES[step.stage], step)),
  ];
}

function headline({ name, id, instead }: Preset): string {
  return instead
    ? `${name} (preset ${id}): nothing can register there. Instead: ${instead.text}`
    : `${name} (preset ${id}), the PBX's side:`;
}

function missingOf(fields: NonNullable<Preset["fields"]>, values: GuideValues): Guide["missing"] {
  return ASKED.filter((field) => values[field] === undefined && isAsked(fields[field])).map((field) => ({
    field,
    where: fields[field].where?.text ?? fields[field].reason,
  }));
}

function isAsked({ use, value }: FieldAdvice): boolean {
  return (use === "set" || use === "ask") && value === undefined;
}

function notesFor({ setupNotes = [], lookalikes }: Preset, values: GuideValues): string[] {
  return [
    ...setupNotes.filter(({ when }) => APPLIES[when](values)).map(({ text }) => text),
    ...lookalikes.map((value) => sure(lookalikeLine(value), value.confidence)),
  ];
}

function nextFor({ id, instead }: Preset, complete: boolean): NextStep[] {
  if (instead)
    return instead.presets.map((preset) => `pbx_setup_guide with presetId ${preset} shows a way that works.`);
  return [
    complete
      ? [
          `When that is done: configure_sip_registration with presetId ${id}; do not ask for the password in the chat if it can be entered elsewhere.`,
          "When that is done, the agent can be connected with these values.",
        ]
      : "Ask the user for the missing values only, then call pbx_setup_guide again with them.",
    "If the registration fails, explain_sip_log reads the PBX's log lines, and diagnose_sip_registration looks from here.",
  ];
}
