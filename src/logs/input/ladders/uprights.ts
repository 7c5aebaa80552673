import { type PastedLine, split, withText } from "../pasted-line.js";
import { type Arrow, clockTime, endOf, packetLine, readSaid, type Said } from "./said.js";

/**
 * A call drawn between upright lines, two or more, as sngrep's flow shows it and people draw it: names or addresses above, and arrows
 * with what they say, in the same row or in the one below.
 */

const BAR = /[|│┃║]/g;
const RULE = /[┬┼╤╥]/g;
const RIGHT = /[-─=—–]{1,120} ?[>►▶]|[→►▶]/;
const LEFT = /[<◄◀] ?[-─=—–]{1,120}|[←◄◀]/;
const STROKES = /[<>─=►▶◄◀→←—–]{1,120}|-{2,120}|^\s{0,20}-{1,2}|-{1,2}\s{0,20}$/g;
/** The arrow of a stream of voice, between two ports; the row above says what it carries. */
const STREAM = /\b\d{4,5} (?:[─-]{2,200}>|<[─-]{2,200}) \d{4,5}\b/;
const WIDEST = 400;

interface Waiting {
  readonly row: number;
  readonly said: Said;
  readonly time: string | undefined;
}

/** What a drawing is known to have so far. */
interface Drawing {
  rails: readonly number[];
  names: readonly string[];
  time: string | undefined;
  readonly waiting: Map<string, Waiting>;
}

export function openUprights(lines: readonly PastedLine[]): readonly PastedLine[] {
  const arrows = new Map<number, Arrow[]>();
  const drawn = new Set<number>();
  let drawing: Drawing | undefined;
  for (const [row, { text }] of lines.entries()) {
    if (text.length > WIDEST || STREAM.test(text)) continue;
    const rails = railsOf(text);
    if (rails !== undefined) {
      if (drawing?.rails.length !== rails.length) {
        drawing = { rails, names: namesAbove(lines, row, rails), time: undefined, waiting: new Map() };
      }
      drawn.add(row);
      continue;
    }
    const bars = places(text, BAR);
    if (bars.length < 2) continue;
    const has = RIGHT.test(text) || LEFT.test(text);
    if (drawing === undefined && has) {
      drawing = { rails: bars, names: namesAbove(lines, row, bars), time: undefined, waiting: new Map() };
    }
    if (drawing === undefined) continue;
    const found = readRow(drawing, text, bars, row);
    if (found === undefined) continue;
    drawn.add(row);
    for (const { at, arrow } of found) arrows.set(at, [...(arrows.get(at) ?? []), arrow]);
  }
  const all = [...arrows.values()].flat();
  if (all.length < 2 || !all.some(({ said }) => said.isRequest)) return lines;
  return lines.flatMap((line, row) => {
    const here = arrows.get(row);
    if (here !== undefined) return split(line, here.map(packetLine));
    return drawn.has(row) ? [withText(line, "")] : [line];
  });
}

/** Where the upright lines are, in a row that has nothing else. */
function railsOf(text: string): number[] | undefined {
  const bare = text.replace(BAR, " ").replace(RULE, " ").replace(/[─━═]/g, " ");
  if (bare.trim() !== "" && !/^\s{0,4}#\s{0,400}$/.test(bare)) return undefined;
  const rails = /[┬┼╤╥]/.test(text) ? places(text, RULE) : places(text, BAR);
  return rails.length < 2 || rails.length > 12 ? undefined : rails;
}

function places(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index);
}

function readRow(
  drawing: Drawing,
  text: string,
  bars: readonly number[],
  row: number,
): { at: number; arrow: Arrow }[] | undefined {
  const before = clockTime(text.slice(0, bars[0]).trim());
  if (before !== undefined) drawing.time = before;
  const found: { at: number; arrow: Arrow }[] = [];
  let isOfDrawing = false;
  for (const [index, bar] of bars.entries()) {
    const next = bars[index + 1];
    if (next === undefined) break;
    const inner = text.slice(bar + 1, next);
    const ends = columns(drawing, bars, index, bar, next);
    if (ends === undefined || inner.trim() === "") continue;
    const said = readSaid(inner.replace(STROKES, " "));
    const right = RIGHT.test(inner);
    const key = ends.join(" ");
    if (right === LEFT.test(inner)) {
      // Neither is a message (a stream of voice); none waits for its arrow.
      if (said !== undefined && !right) drawing.waiting.set(key, { row, said, time: drawing.time });
      if (said !== undefined || right) isOfDrawing = true;
      continue;
    }
    const waiting: Waiting | undefined =
      said === undefined ? drawing.waiting.get(key) : { row, said, time: drawing.time };
    drawing.waiting.delete(key);
    isOfDrawing = true;
    const [one, other] = ends.map((column) => drawing.names[column] ?? `column-${column + 1}.5060`) as [
      string,
      string,
    ];
    if (waiting === undefined || row - waiting.row > 4) continue;
    const [from, to] = right ? [one, other] : [other, one];
    found.push({ at: waiting.row, arrow: { from, to, said: waiting.said, time: waiting.time } });
  }
  return isOfDrawing ? found : undefined;
}

/** The columns between which a cell is written; a stroke may hide the upright lines that it crosses, and hands are not exact. */
function columns(
  { rails }: Drawing,
  bars: readonly number[],
  index: number,
  bar: number,
  next: number,
): readonly [number, number] | undefined {
  if (bars.length === rails.length) return [index, index + 1];
  const [left, right] = [nearest(rails, bar), nearest(rails, next)];
  return left < right ? [left, right] : undefined;
}

function nearest(rails: readonly number[], place: number): number {
  let best = 0;
  for (const [index, rail] of rails.entries()) {
    if (Math.abs(rail - place) < Math.abs((rails[best] ?? 0) - place)) best = index;
  }
  return best;
}

const HOW_FAR_UP = 4;

/** What is written above the upright lines: addresses rather than names, where both do. */
function namesAbove(lines: readonly PastedLine[], row: number, rails: readonly number[]): string[] {
  let names: string[] = [];
  for (let up = 1; up <= HOW_FAR_UP; up += 1) {
    const text = lines[row - up]?.text ?? "";
    if (text.length > WIDEST || text.trim() === "") continue;
    const found = namesIn(text, rails);
    if (found === undefined) break;
    const better = names.length === 0 || found.every((name) => /^\d/.test(name));
    if (better) names = found;
  }
  return names;
}

function namesIn(text: string, rails: readonly number[]): string[] | undefined {
  const addresses = [...text.matchAll(/\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?/g)].map(([address]) => address);
  if (addresses.length === rails.length) return addresses;
  if (RIGHT.test(text) || LEFT.test(text)) return undefined;
  const words = [...text.replace(BAR, " ").matchAll(/\S{1,60}(?: \S{1,60}){0,6}/g)].filter(
    ([word]) => !/^[#*\d:.\s─┬-]{1,60}$/.test(word),
  );
  if (words.length !== rails.length) return undefined;
  const ends = words.map(([word]) => endOf(word));
  if (ends.includes(undefined) || new Set(ends).size !== ends.length) return undefined;
  return ends as string[];
}
