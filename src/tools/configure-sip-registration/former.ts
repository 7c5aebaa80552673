import type { PasswordSource } from "../../passwords/password.js";
import { CLEARABLE } from "../../registration/next-settings.js";
import { statusKind } from "../../registration/states.js";
import { fact, note } from "../core/facts.js";
import { settingsData, settingsLine } from "../core/format.js";
import type { Facts, Fields } from "./facts.js";
import type { Plan } from "./plan.js";

/** The way back from a change that failed. Pure. */

/** What was stored before a write that changed it, all but the password. */
export function formerFacts(plan: Plan, source: PasswordSource): Facts {
  const { stored, changes } = plan;
  if (!stored || changes.length === 0) return [];
  // As a call gives them: saving means enabling.
  const { enabled: _enabled, ...former } = settingsData(stored);
  return [
    fact<Fields>({ former }, `Stored before: ${settingsLine(stored)}`),
    note(
      source === "kept"
        ? "Going back needs no password: the stored one is the same as before."
        : "Going back needs the former password from the user: this server keeps none.",
    ),
  ];
}

/** How to go back, where the line worked before. */
export function goBackStep(plan: Plan, source: PasswordSource, { state }: { state?: unknown }): string[] {
  const { before, stored, changes, settings } = plan;
  if (!stored || changes.length === 0 || before === undefined) return [];
  if (statusKind(before) !== "registered") return [];
  const added = CLEARABLE.filter((field) => stored[field] === undefined && settings[field] !== undefined);
  const isRefused = source === "kept" && state === "WRONG_CREDENTIALS_STATE";
  const parts = [
    "the values that were stored before (former)",
    ...(added.length > 0 ? [`clear "${added.join(", ")}"`] : []),
    // The password was right there.
    ...(isRefused ? ["newPassword false"] : []),
  ];
  return [`To go back to the line that worked, call configure_sip_registration with ${parts.join(", ")}.`];
}
