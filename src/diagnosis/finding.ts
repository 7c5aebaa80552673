import type { Confidence, Severity, Viewpoint } from "./grades.js";
import type { FindingId } from "./rules/index.js";

export * from "./grades.js";

/** What a rule concluded from evidence. Text from outside is between marks (`untrusted.ts`). */
export interface Finding {
  /** Of the rule, stable, kebab-case. */
  readonly id: FindingId;
  readonly severity: Severity;
  readonly title: string;
  /** What was seen, in one line. */
  readonly evidence: string;
  /** Why it is so; "one of these" where the evidence leaves several. */
  readonly cause: string;
  /** What to do, in the words of the PBX where it is known. */
  readonly fix: string;
  readonly confidence: Confidence;
  readonly seenFrom: Viewpoint;
}
