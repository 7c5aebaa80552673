import type { LogEvent } from "./event.js";

/** Who is asked for credentials again and again, and sends none. Pure. */

/** What Asterisk's debug lines call a request without credentials; they tell each success as well. */
const WITHOUT_CREDENTIALS = "NOAUTH";
/** Once or twice is the way of a good registration, or of one that the log breaks off in. */
const MANY = 3;

/** The events, where the last of so many challenges in a row says that they are never answered. */
export function withUnmetChallenges(events: readonly LogEvent[]): readonly LogEvent[] {
  const inRow = new Map<string, { count: number; last: LogEvent }>();
  for (const event of events) {
    const { user, kind, detail } = event;
    if (user === undefined) continue;
    const before = inRow.get(user);
    if (kind === "challenged" && detail === WITHOUT_CREDENTIALS) {
      inRow.set(user, { count: (before?.count ?? 0) + 1, last: event });
    } else if (before !== undefined) inRow.delete(user);
  }
  const unmet = new Set([...inRow.values()].flatMap(({ count, last }) => (count >= MANY ? [last] : [])));
  if (unmet.size === 0) return events;
  return events.map((event) => (unmet.has(event) ? { ...event, kind: "challenge-unmet" as const } : event));
}
