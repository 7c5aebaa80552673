/** Diagnosis from the wire: what the rest of the program may use of it. */
export type { CheckedItem } from "./checked.js";
export type { PlatformTarget } from "./checks/platform.js";
export { type DiagnoseOptions, type DiagnosisReport, diagnose } from "./diagnose.js";
export type { Evidence, NotChecked } from "./evidence.js";
export {
  CONFIDENCES,
  type Confidence,
  type Finding,
  SEVERITIES,
  type Severity,
  VIEWPOINTS,
  type Viewpoint,
} from "./finding.js";
export { ProbeHistory, ProbeLimitError } from "./history.js";
export { judgeStatus, type StatusKnown } from "./judge-status.js";
export { DEFAULT_LIMITS, type Limits } from "./limits.js";
export { PbxLedger } from "./pbx-ledger.js";
export { findingsFrom } from "./rank.js";
export { type FindingId, RULES } from "./rules/index.js";
export { type Rule, TOPICS } from "./rules/rule.js";
export { allowEveryAddress, type DiagnosisTarget, type TargetPolicy } from "./target.js";
export type { Verdict, VerdictOutcome } from "./verdict.js";
