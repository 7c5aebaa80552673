import type { AuditReport } from "../../audit/report.js";
import type { Redactor } from "../../redaction/redactor.js";
import { type ShownAgent, shownAgents } from "./shown-agent.js";

const COLUMNS = [
  ...["id", "name", "standing", "state", "since", "lastRegister", "account", "transport", "port", "pbx"],
  ...["preset", "cause", "reason", "finding", "found"],
] as const satisfies readonly (keyof ShownAgent)[] as readonly (keyof ShownAgent)[];

/** A line for each agent (RFC 4180), after a header line. */
export function* asCsv(
  report: AuditReport,
  onlyProblems: boolean,
  { redactDeep }: Redactor,
): Generator<string> {
  yield `${COLUMNS.join(",")}\r\n`;
  for (const agent of shownAgents(report, onlyProblems)) {
    const shown = redactDeep(agent);
    yield `${COLUMNS.map((column) => cell(shown[column])).join(",")}\r\n`;
  }
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: string | number | undefined): string {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
