import type { Reading } from "../../registration/stored.js";
import type { Doubt } from "../../registration/write.js";
import type { StoredRegistration } from "../../telzino/types.js";
import { settingsLine } from "./format.js";

/** How every tool words the outcome of a write. Pure. */

/** A sentence: what the API answered to a write. */
export function doubtWords(doubt: Doubt): string {
  if (doubt.kind === "other_values") {
    return `The API's answer to the write showed other values in ${doubt.fields.join(", ")}.`;
  }
  if (doubt.kind === "no_values") return "The API's answer to the write did not say what is stored.";
  return `The write was not confirmed: ${doubt.error.message}.`;
}

/** What is stored, or `nothing`. */
export function storedWords(stored: StoredRegistration | null): string {
  return stored === null ? "nothing" : settingsLine(stored);
}

/** Why it is not known what is stored; without a full stop. */
export function unreadableWords({ error }: Omit<Extract<Reading, { kind: "unreadable" }>, "kind">): string {
  return error === undefined
    ? "the API does not say what is stored"
    : `reading the agent back failed (${error.message})`;
}
