import { type InputStep, type PastedLine, withText } from "./pasted-line.js";

/**
 * Takes off what web pages for pastes put before each line of a list: a dash, or the line's number. Only where most lines
 * have it, and numbers count up.
 */

const DASH = /^\s{0,4}- (?=\S)|^\s{0,4}-$/;
const NUMBER = /^\s{0,6}(\d{1,5})\. ?(?= {0,40}\S|$)/;
const FEWEST = 4;
/** Of the lines with something in them; others are the question above, and what the page says of itself. */
const SHARE = 0.6;

export const stripListMarks: InputStep = (lines) => {
  const filled = lines.filter(({ text }) => text.trim() !== "");
  if (filled.length < FEWEST) return lines;
  const enough = Math.max(FEWEST, filled.length * SHARE);
  if (filled.filter(({ text }) => DASH.test(text)).length >= enough) return without(lines, DASH);
  return countingUp(filled) >= enough ? without(lines, NUMBER) : lines;
};

function without(lines: readonly PastedLine[], mark: RegExp): readonly PastedLine[] {
  return lines.map((line) => withText(line, line.text.replace(mark, "")));
}

/** How many lines have the number that follows the one before. */
function countingUp(lines: readonly PastedLine[]): number {
  let last: number | undefined;
  let found = 0;
  for (const { text } of lines) {
    const number = NUMBER.exec(text)?.[1];
    if (number === undefined) continue;
    if (last === undefined || Number(number) === last + 1) found += 1;
    last = Number(number);
  }
  return found;
}
