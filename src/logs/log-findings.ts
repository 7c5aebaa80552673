import type { Finding } from "../diagnosis/finding.js";
import { presetFix } from "../diagnosis/preset-words.js";
import { findingsFrom } from "../diagnosis/rank.js";
import { type FindingId, RULES, ruleOf } from "../diagnosis/rules/index.js";
import type { Topic } from "../diagnosis/rules/rule.js";
import type { Preset } from "../presets/index.js";
import type { EventKind, LogEvent } from "./event.js";
import { shown, struck } from "./hide-secrets.js";
import { isRefusal, MEANINGS, type Meaning } from "./meanings.js";
import { evidenceOf } from "./trace-evidence.js";
import type { TracedStory } from "./traced-story.js";

/** What a log comes to: a finding of the diagnosis, seen by the PBX itself. */
export interface LogFinding extends Omit<Finding, "seenFrom"> {
  /** Whom it concerns; struck. */
  readonly users: readonly string[];
  /** How many lines or exchanges say so. */
  readonly count: number;
  /** Id of the entry of the troubleshooting table that fits. */
  readonly guide?: string;
}

const MAX_USERS = 5;

/** Rules that a trace of SIP messages has evidence for; the others want names, certificates or the platform. */
const TRACE_TOPICS: ReadonlySet<Topic> = new Set<Topic>(["reach", "registrar", "credentials", "path"]);
/** True of nearly every trace, and no news in one. */
const NOT_FROM_TRACES: ReadonlySet<FindingId> = new Set<FindingId>([
  "digest-in-clear",
  "nat",
  "register-without-credentials",
]);
const TRACE_RULES = RULES.filter(({ id, topic }) => TRACE_TOPICS.has(topic) && !NOT_FROM_TRACES.has(id));

/** Findings that the PBX's own lines lead to, in the order of the log. */
export function findingsOfEvents(
  events: readonly LogEvent[],
  lines: readonly string[],
  preset: Preset | undefined,
): LogFinding[] {
  const known = knownReasons(events);
  const groups = new Map<EventKind, LogEvent[]>();
  for (const event of events) {
    const kind = kindInCall(event);
    const { finding } = MEANINGS[kind];
    const ofAnother = (event.method ?? "REGISTER") !== "REGISTER" && !kind.startsWith("call-");
    if (finding === undefined || ofAnother) continue;
    if (/^(?:auth-failed(?:-403)?|call-unproven)$/.test(event.kind) && isKnown(known, event)) continue;
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [event]);
    else group.push(event);
  }
  return [...groups].flatMap(([kind, group]) => findingOf(kind, group, lines, preset));
}

/** The same refusal of an INVITE is one of a call. */
function kindInCall({ kind, method }: LogEvent): EventKind {
  return method === "INVITE" ? (OF_INVITES.get(kind) ?? kind) : kind;
}

const OF_INVITES: ReadonlyMap<EventKind, EventKind> = new Map<EventKind, EventKind>([
  ["unknown-user", "call-from-unknown"],
  ["unknown-user-403", "call-auth-failed"],
  ["auth-failed", "call-auth-failed"],
  ["auth-failed-403", "call-auth-failed"],
  ["wrong-password", "call-auth-failed"],
  ["acl-denied", "call-declined"],
]);

interface KnownReasons {
  readonly users: ReadonlySet<string | undefined>;
  readonly hosts: ReadonlySet<string | undefined>;
}

const WRITTEN_BEFORE: ReadonlySet<EventKind> = new Set<EventKind>([
  "unknown-user",
  "unknown-user-403",
  "acl-denied",
]);

/** PJSIP and FreeSWITCH write that authentication failed as well when user or address were the reason, which it wrote before. */
function knownReasons(events: readonly LogEvent[]): KnownReasons {
  const reasons = events.filter(({ kind }) => WRITTEN_BEFORE.has(kind));
  return { users: new Set(reasons.map(({ user }) => user)), hosts: new Set(reasons.map(hostOf)) };
}

function isKnown({ users, hosts }: KnownReasons, event: LogEvent): boolean {
  if (event.user !== undefined) return users.has(event.user);
  const host = hostOf(event);
  return host !== undefined && hosts.has(host);
}

function hostOf({ address }: LogEvent): string | undefined {
  return address?.replace(/:\d{1,5}$/, "");
}

function findingOf(
  kind: EventKind,
  group: readonly LogEvent[],
  lines: readonly string[],
  preset: Preset | undefined,
): LogFinding[] {
  const [first] = group;
  if (first === undefined) return [];
  const meaning: Meaning = MEANINGS[kind];
  if (meaning.finding === undefined) return [];
  const rule = ruleOf(meaning.finding);
  const fix = meaning.fix ?? rule.fix;
  const own = preset && meaning.hint && presetFix(meaning.hint, preset);
  const more = group.length - 1;
  return [
    {
      id: rule.id,
      severity: meaning.severity ?? rule.severity,
      title: meaning.title ?? rule.title,
      evidence: `line ${first.line}: ${struck(lines[first.line - 1] ?? "", 220, false)}${more > 0 ? ` (and ${more} more)` : ""}`,
      cause: meaning.cause ?? rule.cause,
      fix: own === undefined ? fix : `${own} ${fix}`,
      confidence: meaning.confidence ?? "medium",
      users: usersOf(group.map(({ user }) => user)),
      count: group.length,
      ...(rule.guide === undefined ? {} : { guide: rule.guide }),
    },
  ];
}

/** Findings of the diagnosis's own rules on the registrations in a trace. */
export function findingsOfStories(stories: readonly TracedStory[], preset: Preset | undefined): LogFinding[] {
  const found = new Map<string, LogFinding>();
  for (const { story, traced } of stories) {
    const doubtful = traced.unreadable || traced.nonceFromBefore;
    for (const { seenFrom: _machine, ...finding } of findingsFrom(
      evidenceOf(story, preset, traced),
      TRACE_RULES,
    )) {
      const before = found.get(finding.id);
      const line = story.exchanges.at(-1)?.last.line;
      found.set(finding.id, {
        ...(before ?? { ...finding, evidence: `line ${line}: ${finding.evidence}` }),
        ...(doubtful && finding.confidence === "high" ? { confidence: "medium" as const } : {}),
        users: [...new Set([...(before?.users ?? []), ...usersOf([story.user])])].slice(0, MAX_USERS),
        count: (before?.count ?? 0) + 1,
      });
    }
  }
  return [...found.values()];
}

/** Where the PBX's own lines tell the reason of a refusal, what the answer on the wire may mean is left out. */
export function withoutGuesses(ofStories: readonly LogFinding[], events: readonly LogEvent[]): LogFinding[] {
  const reasons = events.filter(
    ({ kind, method }) => isRefusal(kind) && (method ?? "REGISTER") === "REGISTER",
  );
  if (reasons.length === 0) return [...ofStories];
  const told = new Set(usersOf(reasons.map(({ user }) => user)));
  const anybody = reasons.every(({ user }) => user === undefined);
  return ofStories.filter(({ id, users }) => {
    const refusal = ruleOf(id).topic === "credentials" || ruleOf(id).topic === "registrar";
    return !(refusal && (anybody || users.every((user) => told.has(user))));
  });
}

function usersOf(users: readonly (string | undefined)[]): string[] {
  const named = new Set<string>();
  for (const user of new Set(users)) {
    if (user !== undefined) named.add(shown(user, 60));
    if (named.size === MAX_USERS) break;
  }
  return [...named];
}
