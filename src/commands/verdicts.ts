import { NAME } from "../base/version.js";
import { SecretRefused } from "../passwords/named.js";
import type { Redactor } from "../redaction/redactor.js";
import { TelzinoError } from "../telzino/errors.js";
import { ToolError } from "../tools/core/errors.js";
import { explainError } from "../tools/core/explain-error.js";
import { PromptCancelled } from "./hidden-prompt.js";
import type { Io } from "./io.js";
import { misused } from "./misused.js";

/** How `diagnose` and `call` end, and how their reports are set. */

export const EXIT_CODES = { proven: 0, problem: 1, not_proven: 3 } as const;
export const MARKS = { proven: "PROVEN", problem: "PROBLEM", not_proven: "NOT PROVEN" } as const;

/** @returns the exit code. @throws what is none of the expected errors. */
export function explainFailure(
  error: unknown,
  command: "diagnose" | "call",
  io: Io,
  { redact }: Redactor,
): number {
  if (error instanceof ToolError || error instanceof SecretRefused) return misused(io, redact(error.message));
  if (error instanceof PromptCancelled) return misused(io, "no password was entered, nothing was sent");
  if (!(error instanceof TelzinoError)) throw error;
  io.stderr.write(`${NAME}: ${redact(explainError(error, command).lines.join("\n"))}\n`);
  return EXIT_CODES.not_proven;
}

/** A part of a report under its title; nothing where there is nothing. */
export function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

/** The parts that have lines, with a blank line between them. */
export function inSections(sections: readonly (readonly string[])[]): string {
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}
