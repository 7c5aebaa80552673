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

/** The facts of a plan in every reply, after its summary. `told`: findings that repeat an advice. */
export function planFacts(plan: Plan, told: readonly Finding[] = []): Facts {
  const { agentId, agent, settings } = plan;
  return [
    fact<Fields>({ agentId, ...(agent ? { agentName: `${agent.name}` } : {}) }),
    fact<Fields>({ settings: settingsData(settings) }, `Settings: ${settingsLine(settings)}`),
    ...changeFacts(plan),
    ...presetFacts(plan),
    ...notes([plan.passwordNote], "Note"),
    ...notes(plan.preset && told.length > 0 ? presetReminders(plan.preset.file) : [], "Note"),
    adviceFact(plan, told),
  ];
}

/** A write sends every field, so each change is shown, above all removals. */
function changeFacts({ changes, stored, kept }: Plan): Facts {
  const gone = changes.filter(({ to }) => to === undefined);
  const ordered = [...gone, ...changes.filter(({ to }) => to !== undefined)];
  const told = fact<Fields>(
    {
      changes: ordered.map(changeData),
      ...(gone.length > 0 ? { takenAway: gone.map(({ field }) => field) } : {}),
    },
    ...ordered.map(changeLine),
  );
  const beside = [
    ...(kept.length > 0 ? [fact<Fields>({ kept: [...kept] }, `Kept as stored: ${kept.join(", ")}.`)] : []),
    ...(stored?.enabled === false ? [note("The registration was disabled; saving it enables it.")] : []),
  ];
  if (stored === undefined) return [note(UNREAD), told];
  if (changes.length === 0) return [note("No field differs from what was stored."), told, ...beside];
  const before = stored === null ? note("Nothing was stored before.") : fact<Fields>({}, "Changes:");
  return [before, told, ...beside];
}

const UNREAD = "What was stored before could not be read, so fields that were left out have their defaults.";

function presetFacts({ filled, preset, settings, kept }: Plan): Facts {
  if (preset === undefined) return [];
  const { name } = preset.facts;
  const own = preset.fill({});
  const differs = (["port", "transport"] as const).filter(
    (field) => kept.includes(field) && own[field] !== undefined && own[field] !== settings[field],
  );
  const beside = differs.map((field) => `${field} ${own[field]}`).join(", ");
  if (differs.length > 0) {
    return [note(`The preset ${name} has ${beside}; what is stored was kept.`, "Note")];
  }
  if (filled.length === 0) return [];
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

/** `how`: in which way it would be given. */
export function missingFact(why: string, how = ""): Fact<Fields> {
  const sentence = `A SIP password will be needed: ${why} ${how}`.trimEnd();
  return fact({ passwordFrom: "missing", notes: [sentence] }, sentence);
}

/** For programs; the summary says it in words. */
export function ended(outcome: Fields["outcome"], written: boolean): Fact<Fields> {
  return fact({ outcome, written });
}
