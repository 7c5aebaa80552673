import type { EventKind, LogEvent } from "./event.js";
import { shown } from "./hide-secrets.js";
import { MEANINGS } from "./meanings.js";

export interface ShownEvent {
  readonly line: number;
  readonly lastLine: number;
  readonly count: number;
  readonly at?: string;
  readonly text: string;
}

/** Events in the order of the log, equal ones in a row as one. */
export function folded(events: readonly LogEvent[]): ShownEvent[] {
  const rows: ShownEvent[] = [];
  let before = "";
  for (const event of events) {
    const text = wordsOf(event);
    const last = rows.at(-1);
    if (last && text === before) {
      rows[rows.length - 1] = { ...last, lastLine: event.line, count: last.count + 1 };
    } else {
      rows.push({
        line: event.line,
        lastLine: event.line,
        count: 1,
        text,
        ...(event.at === undefined ? {} : { at: shownTime(event.at) }),
      });
    }
    before = text;
  }
  return rows;
}

/** A time is only digits: it is cut, and not redacted as a number. */
function shownTime(at: string): string {
  return at.replace(/[^\w ./:,-]/g, "").slice(0, 40);
}

/** Kinds whose detail is worth a word; with others it is a name of the program's own. */
const DETAILED: ReadonlySet<EventKind> = new Set<EventKind>([
  "registered",
  "unknown-user-403",
  "foreign-domain",
  "aor-not-found",
  "auth-missing",
  "auth-user-mismatch",
  "pbx-error",
  "provider",
  "provider-registered",
  "provider-refused",
  "provider-refused-before",
  "provider-no-registrar",
  "call-failed",
  "call-ended",
  "call-progress",
  "call-not-registered",
  "call-no-route",
  "call-unavailable",
  "call-busy",
  "call-declined",
  "call-not-answered",
  "call-cancelled",
  "call-congested",
  "call-unreached",
  "call-media-timeout",
  "call-media",
]);

/** `1001 from 192.0.2.1: refused, wrong password`. */
function wordsOf({ kind, user, address, towards, method, detail }: LogEvent): string {
  const who = user === undefined ? "" : shown(user, 60);
  const host = address?.replace(/:\d{1,5}$/, "");
  const where =
    host === undefined ? "" : `${who === "" ? "" : " "}${towards ? "to" : "from"} ${shown(host, 60)}`;
  const what = kind === "sip" ? (detail ?? "") : MEANINGS[kind].says;
  const about = method === undefined || method === "REGISTER" ? "" : `${shown(method, 16)} `;
  const more = DETAILED.has(kind) && detail !== undefined ? ` (${shown(detail, 80)})` : "";
  const subject = `${who}${where}`;
  return `${subject === "" ? "" : `${subject}: `}${kind === "sip" ? "" : about}${what}${more}`;
}
