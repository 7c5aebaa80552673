import type { AgentTurn } from "../registration/agent-locks.js";
import { differingFields } from "../registration/settings.js";
import type { Confirmation, Registration } from "../registration/stored.js";
import type { WaitOutcome } from "../registration/wait.js";
import type { Doubt } from "../registration/write.js";
import type { PasswordSource } from "../secrets/password.js";
import { account, label, type Plan } from "./configure-plan.js";
import { baseData, outcomeReply, type Reply } from "./configure-reply.js";
import { settingsData } from "./format.js";
import { doubtWords, storedWords, unreadableWords } from "./write-words.js";

/** A registration that has been stored. */
export interface Written {
  sent: Registration;
  turn: AgentTurn;
  /** What the API answered where only reading back showed that it is stored. */
  doubt: Doubt | undefined;
}

export interface Outcome {
  waited: WaitOutcome;
  doubt: Doubt | undefined;
  /** Made after the wait. */
  confirmation: Confirmation;
}

/** What came of a write. An outcome is told only for settings that are still the stored ones. */
export async function writtenReply(
  plan: Plan,
  source: PasswordSource,
  { waited, doubt, confirmation }: Outcome,
): Promise<Reply> {
  if (confirmation.kind === "overtaken") return overtakenReply(plan, source, confirmation.stored);
  const reply = await outcomeReply(plan, source, waited);
  const [first, ...others] = reply.lines;
  return { ...reply, lines: [first, ...outcomeNotes(doubt, confirmation), ...others] };
}

/** What has to be said beside an outcome: a doubtful answer to the write, or that nothing could be read back. */
export function outcomeNotes(doubt: Doubt | undefined, confirmation: Confirmation): string[] {
  return [
    ...(doubt ? [`${doubtWords(doubt)} Reading the agent back showed the settings as they were sent.`] : []),
    ...(confirmation.kind === "unreadable"
      ? [`Whether these are still the stored settings is not known: ${unreadableWords(confirmation)}.`]
      : []),
  ];
}

export function overtakenLines(plan: Plan, stored: Extract<Confirmation, { kind: "overtaken" }>["stored"]) {
  const same = stored && differingFields(stored, plan.settings).length === 0;
  return [
    `Overtaken: the settings of ${label(plan)} were stored as ${account(plan)}, and after that another change was made.`,
    stored === undefined
      ? "What is stored now could not be read."
      : `Stored now${same ? " (the same settings, written again)" : ""}: ${storedWords(stored)}.`,
    "What came of the settings of this call is not known.",
  ];
}

function overtakenReply(
  plan: Plan,
  source: PasswordSource,
  now: Extract<Confirmation, { kind: "overtaken" }>["stored"],
): Reply {
  const { stored: _before, ...base } = baseData(plan);
  return {
    lines: overtakenLines(plan, now),
    data: {
      ...base,
      ...(now ? { stored: settingsData(now) } : {}),
      outcome: "overtaken",
      written: true,
      passwordFrom: source,
    },
    next: [
      "get_sip_status tells how the agent is with what is stored now.",
      "Ask the user which settings are meant before you write again.",
    ],
  };
}
