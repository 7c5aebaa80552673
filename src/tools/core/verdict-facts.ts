import type { Verdict } from "../../diagnosis/grades.js";

/** `proven`, `problem`, `not proven`: the outcome of a verdict in words. */
export function outcomeWords({ outcome }: Pick<Verdict, "outcome">): string {
  return outcome.replace("_", " ");
}

/** A verdict as fields, in addition to its sentence. */
export function verdictFields({ text, missing }: Verdict): { verdict: string; missing?: string[] } {
  return { verdict: text, ...(missing.length > 0 ? { missing: [...missing] } : {}) };
}
