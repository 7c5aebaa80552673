import { callEvent } from "../call-codes.js";
import type { EventKind, LogEvent } from "../event.js";
import { hangupCause } from "../formats/freeswitch-calls.js";
import type { TableRead } from "./table-read.js";

/**
 * Rows of call records (CDR) below a row that names their columns: as a database's client prints them, exported with commas, tabs or
 * semicolons, or copied from a page. What a row says is in `disposition` (Asterisk) or `hangup_cause` (FreeSWITCH).
 */

const HEAD =
  /\b(?:disposition|(?:hangup[_ ]|release |disconnect )?cause|call[_ ]?status|dialstatus|sip[_ ](?:code|response|status)|response[_ ]code)\b/i;
/** The first of these that a row has: words say more than the code of an answer, which there may be without a call. */
const WHAT: readonly RegExp[] = [
  /^(?:disposition|(?:hangup[_ ]|release |disconnect )?cause|dialstatus)$/i,
  /^(?:sip[_ ](?:code|response(?:[_ ]code)?|status(?:[_ ]code)?)|response[_ ]code)$/i,
  /^(?:call[_ ]?status|status)$/i,
];
const METHOD = /^method$/i;
const WHOM = /^(?:dst|dst_user|destination(?:[_ ]number)?|to|called|callee|did)$/i;
const APPLICATION = /^(?:last ?app|last[_ ]application|app)$/i;
/** Without one of these it may be a table of anything. */
const OF_CALLS =
  /\b(?:calldate|src|dst|clid|dcontext|billsec|duration|caller|destination|lastapp|channel|method|src_user|dst_user|from|to)\b/i;
const LONGEST = 1_000;

const DISPOSITIONS: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["no answer", "call-not-answered"],
  ["noanswer", "call-not-answered"],
  ["busy", "call-busy"],
  ["failed", "call-unavailable"],
  ["congestion", "call-congested"],
  ["chanunavail", "call-unavailable"],
  ["answered", "call-ended"],
  ["answer", "call-ended"],
  ["cancel", "call-cancelled"],
]);

type Sign = "|" | "\t" | "," | ";" | "  ";

interface Columns {
  readonly sign: Sign;
  readonly count: number;
  readonly what: number;
  readonly whom: number;
  readonly application: number;
  readonly method: number;
}

interface Row {
  readonly index: number;
  readonly kind: EventKind;
  readonly whom: string;
  readonly detail: string;
}

export function readCallRecords(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const rows: Row[] = [];
  let columns: Columns | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.length > LONGEST) continue;
    const named = HEAD.test(line) && OF_CALLS.test(line) ? columnsOf(line) : undefined;
    if (named !== undefined) {
      columns = named;
      used.add(index);
      continue;
    }
    if (columns === undefined || line.trim() === "") continue;
    if (/^[-+|:=\s]{3,}$/.test(line)) {
      used.add(index);
      continue;
    }
    const row = rowOf(line, index, columns);
    if (row === undefined) continue;
    rows.push(row);
    used.add(index);
  }
  return { events: eventsOf(rows), lines: used };
}

/** Where another row shows that the number is answered, the system is in order: one caller may not have waited. */
function eventsOf(rows: readonly Row[]): LogEvent[] {
  const answered = new Set(rows.filter(({ kind }) => kind === "call-ended").map(({ whom }) => whom));
  return rows.flatMap(({ index, kind, whom, detail }): LogEvent[] => {
    if (kind !== "call-ended" && answered.has(whom)) return [];
    const user = /^\+?[\w.*-]{1,40}$/.test(whom) ? { user: whom } : {};
    return [{ dialect: "call-records", kind, line: index + 1, detail, ...user }];
  });
}

function columnsOf(line: string): Columns | undefined {
  for (const sign of ["|", "\t", ";", ",", "  "] as const) {
    const cells = cellsOf(line, sign);
    const what = WHAT.map((wanted) => cells.findIndex((cell) => wanted.test(cell))).find((at) => at >= 0);
    if (cells.length < 3 || what === undefined) continue;
    return {
      sign,
      count: cells.length,
      what,
      whom: cells.findIndex((cell) => WHOM.test(cell)),
      application: cells.findIndex((cell) => APPLICATION.test(cell)),
      method: cells.findIndex((cell) => METHOD.test(cell)),
    };
  }
  return undefined;
}

function cellsOf(line: string, sign: Sign): string[] {
  const cells = (sign === "  " ? line.trim().split(/\t|\s{2,40}/) : line.split(sign)).map((cell) =>
    cell.trim().replace(/^["'](.{0,200})["']$/, "$1"),
  );
  if (sign === "|" && cells[0] === "") cells.shift();
  if (sign === "|" && cells.at(-1) === "") cells.pop();
  return cells;
}

function rowOf(line: string, index: number, columns: Columns): Row | undefined {
  const cells = cellsOf(line, columns.sign);
  // A name with a comma in quotes has the columns behind it shifted.
  const shift = cells.length - columns.count;
  // What is before a bar may have been taken for a logger's prefix.
  if (shift < (columns.sign === "|" ? -1 : 0) || shift > 2) return undefined;
  const at = (column: number) => (column < 0 ? "" : (cells[column + Math.min(shift, 0)] ?? ""));
  const detail = at(columns.what + (columns.sign === "," ? shift : 0)).slice(0, 60);
  if (!/^(?:INVITE)?$/.test(at(columns.method))) return undefined;
  const kind =
    DISPOSITIONS.get(detail.toLowerCase().replace("-", " ")) ??
    (/^[2-6]\d{2}$/.test(detail) ? callEvent(Number(detail), "pbx") : hangupCause(detail.toUpperCase()));
  if (kind === undefined) return undefined;
  // Voicemail is what answered.
  const voicemail = kind === "call-ended" && /^voicemail$/i.test(at(columns.application));
  return { index, kind: voicemail ? "call-not-answered" : kind, whom: at(columns.whom), detail };
}
