import type { Verdict } from "../../diagnosis/grades.js";
import type { Finding } from "../../diagnosis/index.js";
import { judgeStatusSeen } from "../../diagnosis/status-verdict.js";
import type { Confirmation } from "../../registration/stored.js";
import type { WaitOutcome } from "../../registration/wait.js";
import { type Fact, fact } from "../core/facts.js";
import { outcomeWords, verdictFields } from "../core/verdict-facts.js";
import type { Fields } from "./facts.js";
import type { Plan } from "./plan.js";

/** What is proven once a registration has been stored. `confirmation` was made after the wait. Pure. */
export function verdictAfter(
  plan: Plan,
  waited: WaitOutcome,
  confirmation: Confirmation,
  findings: readonly Finding[],
): Verdict {
  if (waited.kind === "unreadable") {
    return open(
      "The settings are stored, and whether they are registered cannot be read.",
      "A status that can be read would tell: read it once more.",
    );
  }
  const { status: last } = waited;
  const fresh = waited.kind === "done" || waited.fresh;
  const change = plan.before === undefined ? "unknown" : fresh ? "seen" : "not yet";
  const hopeless = plan.advice.find(({ id }) => id === "host-without-registrar");
  const verdict = judgeStatusSeen({ samples: [last], stored: plan.settings, change }, findings);
  if (verdict.outcome === "not_proven" && hopeless) {
    return { outcome: "problem", text: `${hopeless.message} ${verdict.text}`, missing: [] };
  }
  if (verdict.outcome !== "proven" || confirmation.kind !== "unreadable") return verdict;
  return open(
    `${verdict.text} But the agent could not be read back, so whether these are still the stored settings is not known.`,
    "Reading the agent once more would tell.",
  );
}

function open(seen: string, missing: string): Verdict {
  return { outcome: "not_proven", text: `${seen} ${missing}`, missing: [missing] };
}

export const REPLACED: Verdict = open(
  "The outcome of this call's settings is not known.",
  "The status is about what is stored now, no longer about these.",
);

export const NOTHING_WRITTEN: Verdict = open(
  "Nothing was written.",
  "Only what is stored and then registered is proven.",
);

/** What is known before anything is written. */
export function verdictBefore({ advice }: Plan): Verdict {
  const hopeless = advice.find(({ id }) => id === "host-without-registrar");
  return hopeless === undefined
    ? NOTHING_WRITTEN
    : { outcome: "problem", text: hopeless.message, missing: [] };
}

/** Beside `outcome`, which says how the call ended. */
export function verdictFact(verdict: Verdict): Fact<Fields> {
  return fact(
    { verdictOutcome: verdict.outcome, ...verdictFields(verdict) },
    `Verdict: ${outcomeWords(verdict)}. ${verdict.text}`,
  );
}
