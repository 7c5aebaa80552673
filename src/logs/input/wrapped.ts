import { type InputStep, type PastedLine, withText } from "./pasted-line.js";
import { beginsEntry, isHeader, isSdp, startsMessage } from "./shapes.js";

/** Joins again what a terminal has cut at its width, or mail at a blank before its width. */

/** Terminals cut where they end; mail breaks at a blank, at 72 to 78 columns or after a word that is longer. */
const TERMINALS: ReadonlySet<number> = new Set([80, 100, 120, 132, 160, 200]);
const NARROWEST_TERMINAL = 79;
const TERMINAL = 80;
const WIDEST_MAIL = 100;
const NARROWEST = 60;
/** From so many lines of one width on, it is a window's. */
const FULL_LINES = 2;
/** The same of a window that is narrower than terminals mostly are. */
const MANY_FULL = 3;
const ABOUT = 9;
const WIDEST_PART = 200;
/** What has been joined grows no further: no line that is of use is longer. */
const LONGEST = 4_000;

interface Width {
  readonly columns: number;
  /** Cut where it ends, within words. */
  readonly terminal: boolean;
}

export const joinWrapped: InputStep = (lines) => {
  const width = widthOf(lines);
  const joined: PastedLine[] = [];
  /** Within the head of a message, whose every line is a header or the rest of one. */
  let head = false;
  let last: PastedLine | undefined;
  for (const line of lines) {
    const before = joined.at(-1);
    if (before && last && isRest(line, last, before, head, width)) {
      const gap = width.terminal && last.columns === width.columns ? "" : " ";
      joined[joined.length - 1] = withText(before, `${before.text}${gap}${line.text.trimStart()}`);
    } else joined.push(line);
    const whole = (joined.at(-1) as PastedLine).text;
    head = startsMessage(whole) || (head && isHeader(whole.trimStart()));
    last = line;
  }
  return joined;
};

/** The width at which lines were wrapped; 0 where nothing tells that any was. */
function widthOf(lines: readonly PastedLine[]): Width {
  let widest = 0;
  let full = 0;
  for (const { columns } of lines) {
    if (columns > widest) [widest, full] = [columns, 0];
    if (columns === widest) full += 1;
  }
  const terminal =
    TERMINALS.has(widest) ||
    (widest >= NARROWEST_TERMINAL && full >= FULL_LINES) ||
    (widest >= NARROWEST && full >= MANY_FULL && isCut(lines, widest));
  const wrapped = widest >= NARROWEST && (terminal || widest <= WIDEST_MAIL);
  const part = terminal ? 0 : widthOfPart(lines);
  if (part > 0) return { columns: part, terminal: true };
  return { columns: wrapped ? widest : 0, terminal };
}

/** Whether all lines that are about as wide are just as wide: mail, which breaks at blanks, has them of all widths. */
function isCut(lines: readonly PastedLine[], widest: number): boolean {
  return !lines.some(({ columns }) => columns < widest && columns > widest - ABOUT);
}

/**
 * The width of the terminal from which part of it was copied, and longer lines from elsewhere: a question above it, a log below it. 0
 * where nothing shows one. Of a width that terminals seldom have, no entry of a log may be longer.
 */
function widthOfPart(lines: readonly PastedLine[]): number {
  const cuts = new Map<number, number>();
  const whole = new Set<number>();
  let longestEntry = 0;
  for (const [index, { text, columns }] of lines.entries()) {
    if (beginsEntry(text)) longestEntry = Math.max(longestEntry, columns);
    if (columns < NARROWEST || columns > WIDEST_PART) continue;
    const next = lines[index + 1]?.text ?? "";
    if (next.trim() === "" || beginsEntry(next) || startsMessage(next) || isHeader(text)) whole.add(columns);
    // The rest of a line may look like a header.
    else if (!isHeader(next)) cuts.set(columns, (cuts.get(columns) ?? 0) + 1);
  }
  let best = 0;
  for (const [columns, count] of cuts) {
    const fits = columns === TERMINAL || columns >= longestEntry;
    if (count >= MANY_FULL && !whole.has(columns) && fits && columns > best) best = columns;
  }
  return best;
}

function isRest(
  { text }: PastedLine,
  last: PastedLine,
  before: PastedLine,
  head: boolean,
  { columns: width }: Width,
): boolean {
  const bare = text.trim();
  // ngrep's empty line is the dot of its CR.
  if (
    before.text.length > LONGEST ||
    bare === "" ||
    bare === "." ||
    isSdp(bare) ||
    beginsEntry(text) ||
    startsMessage(text)
  )
    return false;
  const wraps = width > 0 && /\w/.test(before.text) && fills(last, bare, width);
  // A header that is folded stays so: the message's own reader unfolds it.
  if (head) return !/^[ \t]/.test(text) && (!isHeader(text) || (wraps && cutInWord(before.text)));
  return wraps && !isHeader(text) && beginsEntry(before.text);
}

/** Whether the next word would not have fitted on that line. */
function fills({ columns }: PastedLine, next: string, width: number): boolean {
  if (columns === width) return true;
  const [word = ""] = next.split(/\s/, 1);
  return width <= WIDEST_MAIL && columns >= NARROWEST - 10 && columns + 1 + word.length > width;
}

/** Within a quoted string or an open bracket a line cannot be at its end. */
function cutInWord(text: string): boolean {
  const quotes = text.split('"').length - 1;
  return quotes % 2 === 1 || text.lastIndexOf("<") > text.lastIndexOf(">");
}
