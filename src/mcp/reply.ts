import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Redactor } from "../redaction/redactor.js";
import { type Fact, told } from "../tools/core/facts.js";

/** Suggestions beyond the third only compete with the first. */
const MAX_NEXT_STEPS = 3;
/** Upper bound of a result's text, in characters: far above any real answer, far below a model's window. */
const MAX_TEXT = 24_000;

/**
 * The single exit: every tool result is built here, so that redaction and the form of an answer (text, then what to do
 * next, and the same facts as structured content) can't be forgotten anywhere.
 */
export function successResult(
  facts: readonly Fact[],
  next: readonly string[],
  redactor: Redactor,
): CallToolResult {
  const { lines, data } = told(facts);
  const nextSteps = next.slice(0, MAX_NEXT_STEPS);
  return {
    content: [{ type: "text", text: textOf(lines, nextSteps, redactor) }],
    structuredContent: redactor.redactDeep({ ...data, nextSteps }),
  };
}

/** A call that could not be carried out. No structured content: it would not be of the tool's schema. */
export function errorResult(
  lines: readonly string[],
  next: readonly string[],
  redactor: Redactor,
): CallToolResult {
  const text = textOf(lines, next.slice(0, MAX_NEXT_STEPS), redactor);
  return { content: [{ type: "text", text }], isError: true };
}

/** Cut at the end of a line, so that nobody's words are left without their closing quotation mark. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const end = text.lastIndexOf("\n", MAX_TEXT);
  return end < 0 ? "(cut)" : `${text.slice(0, end)}\n(cut)`;
}

function textOf(lines: readonly string[], next: readonly string[], redactor: Redactor): string {
  const steps = next.length === 0 ? [] : ["", "Next:", ...next.map((step, index) => `${index + 1}. ${step}`)];
  const shown = redactor.redact(lines.join("\n")).trim();
  return `${cut(shown)}${redactor.redact(steps.map((step) => `\n${step}`).join(""))}`.trim();
}
