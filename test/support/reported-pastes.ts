import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readLog } from "./log-lines.js";

/** A paste's file without `.txt`, what it ends as, its first finding, severity and confidence of that, and its user. */
type OutcomeRow = readonly [
  file: string,
  outcome: string,
  finding?: string | undefined,
  weight?: string,
  user?: string,
];

/** Registrations: each paste of the folder ends as its row says; without a finding in the row there is none. */
export function itReadsOutcomes(folder: string, rows: readonly OutcomeRow[]): void {
  it.each(rows.map((row) => [`${row[0]} ends ${row[1]}: ${row[2] ?? "nothing is wrong"}`, row] as const))(
    "%s",
    (_name, [file, outcome, finding, weight, user]) => {
      const report = readLog(readFileSync(join(folder, `${file}.txt`), "utf8"));
      const [first] = report.findings;
      expect(report.outcome).toBe(outcome);
      expect(first?.id).toBe(finding);
      expect(first && `${first.severity} ${first.confidence}`).toBe(weight);
      if (user !== undefined) expect(first?.users[0]).toBe(user);
    },
  );
  itHasRows(folder, rows);
}

/** Calls: each paste of the folder has the first finding of its row; severity and confidence only where the row has them. */
export function itReadsFindings(
  folder: string,
  rows: readonly (readonly [file: string, finding: string | undefined, weight?: string])[],
): void {
  it.each(rows)("%s", (file, finding, weight) => {
    const [first] = readLog(readFileSync(join(folder, `${file}.txt`), "utf8").replace(/\n$/, "")).findings;
    expect(first?.id).toBe(finding);
    if (weight !== undefined) expect(`${first?.severity} ${first?.confidence}`).toBe(weight);
  });
  itHasRows(folder, rows);
}

function itHasRows(folder: string, rows: readonly (readonly [string, ...unknown[]])[]): void {
  it("has a row for each file", () => {
    expect(readdirSync(folder).sort()).toEqual(rows.map(([file]) => `${file}.txt`).sort());
  });
}
