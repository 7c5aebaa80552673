import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { DiagnosisReport } from "../../src/diagnosis/index.js";

interface Row {
  fault: string;
  id: string;
  title: string;
}

const rows: Row[] = [];

/** Notes which finding stood first for the fault of the running test. */
export function recordFault({ findings }: DiagnosisReport): void {
  const [first] = findings;
  const fault = (expect.getState().currentTestName ?? "").replaceAll(" > ", ": ");
  rows.push({ fault, id: first?.id ?? "none", title: first?.title ?? "" });
}

/** Writes the table of one test file; `npm run faults` prints those of all. */
export function writeFaultTable(name: string): void {
  const folder = join(import.meta.dirname, "../../reports/faults");
  mkdirSync(folder, { recursive: true });
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const lines = rows.map(({ fault, id, title }) => `| ${cell(fault)} | ${id} | ${cell(title)} |`);
  writeFileSync(join(folder, `${name}.md`), `${lines.join("\n")}\n`);
}
