import { diffArrays } from "diff";
import { cleanText } from "../redaction/text.js";
import type { OwnPart } from "./own-part.js";
import { shownLines } from "./shown-lines.js";

/** Longer lines and larger changes than these are not this program's: it writes a dozen lines. */
const MAX_SHOWN = 2_000;
const MAX_INDENT = 80;
const MAX_EDITS = 2_000;

/** A client's file at one moment. */
export interface FileState {
  text: string;
  own: OwnPart;
}

/** A line as it is, to be compared, and as it may be shown. */
interface Line {
  raw: string;
  shown: string;
}

/**
 * What changes between two states of a file, as lines with `-` and `+` under the line of the old file where they begin.
 * {@link shownLines} decides what is shown of them. A comma at the end of a line is not a change worth showing.
 *
 * @param literals the values that may be shown, as they are written, with their quotes.
 */
export function changedLines(before: FileState, after: FileState, literals: ReadonlySet<string>): string[] {
  const old = linesOf(before, literals);
  const now = linesOf(after, literals);
  const comparator = (one: Line, other: Line) => one.raw === other.raw;
  const parts = diffArrays(old, now, { comparator, maxEditLength: MAX_EDITS }) ?? [
    { value: old, added: false, removed: true },
    { value: now, added: true, removed: false },
  ];
  const lines: string[] = [];
  let line = 1;
  let inHunk = false;
  for (const { value, added, removed } of parts) {
    const changed = added || removed;
    if (changed && !inHunk) lines.push(`@@ line ${line} @@`);
    if (changed) lines.push(...value.map(({ shown }) => `${removed ? "-" : "+"}${shown}`));
    if (!added) line += value.length;
    inHunk = changed;
  }
  return lines;
}

function linesOf({ text, own }: FileState, literals: ReadonlySet<string>): Line[] {
  const shown = shownLines(text, own, literals);
  const lines = text.split("\n").map((line, index) => ({
    raw: line.replace(/^\uFEFF/, "").replace(/[\s,]+$/, ""),
    shown: oneLine(shown[index] ?? ""),
  }));
  return lines.at(-1)?.raw === "" ? lines.slice(0, -1) : lines;
}

function oneLine(line: string): string {
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  return `${indent.slice(0, MAX_INDENT)}${cleanText(line.slice(indent.length), MAX_SHOWN)}`;
}
