import { rank } from "../diagnosis/rank.js";
import { type FindingId, ruleOf } from "../diagnosis/rules/index.js";
import type { Preset } from "../presets/index.js";
import { clientEvent } from "./client-meanings.js";
import type { EventKind, LogEvent } from "./event.js";
import { FORMATS } from "./formats/index.js";
import { shown } from "./hide-secrets.js";
import { findingsOfEvents, findingsOfStories, type LogFinding, withoutGuesses } from "./log-findings.js";
import { isBan, isRefusal, MEANINGS } from "./meanings.js";
import { sourceOf } from "./trace-context.js";
import type { TracedStory } from "./traced-story.js";
import type { Parties } from "./whose.js";

/** What a log comes to, by party: whom a line concerns decides how much it weighs. */

/**
 * `past`: the same user has registered since. `unsure`: the line has only an address, and no user's is known.
 * `elsewhere`: from another address than those from which this user succeeds. `other`: a user whom the PBX does not know, beside others whom it does. `noise`: a scanner, or another user's address.
 */
export type Concern = "now" | "past" | "unsure" | "elsewhere" | "other" | "noise";

/** Events that name an address, and mostly no user. */
const OF_ADDRESSES = /^(?:(?:told-)?banned$|flooded$|tls-|acl-(?:dropped|rejects)$)/;
/** What a later success of the same user ends. */
const ENDS = /^(?:(?:told-)?banned$|flooded$|tls-|client-|unreachable$|not-registered$)/;

/** Formats of clients, and packet lists taken beside one. */
const OWN_CONNECTIONS: ReadonlySet<string> = new Set([
  ...FORMATS.flatMap(({ dialect, ownConnections }) => (ownConnections ? [dialect] : [])),
  "tcpdump",
]);

export function concernOf(event: LogEvent, parties: Parties): Concern {
  const { user, address, kind, line } = event;
  const past = (isRefusal(kind) || ENDS.test(kind)) && line < parties.lastSuccess(user);
  if (user !== undefined) {
    const standing = parties.standing(user);
    if (standing !== "principal") return standingConcern(standing, address, parties);
    if (past) return "past";
    const failed = isRefusal(kind) || kind === "challenged" || ENDS.test(kind);
    return failed && !OWN_CONNECTIONS.has(event.dialect) && parties.isImpostor(event) ? "elsewhere" : "now";
  }
  // A client logs its own connections.
  if (OWN_CONNECTIONS.has(event.dialect)) return past ? "past" : "now";
  const owns = parties.owns(address);
  if (owns === "no" && kind !== "ban-elsewhere") return "noise";
  if (past) return "past";
  return owns === "unknown" && OF_ADDRESSES.test(kind) ? "unsure" : "now";
}

/** Of one who is not in question: a guess, unless it comes from an address of those who are. */
function standingConcern(
  standing: "unknown user" | "scanner",
  address: string | undefined,
  parties: Parties,
): Concern {
  const stranger = parties.owns(address) === "no" && parties.lastSuccess(undefined) > 0;
  return standing === "scanner" || stranger ? "noise" : "other";
}

/** Events that mean something else if their user appears nowhere else in the log. */
export function withOwners(events: readonly LogEvent[], parties: Parties): LogEvent[] {
  const registered = new Map<string, number>();
  for (const event of events) {
    if (event.kind === "provider-registered") registered.set(providerOf(event), event.line);
  }
  return events.map((event) => {
    const over = event.kind === "provider-refused" && event.line < (registered.get(providerOf(event)) ?? 0);
    return { ...event, kind: over ? "provider-refused-before" : kindByOwner(event, parties) };
  });
}

/** Which of the PBX's own registrations, as its line names it first. */
function providerOf({ dialect, detail = "" }: LogEvent): string {
  return `${dialect} ${/^\S{0,200}/.exec(detail)?.[0]}`;
}

function kindByOwner({ kind, user, address, method }: LogEvent, parties: Parties): EventKind {
  // A ban of an address at which no user of interest was seen is another one's.
  if (isBan(kind) && user === undefined && parties.owns(address) === "no") return "ban-elsewhere";
  // chan_sip writes the same about a wrong password and about a caller whom it does not know and takes no guests from.
  if (kind === "auth-failed" && method === "INVITE" && !parties.isKnown(user)) {
    return parties.principals.length > 0 ? "call-of-stranger" : "call-unproven";
  }
  return kind;
}

export interface Judged {
  readonly events: readonly LogEvent[];
  readonly stories: readonly TracedStory[];
  readonly parties: Parties;
  readonly lines: readonly string[];
  readonly preset: Preset | undefined;
}

/** Findings, the most telling first. */
export function findingsOf({ events: all, stories, parties, lines, preset }: Judged): LogFinding[] {
  const events = withoutRepeats(all, stories, preset);
  const byConcern = new Map<Concern, LogEvent[]>();
  for (const event of events) {
    const concern = concernOf(event, parties);
    const group = byConcern.get(concern);
    if (group === undefined) byConcern.set(concern, [event]);
    else group.push(event);
  }
  const told = [...byConcern].flatMap(([concern, group]) =>
    findingsOfEvents(group, lines, preset).map((finding) => weighed(finding, concern)),
  );
  const own = stories.filter(({ trunk }) => !trunk);
  const traced = (["now", "past", "elsewhere", "other", "noise"] as const).flatMap((concern) => {
    const group = own.filter((story) => storyConcern(story, parties) === concern);
    return withoutGuesses(findingsOfStories(group, preset), byConcern.get(concern) ?? []).map((finding) =>
      weighed(finding, concern),
    );
  });
  const trunks = events.some(({ kind }) => kind.startsWith("provider-refused")) ? [] : trunkFindings(stories);
  return rank([...told, ...traced, ...trunks]);
}

/** The code that a client prints of an answer says less than the answer, where the trace has it and a rule has read it. */
function withoutRepeats(
  events: readonly LogEvent[],
  stories: readonly TracedStory[],
  preset: Preset | undefined,
): readonly LogEvent[] {
  const own = stories.filter(({ trunk }) => !trunk);
  const answered = new Set(
    own.flatMap(({ story }) => clientEvent(story.exchanges.at(-1)?.final?.status ?? 0) ?? []),
  );
  if (!events.some(({ kind }) => answered.has(kind))) return events;
  const traced = new Set(findingsOfStories(own, preset).map(({ id }) => id));
  return events.filter(({ kind }) => {
    const { finding } = MEANINGS[kind];
    return !answered.has(kind) || finding === undefined || !traced.has(finding);
  });
}

export function storyConcern({ story }: TracedStory, parties: Parties): Concern {
  const standing = parties.standing(story.user);
  const source = sourceOf(story);
  if (standing !== "principal") return standingConcern(standing, source, parties);
  const begin = story.exchanges[0]?.first.line ?? 0;
  const end = story.exchanges.at(-1)?.last.line ?? 0;
  if (story.user !== undefined && parties.lastSuccess(story.user) >= end) return "past";
  return parties.isImpostor({ user: story.user, address: source, line: begin }) ? "elsewhere" : "now";
}

/** What these say of a good registration holds although it is good. */
const OF_SUCCESS: ReadonlySet<FindingId> = new Set<FindingId>(["binding-not-listed", "answer-lost"]);

const ADDED: Readonly<Record<Exclude<Concern, "now">, string>> = {
  past: " It is over: the same user is registered later in the log.",
  unsure: " The log does not tell whose address it is.",
  elsewhere:
    " It comes from another address than those from which this user is registered, and never succeeds there: it looks like another person's attempt. If that address is the platform's, it is the agent's: a phone has the extension, and the agent has a different password from that phone's.",
  other: " The PBX knows others in this log, but not this user: it may be a stranger's attempt.",
  noise: " It looks like an attempt by a scanner or another person.",
};

/** Warnings that a later success answers. */
const ENDED_BY_SUCCESS: ReadonlySet<FindingId> = new Set<FindingId>([
  MEANINGS.unreachable.finding ?? "contact-unreachable",
  "interval-too-brief",
]);

/** Once or twice is a restart. */
const COMES_AND_GOES = 3;

function weighed(finding: LogFinding, concern: Concern): LogFinding {
  if (concern === "now" || finding.severity === "info") return finding;
  if (concern === "past" && OF_SUCCESS.has(finding.id)) return finding;
  // A remark on a good registration stays what it is.
  if (concern === "past" && finding.severity === "warning" && !ENDED_BY_SUCCESS.has(finding.id))
    return finding;
  if (concern === "past" && finding.id === MEANINGS.unreachable.finding && finding.count >= COMES_AND_GOES) {
    const cause = `${finding.cause} It comes and goes, ${finding.count} times in this log: the way to the device is not steady.`;
    return { ...finding, cause, severity: "warning" };
  }
  const cause = `${finding.cause}${ADDED[concern]}`;
  const confidence = finding.confidence === "high" && concern !== "past" ? "medium" : finding.confidence;
  if (concern === "unsure") return { ...finding, cause, confidence };
  return { ...finding, cause, confidence, severity: concern === "other" ? "warning" : "info" };
}

/** A registration of the PBX itself with its provider that failed: a remark, since it is not the agent's. */
function trunkFindings(stories: readonly TracedStory[]): LogFinding[] {
  const failed = stories.flatMap(({ story, trunk }) =>
    trunk ? (failureOf(story.exchanges.at(-1)) ?? []) : [],
  );
  const [first] = failed;
  if (first === undefined) return [];
  const { id, severity, title, cause, fix } = ruleOf("provider-refused");
  return [
    {
      id,
      severity,
      title,
      cause,
      fix,
      evidence: first,
      confidence: "medium",
      users: [],
      count: failed.length,
    },
  ];
}

type Exchange = TracedStory["story"]["exchanges"][number];

function failureOf(end: Exchange | undefined): string | undefined {
  if (end === undefined) return undefined;
  const { final, withCredentials, sends, provisional, last, request } = end;
  const to = `line ${last.line}: the PBX's own ${shown(`REGISTER ${request.uri}`, 100)}`;
  if (final === undefined) return sends > 1 && !provisional ? `${to} gets no answer` : undefined;
  const asked = (final.status === 401 || final.status === 407) && !withCredentials;
  return final.status < 300 || asked
    ? undefined
    : `${to} is answered ${final.status} ${shown(final.reason, 60)}`;
}
