import type { EventKind, LogEvent } from "./event.js";
import { hostOf } from "./frames.js";
import { isRefusal } from "./meanings.js";
import { isScanner, isTrunkOfPbx, sourceOf, type TraceContext } from "./trace-context.js";
import type { RegisterStory } from "./trace-story.js";

/** Who is who in a log: users of the PBX, strangers that try their luck, and the addresses at which they were seen. */
export interface Parties {
  /** Those whom the log is about, the likeliest first: no strangers, as long as there is anybody else. */
  readonly principals: readonly string[];
  readonly standing: (user: string | undefined) => Standing;
  /** Whether an address is one of theirs; `unknown` where none of theirs is known. */
  readonly owns: (address: string | undefined) => "yes" | "no" | "unknown";
  /** The line of the last success of a user, or, without one, of anybody of interest. */
  readonly lastSuccess: (user: string | undefined) => number;
}

type Standing = "principal" | "unknown user" | "scanner";

interface Person {
  readonly hosts: Set<string>;
  lastSuccess: number;
  /** The PBX does not know the user. */
  unknown: boolean;
  /** It has shown that it does. */
  known: boolean;
  scanner: boolean;
  last: number;
}

const SUCCESS: ReadonlySet<EventKind> = new Set<EventKind>(["registered", "reachable", "auth-ok"]);
const UNKNOWN: ReadonlySet<EventKind> = new Set<EventKind>(["unknown-user", "unknown-user-403"]);
/** Nothing about a registration. */
const ASIDE = /^(?:call-|provider|agent-|sip$)/;
/** From so many on, users that fail from one address are somebody's guesses. */
const GUESSES = 3;

export function partiesOf(
  events: readonly LogEvent[],
  stories: readonly RegisterStory[],
  context: TraceContext,
  username: string | undefined,
): Parties {
  const people = new Map<string, Person>();
  const person = (user: string): Person => {
    const known = people.get(user);
    if (known) return known;
    const made = {
      hosts: new Set<string>(),
      lastSuccess: 0,
      unknown: false,
      known: false,
      scanner: false,
      last: 0,
    };
    people.set(user, made);
    return made;
  };
  for (const event of events) {
    if (event.user === undefined || ASIDE.test(event.kind) || (event.method ?? "REGISTER") !== "REGISTER")
      continue;
    readEvent(person(event.user), event);
  }
  for (const story of stories) {
    if (story.user !== undefined && (!isTrunkOfPbx(story, context) || story.user === username)) {
      readStory(person(story.user), story);
    }
  }
  markGuessers(people);
  return judged(people, username);
}

function readEvent(person: Person, { kind, line, address }: LogEvent): void {
  person.last = Math.max(person.last, line);
  if (address !== undefined) person.hosts.add(hostOf(address));
  if (UNKNOWN.has(kind)) person.unknown = true;
  else if (!isRefusal(kind)) person.known = true;
  if (SUCCESS.has(kind)) person.lastSuccess = Math.max(person.lastSuccess, line);
}

function readStory(person: Person, story: RegisterStory): void {
  const source = sourceOf(story);
  if (source !== undefined) person.hosts.add(source);
  if (isScanner(story)) person.scanner = true;
  for (const { final, last } of story.exchanges) {
    person.last = Math.max(person.last, last.line);
    if (final === undefined || final.status >= 300) continue;
    person.known = true;
    person.lastSuccess = Math.max(person.lastSuccess, last.line);
  }
}

/** An address from which several users fail, and none succeeds, belongs to somebody who guesses. */
function markGuessers(people: ReadonlyMap<string, Person>): void {
  const failing = new Map<string, number>();
  const good = new Set<string>();
  for (const person of people.values()) {
    for (const host of person.hosts) {
      if (person.lastSuccess > 0) good.add(host);
      else failing.set(host, (failing.get(host) ?? 0) + 1);
    }
  }
  for (const person of people.values()) {
    const guessed = [...person.hosts].some((host) => (failing.get(host) ?? 0) >= GUESSES && !good.has(host));
    if (person.lastSuccess === 0 && guessed) person.scanner = true;
  }
}

function standingOf({ scanner, unknown, known, lastSuccess }: Person): Standing {
  if (lastSuccess > 0) return "principal";
  if (scanner) return "scanner";
  return unknown && !known ? "unknown user" : "principal";
}

function judged(people: ReadonlyMap<string, Person>, username: string | undefined): Parties {
  const ranks: readonly Standing[] = ["principal", "unknown user", "scanner"];
  const best = ranks.find((rank) => [...people.values()].some((person) => standingOf(person) === rank));
  const principals =
    username === undefined
      ? [...people].filter(([, person]) => standingOf(person) === best)
      : [...people].filter(([user]) => user === username);
  const sorted = principals.toSorted(([, one], [, other]) => other.last - one.last).map(([user]) => user);
  const hosts = new Set(principals.flatMap(([, person]) => [...person.hosts]));
  const names = new Set(sorted);
  const last = Math.max(0, ...principals.slice(0, 1_000).map(([, person]) => person.lastSuccess));
  return {
    principals: sorted,
    standing: (user) => {
      const person = user === undefined || names.has(user) ? undefined : people.get(user);
      return person === undefined ? "principal" : standingOf(person);
    },
    owns: (address) => {
      if (address === undefined || hosts.size === 0) return "unknown";
      return hosts.has(hostOf(address)) ? "yes" : "no";
    },
    lastSuccess: (user) => (user === undefined ? last : (people.get(user)?.lastSuccess ?? 0)),
  };
}
