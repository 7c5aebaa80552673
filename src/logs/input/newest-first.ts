/** Web pages of logs (Loki, Kibana, FRITZ!Box) show what is newest first. Here it is put the other way round. */

export interface InOrder {
  readonly text: string;
  /** The number in the paste, from 1, of a line of `text`. */
  readonly lineOf: (line: number) => number;
}

interface Entry {
  /** Index of its first line; those without a time that follow belong to it. */
  readonly from: number;
  readonly to: number;
  readonly time: Time;
}

interface Time {
  /** Grows from day to day; `undefined` where the line names none. */
  readonly day: number | undefined;
  readonly second: number;
}

/** What may come before a line's time: quotes and brackets, a container's or pod's name, the field of a JSON line. */
const BEFORE =
  /^(?:[\w.-]{1,60}\s{1,10}\|\s|\[pod\/[^\]\s]{1,120}\] |\{"(?:time|ts|date|@?timestamp)":\s?)?[^\w]{0,6}(?:[UT] )?/;
const CLOCK = /^(\d{1,2}):(\d{2}):(\d{2}(?:[.,]\d{1,9})?)/;
const YEAR_FIRST = /^(\d{4})[-/.](\d{2})[-/.](\d{2})[T ]\s?/;
const DAY_FIRST = /^(\d{1,2})\.(\d{1,2})\.(\d{2,4}),? {1,2}/;
const MONTH_FIRST = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? /;
const NAMED = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) /;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HALF_A_DAY = 43_200;
/** Falls of the clock in a row that a log in its order does not have. */
const FALLS = 2;

/** The paste in the order of its clocks; `undefined` where it is so already, or its clocks do not fall steadily. */
export function newestLast(text: string): InOrder | undefined {
  const lines = text.split("\n");
  const entries = entriesOf(lines);
  const order: number[] = [];
  let turned = false;
  const push = (from: number, to: number) => {
    for (let index = from; index < to; index += 1) order.push(index);
  };
  push(0, entries[0]?.from ?? lines.length);
  for (let at = 0; at < entries.length; ) {
    const end = stretchEnd(entries, at);
    const stretch = entries.slice(at, end);
    const backwards = falls(stretch) >= (entries.length === 2 ? 1 : FALLS);
    turned ||= backwards;
    for (const { from, to } of backwards ? stretch.toReversed() : stretch) push(from, to);
    at = end;
  }
  if (!turned) return undefined;
  return {
    text: order.map((index) => lines[index]).join("\n"),
    lineOf: (line) => (order[line - 1] ?? line - 1) + 1,
  };
}

function entriesOf(lines: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  const begun = (to: number) => {
    const last = entries.at(-1);
    if (last !== undefined) entries[entries.length - 1] = { ...last, to };
  };
  for (const [index, line] of lines.entries()) {
    const time = timeOf(line.slice(0, 240));
    if (time === undefined) continue;
    begun(index);
    entries.push({ from: index, to: lines.length, time });
  }
  return entries;
}

/** The end of the entries from `at` on whose clocks do not rise. */
function stretchEnd(entries: readonly Entry[], at: number): number {
  let end = at + 1;
  while (end < entries.length && passed(entries[end - 1], entries[end]) <= 0) end += 1;
  return end;
}

function falls(entries: readonly Entry[]): number {
  return entries.filter((entry, index) => index > 0 && passed(entries[index - 1], entry) < 0).length;
}

/** Seconds from one entry to the next; a clock without a date may have passed midnight. */
function passed(one: Entry | undefined, next: Entry | undefined): number {
  if (one === undefined || next === undefined) return 0;
  const seconds = next.time.second - one.time.second;
  if (one.time.day !== undefined && next.time.day !== undefined) {
    return (next.time.day - one.time.day) * 2 * HALF_A_DAY + seconds;
  }
  if (seconds < -HALF_A_DAY) return seconds + 2 * HALF_A_DAY;
  return seconds > HALF_A_DAY ? seconds - 2 * HALF_A_DAY : seconds;
}

function timeOf(line: string): Time | undefined {
  const rest = line.slice(BEFORE.exec(line)?.[0].length ?? 0);
  const [date = "", day] = dateOf(rest);
  const [, hours, minutes, seconds] = CLOCK.exec(rest.slice(date.length)) ?? [];
  if (seconds === undefined) return undefined;
  const second = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds.replace(",", "."));
  return { day, second };
}

function dateOf(text: string): readonly [date?: string, day?: number] {
  const [year, yearly, monthOf, dayOf] = YEAR_FIRST.exec(text) ?? [];
  if (year !== undefined) return [year, dayNumber(yearly, monthOf, dayOf)];
  const [german, first, second, third] = DAY_FIRST.exec(text) ?? [];
  if (german !== undefined) return [german, dayNumber(third, second, first)];
  const [american, month, day, ofYear] = MONTH_FIRST.exec(text) ?? [];
  if (american !== undefined) return [american, dayNumber(ofYear, month, day)];
  const [named, name = "", ofMonth] = NAMED.exec(text) ?? [];
  const index = MONTHS.indexOf(name);
  return named === undefined || index < 0 ? [] : [named, dayNumber("0", String(index + 1), ofMonth)];
}

/** Longer than any year and month, so it grows with the date. */
function dayNumber(year = "0", month = "0", day = "0"): number {
  return (Number(year) * 12 + Number(month)) * 31 + Number(day);
}
