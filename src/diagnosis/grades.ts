/**
 * How bad a finding is for the registration:
 * `critical`: with this it cannot work, or cannot be expected to. `warning`: it may work now, but this is wrong
 * or risky. `info`: a fact worth knowing; nothing has to be done.
 */
export const SEVERITIES = ["critical", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * How sure the conclusion is. `high`: the evidence leaves no other reading. `medium`: the likeliest of few
 * readings. `low`: one of several, named because it is worth a look.
 */
export const CONFIDENCES = ["high", "medium", "low"] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Which network the evidence was seen from. The platform registers from its own, not from this machine's. */
export const VIEWPOINTS = ["this machine", "the platform"] as const;
export type Viewpoint = (typeof VIEWPOINTS)[number];

/**
 * `proven`: what the text claims was seen, and nothing speaks against it. `problem`: a finding above info.
 * `not_proven`: nothing wrong was seen, and no proof either; {@link Verdict.missing} says what would be one.
 */
export const VERDICT_OUTCOMES = ["proven", "problem", "not_proven"] as const;
type VerdictOutcome = (typeof VERDICT_OUTCOMES)[number];

export interface Verdict {
  readonly outcome: VerdictOutcome;
  /** One line for a person. */
  readonly text: string;
  /** What is not proven, and what would prove it; a sentence each. Empty but for `not_proven`. */
  readonly missing: readonly string[];
}
