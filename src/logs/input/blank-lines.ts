import type { InputStep, PastedLine } from "./pasted-line.js";
import { isHeader, startsMessage } from "./shapes.js";

/** Passes over the empty lines that a page or a copied CR has put between the lines of a message. */
export const closeUpBlankLines: InputStep = (lines) => {
  const kept: PastedLine[] = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] as PastedLine;
    kept.push(line);
    index += 1;
    if (!startsMessage(line.text) || !isBlank(lines[index]) || !isHeader(trimmed(lines[index + 1]))) continue;
    const spaced = isBlank(lines[index + 2]) && isHeader(trimmed(lines[index + 3]));
    index = spaced ? closeUp(lines, index, kept) : index + 1;
  }
  return kept;
};

/** From the blank after a start line on, for as long as every other line is blank. Two and more are one of the text's own. */
function closeUp(lines: readonly PastedLine[], from: number, kept: PastedLine[]): number {
  let index = from;
  while (index < lines.length) {
    let blanks = 0;
    while (isBlank(lines[index + blanks])) blanks += 1;
    const next = lines[index + blanks];
    if (blanks > 1) kept.push(lines[index] as PastedLine);
    index += blanks;
    if (next === undefined || blanks === 0 || startsMessage(next.text)) break;
    kept.push(next);
    index += 1;
  }
  return index;
}

function isBlank(line: PastedLine | undefined): boolean {
  return line !== undefined && line.text.trim() === "";
}

function trimmed(line: PastedLine | undefined): string {
  return line?.text.trim() ?? "";
}
