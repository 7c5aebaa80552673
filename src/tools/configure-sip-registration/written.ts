import type { PasswordSource } from "../../passwords/password.js";
import type { Secret } from "../../redaction/secret.js";
import type { AgentTurn } from "../../registration/agent-locks.js";
import { differingFields } from "../../registration/settings.js";
import type { Confirmation, Registration } from "../../registration/stored.js";
import type { WaitOutcome } from "../../registration/wait.js";
import type { Doubt } from "../../registration/write.js";
import { fact, notes, summary } from "../core/facts.js";
import { settingsData } from "../core/format.js";
import { doubtWords, storedWords, unreadableWords } from "../core/write-words.js";
import { ended, type Fields, planFacts } from "./facts.js";
import { account, label, type Plan } from "./plan.js";
import { outcomeReply, type Reply } from "./reply.js";
import { REPLACED, verdictFact } from "./verdict.js";

/** A registration that has been stored. */
export interface Written {
  sent: Registration;
  turn: AgentTurn;
  /** What the API answered where only reading back showed that it is stored. */
  doubt: Doubt | undefined;
}

export interface Outcome {
  /** What was sent, where something may be said of it. */
  password: Secret | undefined;
  waited: WaitOutcome;
  doubt: Doubt | undefined;
  /** Made after the wait. */
  confirmation: Confirmation;
}

/** The outcome of a write. It is reported only for settings that are still stored. */
export async function writtenReply(plan: Plan, source: PasswordSource, outcome: Outcome): Promise<Reply> {
  const { doubt, confirmation } = outcome;
  if (isReplaced(confirmation)) return replacedReply(plan, source, confirmation);
  return outcomeReply(plan, source, outcome, outcomeNotes(doubt, confirmation));
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

/** What this call has sent is not, or not any more, what counts. */
export type Replaced = Extract<Confirmation, { kind: "overtaken" | "different" }>;

export function isReplaced(confirmation: Confirmation): confirmation is Replaced {
  return confirmation.kind === "overtaken" || confirmation.kind === "different";
}

export function replacedLines(plan: Plan, { kind, stored }: Replaced): string[] {
  const same = stored && differingFields(stored, plan.settings).length === 0;
  const again =
    kind === "overtaken" ? "the same settings, written again" : "the same settings with another password";
  return [
    kind === "overtaken"
      ? `Overtaken: the settings of ${label(plan)} were stored as ${account(plan)}, and after that another change was made.`
      : `Not what is stored now: the settings of ${label(plan)} were sent as ${account(plan)}, but reading the agent back shows something else. Another program may have changed it since, or Telzino did not store it as it was sent.`,
    stored === undefined
      ? "What is stored now could not be read."
      : `Stored now${same ? ` (${again})` : ""}: ${storedWords(stored)}.`,
  ];
}

function replacedReply(plan: Plan, source: PasswordSource, replaced: Replaced): Reply {
  const [first = "", ...others] = replacedLines(plan, replaced);
  const now = replaced.stored;
  return {
    facts: [
      summary(first),
      ended(replaced.kind === "overtaken" ? "overtaken" : "stored_differs", true),
      verdictFact(REPLACED),
      fact<Fields>({ passwordFrom: source }),
      fact<Fields>(now ? { stored: settingsData(now) } : {}),
      ...notes(others),
      ...planFacts(plan),
    ],
    next: [
      "get_sip_status shows the agent's state with the settings stored now.",
      "Ask the user which settings are meant before you write again.",
    ],
  };
}
