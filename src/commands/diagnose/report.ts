import { present } from "../../base/present.js";
import type { DiagnosisReport } from "../../diagnosis/index.js";
import { shownTarget } from "../../diagnosis/target.js";
import { traceLines } from "../../sip/index.js";
import { findingLines } from "../../tools/core/finding-lines.js";
import { inSections, MARKS, titled } from "../verdicts.js";

/** How a diagnosis is printed. Pure; the text has still to be redacted. */

export interface ReportFormat {
  /** Messages in full and not only their first lines. */
  detail: boolean;
  /** Where the target comes from. */
  note?: string;
}

/** The report for a person: verdict, findings, what was checked, and the ladder of messages. */
export function asText(report: DiagnosisReport, { detail, note }: ReportFormat): string {
  const { verdict, findings, checked, notChecked } = report;
  const grave = findings.filter(({ severity }) => severity !== "info");
  const remarks = findings.filter(({ severity }) => severity === "info");
  const width = Math.max(...[...checked, ...notChecked].map(({ check }) => check.length), 0) + 2;
  const sections = [
    [`${MARKS[verdict.outcome]}  ${verdict.text}`, ...(note === undefined ? [] : [note])],
    titled("Findings", findingLines(grave)),
    titled(
      "Remarks",
      remarks.map(({ title, evidence }) => `- ${title}: ${evidence}`),
    ),
    titled(
      "Checked",
      checked.map(({ check, found }) => `${check.padEnd(width)}${found}`),
    ),
    titled(
      "Not checked",
      notChecked.map(({ check, why }) => `${check.padEnd(width)}${why}`),
    ),
    titled("Messages (secrets redacted)", ladder(report, detail)),
  ];
  return inSections(sections);
}

/** The same facts for a program; the messages as printed lines, since the values hold digests. */
export function asJson(report: DiagnosisReport): Record<string, unknown> {
  const { target, verdict, findings, checked, notChecked, nextSteps, server, preset, durationMs } = report;
  const bindings = report.evidence.credentials?.bindings;
  return {
    target: shownTarget(target),
    verdict,
    findings,
    checked,
    notChecked,
    nextSteps,
    ...present({ server, preset, bindings }),
    messages: traceLines(report.trace),
    durationMs,
  };
}

function ladder({ trace }: DiagnosisReport, detail: boolean): string[] {
  return traceLines(trace, { detail: detail ? "full" : "ladder" });
}
