import { isIpLiteral, isLocalAddress } from "../sip/index.js";
import type { EventKind, LogEvent } from "./event.js";
import { hostOf } from "./frames.js";
import { isRefusal } from "./meanings.js";
import { isScanner, isTrunkOfPbx, sourceOf, type TraceContext } from "./trace-context.js";
import { type RegisterStory, takesAway } from "./trace-story.js";

/** Who is who in a log: users of the PBX, strangers that try their luck, and the addresses at which they were seen. */
export interface Parties {
  /** Those whom the log is about, the likeliest first: no strangers, as long as there is anybody else. */
  readonly principals: readonly string[];
  readonly standing: (user: string | undefined) => Standing;
  /** Whether an address is one of theirs; `unknown` where none of theirs is known. */
  readonly owns: (address: string | undefined) => "yes" | "no" | "unknown";
  /** It has shown up in a registration, and is neither a scanner nor unknown to the PBX. */
  readonly isKnown: (user: string | undefined) => boolean;
  /**
   * Whether the address is one from which the user has never succeeded, where it had succeeded elsewhere before that
   * line: another person who tries the same name. A user who moves succeeds at the new address, too.
   */
  readonly isImpostor: (place: Place) => boolean;
  /** The line of the last success of a user, or, without one, of anybody of interest. */
  readonly lastSuccess: (user: string | undefined) => number;
}

/** Where something of a user was seen. */
interface Place {
  readonly user?: string | undefined;
  readonly address?: string | undefined;
  readonly line: number;
}

type Standing = "principal" | "unknown user" | "scanner";

interface Person {
  readonly hosts: Set<string>;
  /** Hosts from which it has succeeded, with the line of the first time. */
  readonly successes: Map<string, number>;
  lastSuccess: number;
  /** The PBX does not know the user. */
  unknown: boolean;
  /** It has shown that it does. */
  known: boolean;
  scanner: boolean;
  last: number;
}

const SUCCESS: ReadonlySet<EventKind> = new Set<EventKind>(["registered", "reachable", "auth-ok"]);
const UNKNOWN: ReadonlySet<EventKind> = new Set<EventKind>([
  "unknown-user",
  "unknown-user-403",
  "not-identified",
  "told-unknown",
]);
/** Nothing about a registration. */
const ASIDE = /^(?:call-|provider|agent-|sip$)/;
/** From this many on, users that fail from one address are guesses. */
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
      successes: new Map<string, number>(),
      lastSuccess: 0,
      unknown: false,
      known: false,
      scanner: false,
      last: 0,
    };
    people.set(user, made);
    return made;
  };
  const ofUsers = events.filter(
    ({ user, kind, method }) =>
      user !== undefined && !ASIDE.test(kind) && (method ?? "REGISTER") === "REGISTER",
  );
  const own = stories.filter(
    (story) => story.user !== undefined && (!isTrunkOfPbx(story, context) || story.user === username),
  );
  // Who succeeded where comes first: it tells whose the other addresses are.
  for (const { user = "", kind, address, line } of ofUsers) {
    if (SUCCESS.has(kind)) succeeded(person(user), address, line);
  }
  for (const story of own) readSuccesses(person(story.user ?? ""), story);
  for (const event of ofUsers) readEvent(person(event.user ?? ""), event);
  for (const story of own) readStory(person(story.user ?? ""), story);
  markGuessers(people);
  return judged(people, username);
}

function succeeded(person: Person, address: string | undefined, line: number): void {
  person.known = true;
  person.lastSuccess = Math.max(person.lastSuccess, line);
  if (address === undefined) return;
  const host = hostOf(address);
  person.successes.set(host, Math.min(person.successes.get(host) ?? line, line));
}

function readSuccesses(person: Person, story: RegisterStory): void {
  const source = sourceOf(story);
  for (const { final, last, request } of story.exchanges) {
    if (final === undefined || final.status >= 300) continue;
    succeeded(person, takesAway(request) ? undefined : source, last.line);
  }
}

function readEvent(person: Person, { kind, line, address }: LogEvent): void {
  person.last = Math.max(person.last, line);
  if (address !== undefined && !isElsewhere(person, address, line)) person.hosts.add(hostOf(address));
  if (UNKNOWN.has(kind)) person.unknown = true;
  // Everyone is asked for credentials, also those whom the PBX does not know.
  else if (!isRefusal(kind) && kind !== "challenged") person.known = true;
}

function readStory(person: Person, story: RegisterStory): void {
  const source = sourceOf(story);
  const begin = story.exchanges[0]?.first.line ?? 0;
  if (source !== undefined && !isElsewhere(person, source, begin)) person.hosts.add(source);
  if (isScanner(story) && (person.lastSuccess === 0 || person.successes.has(source ?? ""))) {
    person.scanner = true;
  }
  for (const { last } of story.exchanges) person.last = Math.max(person.last, last.line);
}

/** Whether the person had succeeded elsewhere before, and never there. */
function isElsewhere({ successes }: Person, address: string, line: number): boolean {
  const host = hostOf(address);
  const reach = reachOf(host);
  if (reach === undefined || successes.has(host)) return false;
  // A Contact of a private network and the public address that it comes from may be of one device.
  return [...successes]
    .slice(0, MOST_PLACES)
    .some(([good, first]) => first < line && reachOf(good) === reach);
}

const MOST_PLACES = 50;

/** Addresses of one reach can be compared with each other; `undefined` for names. */
function reachOf(host: string): "public" | "local" | undefined {
  if (!isIpLiteral(host)) return undefined;
  return isLocalAddress(host) ? "local" : "public";
}

/** An address from which several users fail, and none succeeds, belongs to a guesser. */
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
    isKnown: (user) => {
      const person = user === undefined ? undefined : people.get(user);
      return person !== undefined && standingOf(person) === "principal";
    },
    isImpostor: ({ user, address, line }) => {
      const person = user === undefined || address === undefined ? undefined : people.get(user);
      return person !== undefined && address !== undefined && isElsewhere(person, address, line);
    },
    owns: (address) => {
      if (address === undefined || hosts.size === 0) return "unknown";
      return hosts.has(hostOf(address)) ? "yes" : "no";
    },
    lastSuccess: (user) => (user === undefined ? last : (people.get(user)?.lastSuccess ?? 0)),
  };
}
