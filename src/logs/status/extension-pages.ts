import { present } from "../../base/present.js";
import type { EventKind, LogEvent } from "../event.js";
import { endpoint } from "../frames.js";
import type { TableRead } from "./table-read.js";

/**
 * A PBX's page of extensions, copied as text: a row that names the columns, one of which is the extension and one its state
 * (Yeastar's Monitor, Grandstream's Extensions, FusionPBX's Registrations, and others of that kind).
 */

const EXTENSION =
  /^(?:ext(?:ension|\.)?(?: (?:no\.?|number))?|user|number|peer|account|nebenstelle|extensión|interno|anexo)$/i;
const STATE = /^(?:status|state|registration(?: status| state)?|sip status|estado|zustand)$/i;
const PLACE = /^(?:ip(?: address)?(?: ?(?:and|&|\/|:) ?port)?|address|host)$/i;
const LOST =
  /^(?:unregistered|not registered|unavailable|offline|expired|nicht registriert|no registrad[oa])\b/i;
const SILENT = /^(?:unreachable|lagged|inalcanzable)\b/i;
const THERE = /^(?:registered|idle|free|in ?use|busy|ringing|reachable|online|registriert|registrad[oa])\b/i;
const LONGEST = 600;

interface Columns {
  readonly extension: number;
  readonly state: number;
  readonly place: number;
}

export function readExtensionPages(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  let columns: Columns | undefined;
  // Users and their states are on many pages.
  let ofPhones = false;
  for (const [index, line] of lines.entries()) {
    if (line.length > LONGEST || line.trim() === "") continue;
    const cells = cellsOf(line);
    if (cells.length < 3) {
      columns = undefined;
      continue;
    }
    const named = columnsOf(cells);
    if (named !== undefined) {
      columns = named;
      ofPhones ||= /^ext/i.test(cells[named.extension] ?? "");
      used.add(index);
      continue;
    }
    const event = columns && rowOf(cells, columns, index + 1);
    if (event === undefined) continue;
    used.add(index);
    events.push(event);
    ofPhones ||= /regist/i.test(cells[columns?.state ?? 0] ?? "");
  }
  return !ofPhones || events.length === 0 ? { events: [], lines: new Set() } : { events, lines: used };
}

/** Cells are apart by tabs, as browsers copy them, by bars, or by more than one blank. */
function cellsOf(line: string): string[] {
  const sign = line.includes("\t") ? "\t" : line.includes("|") ? "|" : / {2,}/;
  const cells = line.split(sign).map((cell) => cell.trim());
  if (sign === "|" && cells[0] === "") cells.shift();
  return cells;
}

function columnsOf(cells: readonly string[]): Columns | undefined {
  const extension = cells.findIndex((cell) => EXTENSION.test(cell));
  const state = cells.findIndex((cell) => STATE.test(cell));
  if (extension < 0 || state < 0) return undefined;
  return { extension, state, place: cells.findIndex((cell) => PLACE.test(cell)) };
}

function rowOf(cells: readonly string[], columns: Columns, line: number): LogEvent | undefined {
  const user = /^([\w.+-]{1,40})(?:@\S{1,100})?$/.exec(cells[columns.extension] ?? "")?.[1];
  const kind = kindOf(cells[columns.state] ?? "");
  if (user === undefined || kind === undefined) return undefined;
  const place = cells[columns.place] ?? "";
  const address = /^[\d.]{7,15}(?::\d{1,5})?$/.test(place) ? (endpoint(place) ?? place) : undefined;
  return { dialect: "pbx-page", kind, line, user, ...present({ address }) };
}

function kindOf(state: string): EventKind | undefined {
  if (LOST.test(state)) return "not-registered";
  if (SILENT.test(state)) return "unreachable";
  return THERE.test(state) ? "registered" : undefined;
}
