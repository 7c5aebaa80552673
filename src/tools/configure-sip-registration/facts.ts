import type { z } from "zod";
import type { Finding } from "../../diagnosis/index.js";
import type { PasswordSource } from "../../passwords/password.js";
import { type Fact, fact, note, notes } from "../core/facts.js";
import { changeData, changeLine, settingsData, settingsLine } from "../core/format.js";
import { presetReminders } from "../core/preset-reminders.js";
import type { configureOutput } from "./output.js";
import type { Plan } from "./plan.js";

/** Facts that several kinds of replies of `configure_sip_registration` have. Pure. */
export type Fields = Omit<z.output<typeof configureOutput>, "nextSteps">;
export type Facts = Fact<Fields>[];

/** What every reply tells of a plan, behind its summary. `told`: findings that say what an advice says as well. */
export function planFacts(plan: Plan, told: readonly Finding[] = []): Facts {
  const { agentId, agent, settings } = plan;
  return [
    fact<Fields>({ agentId, ...(agent ? { agentName: `${agent.name}` } : {}) }),
    fact<Fields>({ settings: settingsData(settings) }, `Settings: ${settingsLine(settings)}`),
    ...changeFacts(plan),
    ...presetFacts(plan),
    ...notes(plan.preset && told.length > 0 ? presetReminders(plan.preset.file) : [], "Note"),
    adviceFact(plan, told),
  ];
}

function changeFacts({ changes, stored }: Plan): Facts {
  const told = fact<Fields>({ changes: changes.map(changeData) }, ...changes.map(changeLine));
  if (stored === undefined) return [note("What was stored before could not be read."), told];
  if (changes.length === 0) return [note("No field differs from what was stored."), told];
  return [stored === null ? note("Nothing was stored before.") : fact<Fields>({}, "Changes:"), told];
}

function presetFacts({ filled, preset }: Plan): Facts {
  if (filled.length === 0 || preset === undefined) return [];
  const { name } = preset.facts;
  return [
    fact<Fields>(
      { presetName: name, filledFromPreset: filled },
      `From the preset ${name}: ${filled.join(", ")}.`,
    ),
  ];
}

function adviceFact({ advice }: Plan, told: readonly Finding[]): Fact<Fields> {
  const left = advice.filter(({ id }) => told.every((finding) => finding.id !== id));
  return fact(
    { advice: left.map(({ id, field, severity, message }) => ({ id, field, severity, message })) },
    ...left.map(({ id, severity, message }) => `${LABELS[severity]}: ${message} [${id}]`),
  );
}

const LABELS = { warning: "Warning", info: "Note" };

/** Where the password of a write comes from. `passwordFrom` says the same to programs. */
export const SOURCES: Readonly<Record<PasswordSource, readonly [is: string, would: string]>> = {
  kept: ["The stored password was kept.", "The stored password would be kept."],
  named: [
    "The password that the call named was stored.",
    "The password that the call named would be stored.",
  ],
  argument: ["The given password was stored.", "The given password would be stored."],
  entry: [
    "The password that the user entered was stored.",
    "The password that the user enters would be stored.",
  ],
};

export function missingFact(why: string): Fact<Fields> {
  const sentence = `A SIP password will be needed: ${why}`;
  return fact({ passwordFrom: "missing", notes: [sentence] }, sentence);
}

/** For programs; the summary says it in words. */
export function ended(outcome: Fields["outcome"], written: boolean): Fact<Fields> {
  return fact({ outcome, written });
}
