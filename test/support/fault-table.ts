import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { DiagnosisReport } from "../../src/diagnosis/index.js";

interface Row {
  fault: string;
  outcome: string;
  /** `critical high port-refused`. */
  finding: string;
  title: string;
  /** With the limits of the test, which are shorter than the product's. */
  ms: number;
}

const rows: Row[] = [];

/** Notes what was said of the fault of the running test: the verdict, and which finding stood first. */
export function recordFault({ findings, verdict, durationMs }: DiagnosisReport): void {
  const [first] = findings;
  const fault = (expect.getState().currentTestName ?? "").replaceAll(" > ", ": ");
  const finding = first ? `${first.severity} ${first.confidence} ${first.id}` : "none";
  rows.push({ fault, outcome: verdict.outcome, finding, title: first?.title ?? "", ms: durationMs });
}

/** Writes the table of one test file; `npm run faults` prints those of all. */
export function writeFaultTable(name: string): void {
  const folder = join(import.meta.dirname, "../../reports/faults");
  mkdirSync(folder, { recursive: true });
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const lines = rows.map(
    ({ fault, outcome, finding, title, ms }) =>
      `| ${cell(fault)} | ${outcome} | ${finding} | ${cell(title)} | ${ms} |`,
  );
  writeFileSync(join(folder, `${name}.md`), `${lines.join("\n")}\n`);
}
