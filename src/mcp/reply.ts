import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { inSlices, type Steps } from "../base/steps.js";
import type { Redactor } from "../redaction/redactor.js";
import { hasOutside } from "../redaction/untrusted.js";
import { type Fact, told } from "../tools/core/facts.js";

/** Suggestions beyond the third only compete with the first. */
const MAX_NEXT_STEPS = 3;
/** So many lines with others' words in them are looked through in a moment. */
const SHORT_REPLY = 60;
/** Upper bound of a result's text, in characters: far above any real answer, far below a model's window. */
const MAX_TEXT = 24_000;
/** Upper bound of the same facts as structured content, in which each value has its name. Characters, roughly. */
const MAX_DATA = 100_000;

/**
 * The single exit: every tool result is built here, so redaction and the form of an answer (text, then what to do
 * next, and the same facts as structured content) can't be forgotten anywhere. It is built in slices, since texts from
 * outside may take long to be looked at, and others wait meanwhile.
 */
export async function successResult(
  facts: readonly Fact[],
  next: readonly string[],
  redactor: Redactor,
): Promise<CallToolResult> {
  const { lines, data } = told(facts);
  const nextSteps = next.slice(0, MAX_NEXT_STEPS);
  const isLong = lines.length > SHORT_REPLY && lines.filter(hasOutside).length > SHORT_REPLY;
  return inSlices(bothOf(lines, { ...data, nextSteps }, redactor), isLong);
}

function* bothOf(
  lines: readonly string[],
  data: Record<string, unknown> & { nextSteps: readonly string[] },
  redactor: Redactor,
): Steps<CallToolResult> {
  const text = yield* textOf(lines, data.nextSteps, redactor);
  const structuredContent = yield* dataOf(data, redactor);
  return { content: [{ type: "text", text }], structuredContent };
}

/** A call that could not be carried out. No structured content: it would not be of the tool's schema. */
export async function errorResult(
  lines: readonly string[],
  next: readonly string[],
  redactor: Redactor,
): Promise<CallToolResult> {
  const text = await inSlices(textOf(lines, next.slice(0, MAX_NEXT_STEPS), redactor));
  return { content: [{ type: "text", text }], isError: true };
}

/** Cut at the end of a line, so no outside text is left without its closing quotation mark. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const end = text.lastIndexOf("\n", MAX_TEXT);
  return end < 0 ? "(cut)" : `${text.slice(0, end)}\n(cut)`;
}

function* textOf(lines: readonly string[], next: readonly string[], redactor: Redactor): Steps<string> {
  const steps = next.length === 0 ? [] : ["", "Next:", ...next.map((step, index) => `${index + 1}. ${step}`)];
  const shown = yield* shownLines(lines, redactor);
  const after = yield* shownLines(
    steps.map((step) => `\n${step}`),
    redactor,
  );
  return `${cut(shown.join("\n").trim())}${after.join("")}`.trim();
}

/** As many of them as can be seen, with a line more, by which it is seen that they have been cut. */
function* shownLines(lines: readonly string[], redactor: Redactor): Steps<string[]> {
  const shown: string[] = [];
  let room = 2 * MAX_TEXT;
  for (const line of lines) {
    if (room <= 0) break;
    const text = hasOutside(line) ? yield* redactor.redactSteps(line, room) : line;
    shown.push(text);
    room -= text.length + 1;
  }
  return shown;
}

/** What every reply says of itself comes before what others told, which may fill it. */
const FIRST = ["summary", "notes", "nextSteps"];

function* dataOf(data: Record<string, unknown>, redactor: Redactor): Steps<Record<string, unknown>> {
  const whole = yield* redactor.redactDeepSteps(data, MAX_DATA);
  if (whole.leftOut === 0) return whole.copy;
  const order = new Set([...FIRST.filter((name) => name in data), ...Object.keys(data)]);
  const ordered = Object.fromEntries([...order].map((name) => [name, data[name]]));
  const { copy, leftOut } = yield* redactor.redactDeepSteps(ordered, MAX_DATA);
  const copied = Object.fromEntries(Object.keys(data).map((name) => [name, copy[name]]));
  const said = `This answer is too long: ${leftOut} texts or entries of its structured content are left out.`;
  return { ...copied, notes: [...((copied.notes as string[] | undefined) ?? []), said] };
}
