import type { Preset } from "../../presets/index.js";
import { CONFIDENCES, SEVERITIES } from "../finding.js";
import { THREE_CX } from "./3cx.js";
import { ASTERISK } from "./asterisk.js";
import { FAIL2BAN } from "./bans.js";
import { CHAN_SIP } from "./chan-sip.js";
import { DIALECTS, type EventKind, type LogEvent } from "./event.js";
import { FREESWITCH } from "./freeswitch.js";
import { KAMAILIO } from "./kamailio.js";
import { type DialectPatterns, readLine, splitLogLines } from "./line.js";
import { findingsOfEvents, findingsOfStories, type LogFinding, withoutGuesses } from "./log-findings.js";
import { isRefusal, MEANINGS } from "./meanings.js";
import { OPENSSL } from "./openssl.js";
import { shown } from "./strike.js";
import { BETWEEN_MESSAGES, findMessages } from "./trace.js";
import { presetIdOf } from "./trace-evidence.js";
import { addressOfTo, messageEvent, type RegisterStory, registerStories, takesAway } from "./trace-story.js";
import { YEASTAR } from "./yeastar.js";

/** What a pasted log says. Every text in it is struck, cleaned and fit to be shown. */
export interface LogReport {
  /** Who wrote it, as far as lines were understood. */
  readonly writtenBy: readonly string[];
  readonly lines: number;
  readonly understood: number;
  readonly unknown: number;
  /** Lines and messages about other users, where one was asked for. */
  readonly aboutOthers: number;
  /** In the order of the log; equal ones in a row are one. */
  readonly events: readonly ShownEvent[];
  /** The most telling first. */
  readonly findings: readonly LogFinding[];
  /** How the last registration that is seen ends. */
  readonly outcome: "registered" | "refused" | "no answer" | "gone" | "none";
  /** Id of the preset that the log itself gives away. */
  readonly presetId?: string;
}

export interface ShownEvent {
  readonly line: number;
  readonly lastLine: number;
  readonly count: number;
  readonly at?: string;
  readonly text: string;
}

export interface ReadOptions {
  /** Leaves out what is about other users. */
  readonly username?: string;
  readonly preset?: Preset;
}

/** The first that fits reads a line: what is particular stands before what is general. */
const READERS: readonly DialectPatterns[] = [
  CHAN_SIP,
  ASTERISK,
  FREESWITCH,
  KAMAILIO,
  THREE_CX,
  YEASTAR,
  FAIL2BAN,
  OPENSSL,
  BETWEEN_MESSAGES,
];

/** Reads a pasted log or SIP trace. Pure, and linear in its length. */
export function readLog(text: string, { username, preset }: ReadOptions = {}): LogReport {
  const lines = splitLogLines(text);
  const traced = findMessages(lines);
  const read: LogEvent[] = traced.messages.map(messageEvent);
  let understood = 0;
  let unknown = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const said = traced.lines.has(index) ? "known" : readLine(line, index + 1, READERS);
    if (said === undefined) unknown += 1;
    else understood += 1;
    if (typeof said === "object") read.push(said.event);
  }
  const events = withUsers(read).toSorted((left, right) => left.line - right.line);
  const concerns = (user: string | undefined) =>
    username === undefined || user === undefined || user === username;
  const own = events.filter(({ user }) => concerns(user));
  const stories = registerStories(
    traced.messages.filter(({ message }) => concerns(addressOfTo(message)?.user)),
  );
  const told = findingsOfEvents(own, lines, preset);
  const presetId = stories.map(presetIdOf).find(Boolean) ?? presetOfDialect(events);
  return {
    writtenBy: [...new Set(events.map(({ dialect }) => DIALECTS[dialect]))],
    lines: lines.length,
    understood,
    unknown,
    aboutOthers: events.length - own.length,
    events: folded(own),
    findings: ranked([...told, ...withoutGuesses(findingsOfStories(stories, preset), own)]),
    outcome: outcomeOf(own, stories),
    ...(presetId === undefined ? {} : { presetId }),
  };
}

/** A line that names an address and port, but nobody, is about the one user who was seen there. */
function withUsers(events: readonly LogEvent[]): LogEvent[] {
  const usersAt = new Map<string, Set<string>>();
  for (const { user, address } of events) {
    if (user === undefined || address === undefined || !/:\d{1,5}$/.test(address)) continue;
    usersAt.set(address, (usersAt.get(address) ?? new Set()).add(user));
  }
  return events.map((event) => {
    const users = event.user === undefined ? usersAt.get(event.address ?? "") : undefined;
    const [user] = users ?? [];
    return users?.size === 1 && user !== undefined ? { ...event, user } : event;
  });
}

/** Only where a dialect belongs to one product. */
function presetOfDialect(events: readonly LogEvent[]): string | undefined {
  if (events.some(({ dialect }) => dialect === "3cx")) return "3cx";
  return events.some(({ dialect }) => dialect === "yeastar") ? "yeastar-p-series" : undefined;
}

function ranked(findings: readonly LogFinding[]): LogFinding[] {
  const weight = ({ severity, confidence }: LogFinding) =>
    SEVERITIES.indexOf(severity) * CONFIDENCES.length + CONFIDENCES.indexOf(confidence);
  return findings.toSorted((left, right) => weight(left) - weight(right));
}

function folded(events: readonly LogEvent[]): ShownEvent[] {
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

/** A time is digits alone: it is cut, and not struck for a number. */
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
  "call-failed",
  "call-ended",
  "call-progress",
  "call-not-registered",
  "call-no-route",
]);

/** `1001 from 192.0.2.1: refused, wrong password`. */
function wordsOf({ kind, user, address, method, detail }: LogEvent): string {
  const who = user === undefined ? "" : shown(user, 60);
  const host = address?.replace(/:\d{1,5}$/, "");
  const where = host === undefined ? "" : `${who === "" ? "" : " "}from ${shown(host, 60)}`;
  const what = kind === "sip" ? shown(detail ?? "", 120) : MEANINGS[kind].says;
  const about = method === undefined || method === "REGISTER" ? "" : `${shown(method, 16)} `;
  const more = DETAILED.has(kind) && detail !== undefined ? ` (${shown(detail, 80)})` : "";
  const subject = `${who}${where}`;
  return `${subject === "" ? "" : `${subject}: `}${kind === "sip" ? "" : about}${what}${more}`;
}

interface Mark {
  readonly line: number;
  readonly outcome: LogReport["outcome"];
}

const GONE: ReadonlySet<EventKind> = new Set<EventKind>(["unregistered", "expired", "transport-lost"]);
/** After these the registration goes on. */
const NOT_THE_END: ReadonlySet<EventKind> = new Set<EventKind>(["nonce-stale", "wants-contact"]);

/** The last word on a registration, of the PBX's lines and of the trace. */
function outcomeOf(events: readonly LogEvent[], stories: readonly RegisterStory[]): LogReport["outcome"] {
  const marks = [...events.flatMap(markOfEvent), ...stories.flatMap(markOfStory)];
  return marks.toSorted((left, right) => left.line - right.line).at(-1)?.outcome ?? "none";
}

function markOfEvent({ kind, line, method = "REGISTER" }: LogEvent): Mark[] {
  if (method !== "REGISTER" || NOT_THE_END.has(kind)) return [];
  if (kind === "registered") return [{ line, outcome: "registered" }];
  if (isRefusal(kind) || kind === "banned") return [{ line, outcome: "refused" }];
  return GONE.has(kind) ? [{ line, outcome: "gone" }] : [];
}

function markOfStory({ exchanges }: RegisterStory): Mark[] {
  const end = exchanges.at(-1);
  if (end === undefined) return [];
  const { final, request, sends, provisional, withCredentials } = end;
  const mark = (outcome: LogReport["outcome"]) => [{ line: end.last.line, outcome }];
  if (final === undefined) return sends > 1 && !provisional ? mark("no answer") : [];
  if (final.status < 300) return mark(takesAway(request) ? "gone" : "registered");
  const challenged = final.status === 401 || final.status === 407;
  return challenged && !withCredentials ? [] : mark("refused");
}
