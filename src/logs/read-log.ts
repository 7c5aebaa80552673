import { present } from "../base/present.js";
import { rank } from "../diagnosis/rank.js";
import { ruleOf } from "../diagnosis/rules/index.js";
import { loadPreset, type Preset } from "../presets/index.js";
import { withEndsOfBindings } from "./bindings.js";
import { placeOf } from "./calls/addresses.js";
import { bareDescriptions } from "./calls/bare-sdp.js";
import { findingsOfCalls, viewsOf } from "./calls/call-findings.js";
import { callStories } from "./calls/call-story.js";
import { type CallView, callWords } from "./calls/call-view.js";
import { findCounters } from "./calls/counters/index.js";
import type { CallFact } from "./calls/fact.js";
import { callContext, type KnownVoice } from "./calls/parties.js";
import { settled } from "./calls/settle.js";
import { withoutContradicted } from "./contradicted.js";
import type { LogEvent } from "./event.js";
import { folded, type ShownEvent } from "./event-words.js";
import { FORMATS } from "./formats/index.js";
import { shown } from "./hide-secrets.js";
import { newestLast } from "./input/newest-first.js";
import type { PastedLine } from "./input/pasted-line.js";
import { prepareLines } from "./input/prepare.js";
import { type Concern, concernOf, findingsOf, storyConcern, withOwners } from "./judge.js";
import { type DialectPatterns, readLine } from "./line.js";
import type { LogFinding } from "./log-findings.js";
import { loneAnswers } from "./lone-answers.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { findPackets } from "./packet-list.js";
import { withPlaces } from "./places.js";
import { withUnmetChallenges } from "./repeated-challenges.js";
import { findTables } from "./status/tables.js";
import { toldReasons } from "./told-reasons.js";
import { BETWEEN_MESSAGES, findMessages, type TracedMessage } from "./trace.js";
import { contextOf, registeredFrom } from "./trace-context.js";
import { presetIdOf } from "./trace-evidence.js";
import { messageEvent, registerStories } from "./trace-story.js";
import { inContext, type TracedStory } from "./traced-story.js";
import { withBareUser } from "./user.js";
import { type Parties, partiesOf } from "./whose.js";

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
  /** It is about calls, or its first finding is. */
  readonly isOfCalls: boolean;
  /** The last calls of a trace, a line each. */
  readonly calls: readonly string[];
  /** The final state of the registration that the log is about. */
  readonly outcome: Outcome;
  /** Whom it may be about, where no user was asked for and there is more than one: the one seen last first. */
  readonly users: readonly string[];
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
  readonly stories: readonly TracedStory[];
  readonly calls: readonly CallView[];
  /** What counters of voice packets tell. */
  readonly counted: readonly CallFact[];
  readonly parties: Parties;
  readonly presetId?: string;
}

const MOST_SHOWN = 1_000;
const MOST_CALLS = 8;

const READERS: readonly DialectPatterns[] = [...FORMATS, BETWEEN_MESSAGES];

/** Who wrote the lines of a dialect. */
const WRITERS: ReadonlyMap<string, string> = new Map([
  ...FORMATS.map(({ dialect, writtenBy }) => [dialect, writtenBy] as const),
  ["sip", "SIP trace"],
  ["tcpdump", "tcpdump"],
  ["call-records", "call records"],
  ["pbx-page", "a PBX's web page"],
]);

/** Reads a pasted log or SIP trace. Pure, and linear in its length. */
export function readLog(text: string, options: ReadOptions = {}): LogReport {
  const { log, asPasted } = inOrder(text, options.username);
  return asPasted(reportOf(log, options));
}

/** As {@link readLog}, in the words of the preset that is named, or else of the one that the log gives away. */
export async function readLogWithPreset(
  text: string,
  { presetId, ...options }: Omit<ReadOptions, "preset"> & { readonly presetId?: string },
): Promise<LogReport> {
  const { log, asPasted } = inOrder(text, options.username);
  return asPasted(reportOf(log, await withPreset(options, presetId ?? log.presetId)));
}

async function withPreset(
  options: Omit<ReadOptions, "preset">,
  presetId: string | undefined,
): Promise<ReadOptions> {
  const preset = presetId === undefined ? undefined : await loadPreset(presetId);
  return preset === undefined ? options : { ...options, preset };
}

/** A log whose newest line comes first is read in reverse, and its lines are named as they were pasted. */
function inOrder(text: string, username: string | undefined) {
  const turned = newestLast(text);
  const { prepared, placeOf: pastedOf } = numbered(prepareLines(turned?.text ?? text));
  const log = understand(text, prepared, username);
  const lineOf = (line: number) => turned?.lineOf(pastedOf?.(line) ?? line) ?? pastedOf?.(line) ?? line;
  const asPasted = (report: LogReport) =>
    turned === undefined && pastedOf === undefined ? report : withPlaces(report, { word: "line", lineOf });
  return { log, asPasted };
}

/** Lines that were put into another order get numbers that grow, as the readers need them. */
function numbered(prepared: readonly PastedLine[]): {
  readonly prepared: readonly PastedLine[];
  readonly placeOf?: (line: number) => number;
} {
  if (prepared.every(({ line }, index) => line >= (prepared[index - 1]?.line ?? 0))) return { prepared };
  const pasted: number[] = [];
  const again = prepared.map((each, index) => {
    if (each.line !== prepared[index - 1]?.line) pasted.push(each.line);
    return { ...each, line: pasted.length };
  });
  return { prepared: again, placeOf: (line) => pasted[line - 1] ?? line };
}

/** As {@link readLogWithPreset}, of messages that did not come as text; their `line` is whatever number they have. */
export async function readMessagesWithPreset(
  messages: readonly TracedMessage[],
  refusals: readonly LogEvent[],
  {
    presetId,
    heard,
    ...options
  }: Omit<ReadOptions, "preset"> & Pick<KnownVoice, "heard"> & { readonly presetId?: string },
): Promise<LogReport> {
  const read = [...messages.map(messageEvent), ...refusals];
  const log = {
    ...{ lines: [], understood: messages.length, unknown: 0 },
    ...joined({ messages, read, refusals, ...present({ heard }) }, options.username),
  };
  return reportOf(log, await withPreset(options, presetId ?? log.presetId));
}

function understand(
  text: string,
  prepared: readonly PastedLine[],
  username: string | undefined,
): UnderstoodLog {
  const lineOf = (index: number) => prepared[index]?.line ?? index + 1;
  const texts = prepared.map((line) => line.text);
  const found = findMessages(texts);
  const packets = findPackets(texts, found.lines);
  const tables = findTables(texts);
  const counters = findCounters(texts);
  const bare = bareDescriptions(texts, found.lines);
  const messages = [...found.messages, ...packets.messages]
    .toSorted((one, other) => one.line - other.line)
    .map((traced) => ({ ...traced, line: lineOf(traced.line - 1) }));
  const read: LogEvent[] = [
    ...messages.map(messageEvent),
    ...[...packets.events, ...tables.events, ...counters.events].map((event) => ({
      ...event,
      line: lineOf(event.line - 1),
    })),
  ];
  const taken = new Set([found, packets, tables, counters, bare].flatMap(({ lines }) => [...lines]));
  const known = new Map<number, boolean>();
  for (const [index, { text: line, line: number }] of prepared.entries()) {
    if (line.trim() === "") continue;
    const said = taken.has(index) ? "known" : readLine(line, number, READERS);
    known.set(number, (known.get(number) ?? false) || said !== undefined);
    if (typeof said === "object") read.push(said.event);
  }
  const understood = [...known.values()].filter(Boolean).length;
  const unknown = known.size - understood;
  const lines = linesAsRead(text, prepared);
  const counted = [...counters.facts, ...bare.facts].map((fact) => ({
    ...fact,
    line: lineOf(fact.line - 1),
  }));
  const refusals = packets.events.filter(({ kind }) => kind === "client-port-refused");
  const { voice } = counters;
  return { lines, understood, unknown, ...joined({ messages, read, refusals, counted, voice }, username) };
}

/** What was found in a log, line by line or packet by packet. */
interface FoundInLog extends KnownVoice {
  readonly messages: readonly TracedMessage[];
  /** Events of all kinds, those of the messages too. */
  readonly read: readonly LogEvent[];
  /** ICMP: what refused a packet. */
  readonly refusals: readonly LogEvent[];
  /** What counters of voice packets tell. */
  readonly counted?: readonly CallFact[];
}

/** What belongs together of it: by user, by registration, by party. */
function joined(
  { messages, read, refusals, counted = [], ...known }: FoundInLog,
  username: string | undefined,
): Omit<UnderstoodLog, "lines" | "understood" | "unknown"> {
  const said = [...read, ...loneAnswers(messages), ...toldReasons(messages)];
  const events = withUnmetChallenges(
    withoutContradicted(withUsers(said.map(withBareUser))).toSorted((left, right) => left.line - right.line),
  );
  const concerns = (user: string | undefined) =>
    username === undefined || user === undefined || user === username;
  const context = contextOf(messages, refusals);
  const all = registerStories(messages);
  const parties = partiesOf(events, all, context, username);
  const stories = inContext(
    all.filter(({ user }) => concerns(user)),
    context,
    username,
  );
  const own = withEndsOfBindings(
    withOwners(
      events.filter(({ user }) => concerns(user)),
      parties,
    ),
    parties,
  );
  const presetId = presetOfStories(stories) ?? presetOfDialect(events);
  const views = viewsOf(callStories(messages), callContext(context, messages, registeredFrom(all), known));
  const calls = callsOf(views, username);
  return { events, own, stories, calls, counted, parties, ...present({ presetId }) };
}

/** What was read of each pasted line: without what mail, web page or logger had made of it. */
function linesAsRead(text: string, prepared: readonly PastedLine[]): string[] {
  const lines = new Array<string>(text.split("\n").length).fill("");
  for (const { text: part, line } of prepared) {
    const before = lines[line - 1];
    // What names an event is not far in; no more of a line is ever shown.
    if (before === undefined || before.length > MOST_SHOWN) continue;
    lines[line - 1] = before === "" ? part : `${before} ${part}`;
  }
  return lines;
}

/** Concerns that show the state of the registration in question. */
const ABOUT: ReadonlySet<Concern> = new Set<Concern>(["now", "past", "unsure"]);
const MOST_USERS = 8;

function shownUsers({ principals }: Parties): string[] {
  return principals.slice(0, MOST_USERS).map((user) => shown(user, 60));
}

function reportOf(
  { lines, understood, unknown, events, own, stories, calls, counted, parties, presetId }: UnderstoodLog,
  { preset, username, maxEvents = Number.POSITIVE_INFINITY }: ReadOptions,
): LogReport {
  const rows = folded(own);
  const eventsLeftOut = Math.max(0, rows.length - maxEvents);
  const findings = rank(
    settled([
      ...findingsOfCalls(calls, counted, preset),
      ...findingsOf({ events: own, stories, parties, lines, preset }).filter(
        ({ id, users }) => id !== "contact-private" || !users.some((user) => isReached(calls, user)),
      ),
    ]),
  );
  const outcome = outcomeOf(
    own.filter((event) => ABOUT.has(concernOf(event, parties))),
    stories.filter((story) => !story.trunk && ABOUT.has(storyConcern(story, parties))),
  );
  return {
    writtenBy: [...new Set(events.map(({ dialect }) => WRITERS.get(dialect) ?? dialect))],
    // What follows the last line end is not a line.
    lines: lines.length > 1 && lines.at(-1) === "" ? lines.length - 1 : lines.length,
    understood,
    unknown,
    aboutOthers: events.length - own.length,
    events: rows.slice(eventsLeftOut),
    eventsLeftOut,
    findings,
    isOfCalls:
      isOfCalls(findings[0]) || (findings.length === 0 && outcome === "none" && callsSeen(calls, own)),
    calls: calls.slice(-MOST_CALLS).map(callWords),
    outcome,
    users: username === undefined && parties.principals.length > 1 ? shownUsers(parties) : [],
    ...present({ presetId }),
  };
}

function isOfCalls(first: LogFinding | undefined): boolean {
  return first !== undefined && ruleOf(first.id).topic === "calls";
}

function callsSeen(calls: readonly CallView[], events: readonly LogEvent[]): boolean {
  return calls.length > 0 || events.some(({ kind }) => kind.startsWith("call-"));
}

/** Calls that have reached the place from which a user registered: the PBX does not go by the Contact. */
function isReached(calls: readonly CallView[], user: string): boolean {
  return calls.some(({ begin, callee, dialled, context }) => {
    const place = begin?.request === undefined ? undefined : placeOf(begin.request);
    const answered = begin !== undefined && begin.provisional.length + begin.finals.length > 0;
    return (
      answered &&
      place !== undefined &&
      [callee, dialled].includes(user) &&
      context.bound.get(user)?.has(place) === true
    );
  });
}

/** Those of the user who is asked for; all, if none shows that user: numbers are written in many forms. */
function callsOf(views: readonly CallView[], username: string | undefined): readonly CallView[] {
  const own = views.filter(
    ({ caller, callee, dialled }) => username !== undefined && [caller, callee, dialled].includes(username),
  );
  return own.length > 0 ? own : views;
}

/** A line that names an address and port, but no user, is about the one user who was seen there. */
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

function presetOfStories(stories: readonly TracedStory[]): string | undefined {
  for (const { story, trunk } of stories) {
    if (trunk) continue;
    const id = presetIdOf(story);
    if (id !== undefined) return id;
  }
  return undefined;
}

function presetOfDialect(events: readonly LogEvent[]): string | undefined {
  const seen = new Set(events.map(({ dialect }) => dialect));
  return FORMATS.find(({ dialect, preset }) => preset !== undefined && seen.has(dialect))?.preset;
}
