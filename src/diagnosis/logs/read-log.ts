import { loadPreset, type Preset } from "../../presets/index.js";
import { CONFIDENCES, SEVERITIES } from "../finding.js";
import { THREE_CX } from "./3cx.js";
import { ASTERISK } from "./asterisk.js";
import { FAIL2BAN } from "./bans.js";
import { CHAN_SIP } from "./chan-sip.js";
import { DIALECTS, type EventKind, type LogEvent } from "./event.js";
import { folded, type ShownEvent } from "./event-words.js";
import { FREESWITCH } from "./freeswitch.js";
import { KAMAILIO } from "./kamailio.js";
import { type DialectPatterns, readLine, splitLogLines } from "./line.js";
import { findingsOfEvents, findingsOfStories, type LogFinding, withoutGuesses } from "./log-findings.js";
import { isRefusal } from "./meanings.js";
import { OPENSSL } from "./openssl.js";
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
  /** In the order of the log; equal ones in a row are one. The last ones, where there are more than wanted. */
  readonly events: readonly ShownEvent[];
  /** Those before them that are left out. */
  readonly eventsLeftOut: number;
  /** The most telling first. */
  readonly findings: readonly LogFinding[];
  /** How the last registration that is seen ends. */
  readonly outcome: "registered" | "refused" | "no answer" | "gone" | "none";
  /** Id of the preset that the log itself gives away. */
  readonly presetId?: string;
}

export interface ReadOptions {
  /** Leaves out what is about other users. */
  readonly username?: string;
  readonly preset?: Preset;
  /** All, where it is left out. */
  readonly maxEvents?: number;
}

/** What a log holds, before it is judged. */
interface UnderstoodLog {
  readonly lines: readonly string[];
  readonly understood: number;
  readonly unknown: number;
  readonly events: readonly LogEvent[];
  /** Those that are about the user who is asked for. */
  readonly own: readonly LogEvent[];
  readonly stories: readonly RegisterStory[];
  readonly presetId?: string;
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
export function readLog(text: string, options: ReadOptions = {}): LogReport {
  return reportOf(understand(text, options.username), options);
}

/** As {@link readLog}, in the words of the preset that is named, or else of the one that the log gives away. */
export async function readLogWithPreset(
  text: string,
  { presetId, ...options }: Omit<ReadOptions, "preset"> & { readonly presetId?: string },
): Promise<LogReport> {
  const log = understand(text, options.username);
  const known = presetId ?? log.presetId;
  const preset = known === undefined ? undefined : await loadPreset(known);
  return reportOf(log, preset === undefined ? options : { ...options, preset });
}

function understand(text: string, username: string | undefined): UnderstoodLog {
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
  const presetId = presetOfStories(stories) ?? presetOfDialect(events);
  return {
    ...{ lines, understood, unknown, events, own, stories },
    ...(presetId === undefined ? {} : { presetId }),
  };
}

function reportOf(
  { lines, understood, unknown, events, own, stories, presetId }: UnderstoodLog,
  { preset, maxEvents = Number.POSITIVE_INFINITY }: ReadOptions,
): LogReport {
  const told = findingsOfEvents(own, lines, preset);
  const rows = folded(own);
  const eventsLeftOut = Math.max(0, rows.length - maxEvents);
  return {
    writtenBy: [...new Set(events.map(({ dialect }) => DIALECTS[dialect]))],
    lines: lines.length,
    understood,
    unknown,
    aboutOthers: events.length - own.length,
    events: rows.slice(eventsLeftOut),
    eventsLeftOut,
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

function presetOfStories(stories: readonly RegisterStory[]): string | undefined {
  for (const story of stories) {
    const id = presetIdOf(story);
    if (id !== undefined) return id;
  }
  return undefined;
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
