/** Diagnosis from the wire: what the rest of the program may use of it. */
export type { PlatformTarget } from "./checks/platform.js";
export { type DiagnoseOptions, type DiagnosisReport, diagnose } from "./diagnose.js";
export type { Evidence } from "./evidence.js";
export type { Confidence, Finding } from "./finding.js";
export { ProbeHistory, ProbeLimitError } from "./history.js";
export type { StatusKnown } from "./judge-status.js";
export { PbxLedger } from "./pbx-ledger.js";
export { findingsFrom } from "./rank.js";
export type { FindingId } from "./rules/index.js";
export type { DiagnosisTarget, TargetPolicy } from "./target.js";
