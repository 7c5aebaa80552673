import { type PastedLine, withText } from "../pasted-line.js";
import { isHeader } from "../shapes.js";
import { type Arrow, clockTime, endOf, packetLine, readSaid } from "./said.js";

/**
 * Calls written as lines with arrows: `A -> B: INVITE`, Mermaid's and PlantUML's sequences, `A --- INVITE ---> B`; and between two that
 * are named above, or not at all, `INVITE --->` and `<--- 100 Trying`.
 */

const TIME = /^\s{0,8}\[?((?:\d{4}-\d{2}-\d{2}[ T])?\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)Z?\]?\s{1,4}/;
const NUMBER = /^[\s>*#]{0,12}(?:\(?\d{1,3}[.)]\s{1,3})?/;
const ENDS =
  /^(?<one>[A-Za-z0-9][\w .()/+@"-]{0,38}?(?::\d{2,5})?)\s{0,4}(?<arrow>-{1,4}>{1,2}|={1,4}>{1,2}|→|<{1,2}-{1,4}|<={1,4}|←)\s{0,4}(?<other>[A-Za-z0-9"][\w .()/+@"-]{0,38}?(?::\d{2,5})?)(?:\s{0,4}:\s{0,4}|\s{1,4}(?=(?:INVITE|ACK|BYE|CANCEL|REGISTER|REFER|SIP|[1-6]\d{2})\b))(?<words>\S.{0,160})$/;
const THROUGH =
  /^(?<one>[A-Za-z0-9][\w .()/+@-]{0,38}?)\s{0,4}(?<begin><?)[-=]{2,60}\s{0,20}(?<words>[^<>-][^<>]{1,60}?)\s{0,20}[-=]{2,60}(?<end>>?)\s{0,4}(?<other>[A-Za-z0-9][\w .()/+@-]{0,38})\s{0,4}$/;
/** What is said may be long behind an arrow at the beginning. */
/** What is said before the two ends, as the table of a portal has it. */
const SAID_FIRST =
  /^\s{0,8}(?<words>(?:INVITE|ACK|BYE|CANCEL|[1-6]\d{2} [A-Z])[A-Za-z' -]{0,50}?)\s{1,12}(?<one>\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)\s{0,4}(?:→|-{1,3}>)\s{0,4}(?<other>\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)(?:\s{1,12}(?<time>\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?))?\s{0,4}$/;
const TO_RIGHT = /^(?:[^<>|]{0,80}[-─=]{1,80}>{1,2}[^<>|]{0,60}|[-─=]{1,80}>{1,2}[^<>|]{0,200})$/;
const TO_LEFT = /^(?:[^<>|]{0,60}<{1,2}[-─=]{1,80}[^<>|]{0,80}|<{1,2}[-─=]{1,80}[^<>|]{0,200})$/;
const STROKES = /<{1,2}-{1,90}|[<>─=]{1,90}|-{2,90}|^\s{0,20}-|-\s{0,20}$/g;
/** Seconds since the first message, behind what is said. */
const TIME_BEHIND = /\s{1,60}[([]?(?:t ?= ?|@ ?|at |\+)(\d{1,5}(?:\.\d{1,9})?) ?s?[)\]]?\s{0,4}$/;

export function openArrowLines(lines: readonly PastedLine[]): readonly PastedLine[] {
  const named = opened(lines, namedArrow);
  return named === lines ? opened(lines, bareArrows()) : named;
}

/** A line of a list of packets, which has its own reader. */
const LISTED =
  /\d[.:][\da-f]{1,4}(?::\d{1,5})? (?:→|->) [\da-f.:]{7,45} {1,4}SIP(?:\/SDP|\/XML)? {1,4}(?:\d{1,5} {1,4})?(?:Request|Status): /i;

/** More are not written by hand; the rest stays as it is, and is counted as not understood. */
const MOST = 1_000;

type Reader = (text: string, row: number, lines: readonly PastedLine[]) => Arrow | undefined;

/** Two arrows and a request among them make a call; a single one may be anything. */
function opened(lines: readonly PastedLine[], read: Reader): readonly PastedLine[] {
  const arrows = new Map<number, Arrow>();
  for (const [row, { text }] of lines.entries()) {
    if (arrows.size === MOST) break;
    if (text.length > 240 || !/[<>→←]/.test(text) || LISTED.test(text)) continue;
    // A logger's frame, with the message below it.
    if (isHeader(lines[row + 1]?.text.trim() ?? "") && / SIP\/2\.0/.test(text)) continue;
    const arrow = read(text, row, lines);
    if (arrow !== undefined) arrows.set(row, arrow);
  }
  const all = [...arrows.values()];
  if (all.length < 2 || !all.some(({ said }) => said.isRequest)) return lines;
  return lines.map((line, row) => {
    const arrow = arrows.get(row);
    return arrow === undefined ? line : withText(line, packetLine(arrow));
  });
}

/** A row of a table has bars between its cells. */
function withoutBars(text: string): string {
  return /^\s{0,4}\|.{8,230}\|\s{0,4}$/.test(text) ? text.replace(/\s{0,4}\|\s{0,4}/g, "  ").trim() : text;
}

const namedArrow: Reader = (row) => {
  const text = withoutBars(row);
  const first = SAID_FIRST.exec(text)?.groups;
  if (first !== undefined) {
    const said = readSaid(first.words ?? "");
    const { one = "", other = "", time } = first;
    return said && { from: one, to: other, said, time: time === undefined ? undefined : clockTime(time) };
  }
  const time = TIME.exec(text);
  const bare = text.slice(time?.[0].length ?? 0).replace(NUMBER, "");
  const ends = ENDS.exec(bare)?.groups;
  const through = ends === undefined ? THROUGH.exec(bare)?.groups : undefined;
  const found = ends ?? through;
  if (found === undefined || (through !== undefined && through.begin === through.end)) return undefined;
  const said = readSaid(found.words ?? "");
  const [one, other] = [endOf(found.one ?? ""), endOf(found.other ?? "")];
  if (said === undefined || one === undefined || other === undefined || one === other) return undefined;
  const right = through === undefined ? !/[<←]/.test(found.arrow ?? "") : through.end === ">";
  const [from, to] = right ? [one, other] : [other, one];
  return { from, to, said, time: time === null ? undefined : clockTime(time[1] ?? "") };
};

function bareArrows(): Reader {
  const names = namesAbove();
  return (text, row, lines) => bareArrow(text, () => names(lines, row));
}

function bareArrow(text: string, namesOf: () => Names): Arrow | undefined {
  const time = TIME.exec(text);
  const rest = text.slice(time?.[0].length ?? 0).trim();
  const behind = time === null ? TIME_BEHIND.exec(rest) : null;
  const bare = behind === null ? rest : rest.slice(0, behind.index);
  const right = TO_RIGHT.test(bare);
  if (right === TO_LEFT.test(bare)) return undefined;
  const said = readSaid(bare.replace(STROKES, " "));
  if (said === undefined) return undefined;
  const [left, other] = namesOf();
  const [from, to] = right ? [left, other] : [other, left];
  const at = time?.[1] ?? behind?.[1];
  return { from, to, said, time: at === undefined ? undefined : clockTime(at) };
}

const LONGEST_NAME = 40;

type Names = readonly [left: string, right: string];

/** The two names in the last line above that has just two: asked for from above to below, and each line is read once. */
function namesAbove(): (lines: readonly PastedLine[], row: number) => Names {
  let names: Names = ["left.5060", "right.5060"];
  let next = 0;
  return (lines, row) => {
    for (; next < row; next += 1) names = twoNames(lines[next]?.text ?? "") ?? names;
    return names;
  };
}

function twoNames(text: string): Names | undefined {
  if (text.length > 160 || /[<>]/.test(text)) return undefined;
  const names = text
    .replace(/\*\*|\|/g, "   ")
    .split(/\s{3,160}/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
  // What is longer is a sentence.
  if (names.length !== 2 || names.some((name) => name.length > LONGEST_NAME)) return undefined;
  const [one, other] = names.map(endOf);
  return one === undefined || other === undefined || one === other ? undefined : [one, other];
}
