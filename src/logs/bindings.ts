import type { EventKind, LogEvent } from "./event.js";
import type { Parties } from "./whose.js";

/** What lines on the end of a registration mean, which depends on what else is registered for the user by then. Pure. */

const ENDS: ReadonlyMap<EventKind, readonly [last: EventKind, older: EventKind]> = new Map([
  ["expired", ["expired-last", "binding-older"]],
  ["transport-lost", ["transport-lost-last", "binding-older"]],
  ["binding-removed", ["binding-removed-last", "binding-older"]],
] as const);

/** The events, with those that leave a user without any registration at the end of the log told from the others. */
export function withEndsOfBindings(events: readonly LogEvent[], parties: Parties): LogEvent[] {
  const bound = new Map<string, Set<string>>();
  const last = new Map<string, LogEvent>();
  const older = new Set<LogEvent>();
  const takenAway = new Map<string, number>();
  for (const event of events) {
    const { user, kind, address = ANYWHERE } = event;
    if (user === undefined) continue;
    const places = bound.get(user) ?? new Set();
    bound.set(user, places);
    if (kind === "registered" || kind === "binding-made") {
      places.add(address);
      last.delete(user);
      takenAway.delete(user);
    } else if (ENDS.has(kind)) {
      if (!places.delete(address)) places.delete(ANYWHERE);
      if (address === ANYWHERE) places.clear();
      // The line before it has said what ended it.
      const told = kind === "binding-removed" && (last.has(user) || takenAway.has(user));
      if (places.size > 0 || told) older.add(event);
      else last.set(user, event);
    } else if (kind === "unregistered") {
      places.delete(address);
      if (address === ANYWHERE) places.clear();
      if (places.size === 0) takenAway.set(user, event.line);
    }
  }
  const ended = new Set([...last.values()].filter(({ user, line }) => parties.lastSuccess(user) < line));
  const endOf = new Map([...takenAway, ...[...ended].map(({ user, line }) => [user, line] as const)]);
  return events.map((event) => {
    // With its last address gone there is nothing to be reached: that says no more.
    if (event.kind === "unreachable" && event.line > (endOf.get(event.user) ?? Number.POSITIVE_INFINITY)) {
      return { ...event, kind: "unanswered" };
    }
    const [ofLast = event.kind, ofOlder = event.kind] = ENDS.get(event.kind) ?? [];
    if (ended.has(event)) return { ...event, kind: ofLast };
    return older.has(event) ? { ...event, kind: ofOlder } : event;
  });
}

/** The line tells no address. */
const ANYWHERE = "";
