import type { EntryOutcome } from "../../passwords/page/types.js";
import { ToolError } from "../core/errors.js";
import { fact, note, notes, summary } from "../core/facts.js";
import { retryNote } from "../core/retry-words.js";
import { ended, type Fields, planFacts } from "./facts.js";
import { formerFacts, goBackStep } from "./former.js";
import { account, label, type Plan } from "./plan.js";
import type { Reply } from "./reply.js";
import { verdictFact } from "./verdict.js";

type Written = Exclude<EntryOutcome["result"], "error">;

const SUMMARIES: Readonly<Record<Written, readonly [words: string, outcome: Fields["outcome"]]>> = {
  registered: ["Registered", "registered"],
  unproven: ["Saved, not proven", "registered"],
  done: ["Saved, not proven", "registered"],
  failed: ["Saved, not registered", "failed"],
  pending: ["Saved, outcome pending", "pending"],
  unreadable: ["Saved, the status cannot be read", "saved_status_unreadable"],
  overtaken: ["Saved, and other settings are stored now", "overtaken"],
};

/** What a page has said that perhaps another server carried out. */
export function replyFromPage(
  plan: Plan,
  { result, verdict = "not_proven", state, details }: EntryOutcome,
): Reply {
  const [first = "Only the page knows the outcome.", ...others] = details;
  if (result === "error") {
    throw new ToolError(
      `The user entered a SIP password, but it could not be used as intended: ${details.join(" ")}`,
      ["get_sip_status shows the agent's current state."],
    );
  }
  const [words, outcome] = SUMMARIES[result];
  return {
    facts: [
      summary(
        `${words}: ${label(plan)} as ${account(plan)}, with the password that the user entered on the page.`,
      ),
      ended(outcome, true),
      verdictFact({ outcome: verdict, text: first, missing: [] }),
      fact<Fields>({ passwordFrom: "entry" }),
      ...notes(others),
      ...planFacts(plan),
      ...(result === "failed" ? [...formerFacts(plan, "entry"), note(retryNote(true))] : []),
      ...(result === "pending" ? formerFacts(plan, "entry") : []),
    ],
    next: [
      ...(result === "failed" ? goBackStep(plan, "entry", { state }) : []),
      "get_sip_status tells the state, and what it means.",
    ],
  };
}
