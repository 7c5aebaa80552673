import { timeOf } from "../line.js";
import { type InputStep, type PastedLine, withText } from "./pasted-line.js";
import { isHeader, isSdp, startLineAt } from "./shapes.js";

/** Takes off what other programs have put before every line of a stretch. */

/** Known by their looks: quoting mail, docker compose, kubectl, the container runtime, grep. */
const KNOWN: readonly RegExp[] = [
  /^>{1,20} ?/,
  /^[\w.-]{1,60} {0,40}\| ?/,
  /^\[pod\/[^\]\s]{1,160}\] ?/,
  /^\d{4}-\d{2}-\d{2}T[\d:.]{8,20}(?:Z|[+-]\d{2}:\d{2}) (?:stdout|stderr) [FP] ?/,
  /^(?:[\w.~-]{0,60}\/){0,12}[\w.-]{1,60}[:-](?:\d{1,9}[:-])?(?=\[\d|\[[A-Z][a-z]{2} |\d{4}-\d{2}-\d{2} |[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:)/,
];
/** One may be within another: compose within a quoted mail. */
const NESTED = 3;
const MAX_SHAPES = 8;

export const stripKnownPrefixes: InputStep = (lines) => {
  let stripped = lines;
  for (let round = 0; round < NESTED; round += 1) {
    const before = stripped;
    for (const prefix of KNOWN) stripped = withoutPrefix(stripped, prefix);
    if (stripped === before) break;
  }
  return stripped;
};

/** Only where more than one line has it, or nothing else is there: a single one may be the line's own. */
function withoutPrefix(lines: readonly PastedLine[], prefix: RegExp): readonly PastedLine[] {
  let filled = 0;
  let found = 0;
  for (const { text } of lines) {
    if (text === "") continue;
    filled += 1;
    if (prefix.test(text)) found += 1;
  }
  if (found === 0 || (found < 2 && filled > 1)) return lines;
  return lines.map((line) => withText(line, line.text.replace(prefix, "")));
}

/**
 * The text before a start line and, in the same shape, before the header below it: the time, process and level that
 * syslog, journald, logcat or any other logger gives each line of a message. Digits may differ from line to line.
 */
export const stripSharedPrefixes: InputStep = (lines) => {
  const shapes = new Map<string, readonly string[]>();
  for (const [index, { text }] of lines.entries()) {
    const at = startLineAt(text);
    if (at <= 0 || shapes.size === MAX_SHAPES) continue;
    const prefix = text.slice(0, at);
    const shape = shapeOf(prefix);
    const below = restAfter(lines[index + 1]?.text ?? "", shape);
    if (prefix.trim() !== "" && below !== undefined && isHeader(below)) shapes.set(shape.join("\n"), shape);
  }
  if (shapes.size === 0) return lines;
  return lines.map((line) => {
    for (const shape of shapes.values()) {
      const rest = restAfter(line.text, shape);
      if (rest !== undefined) return withText(line, withTime(line.text, rest));
    }
    return line;
  });
};

/** Runs of digits, runs of blanks, and what is between them. */
function shapeOf(prefix: string): string[] {
  return prefix.match(/\d+|\s+|[^\d\s]+/g) ?? [];
}

/** What follows a prefix of that shape; `undefined` where the line does not begin so. */
function restAfter(text: string, shape: readonly string[]): string | undefined {
  let at = 0;
  for (const [index, part] of shape.entries()) {
    const run = /^\d/.test(part) ? /\d/ : /^\s/.test(part) ? /\s/ : undefined;
    if (run === undefined) {
      if (!text.startsWith(part, at)) return undefined;
      at += part.length;
      continue;
    }
    const from = at;
    // The last blanks may be the line's own: an empty line has lost them, an indented one has more.
    const most = index === shape.length - 1 ? part.length : Number.POSITIVE_INFINITY;
    while (at - from < most && at < text.length && run.test(text[at] ?? "")) at += 1;
    if (at === from && !(index === shape.length - 1 && at === text.length)) return undefined;
  }
  return text.slice(at);
}

/** A line that is not part of a message keeps the time from its prefix. */
function withTime(text: string, rest: string): string {
  if (rest.trim() === "" || isHeader(rest) || isSdp(rest) || startLineAt(rest) >= 0) return rest;
  const time = timeOf(rest) === undefined ? timeOf(text) : undefined;
  return time === undefined ? rest : `${time} ${rest}`;
}
