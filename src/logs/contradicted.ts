import type { EventKind, LogEvent } from "./event.js";

/** Lines that others of the same log make needless or untrue. Pure. */

/** Lines that a client writes about one failure, about. */
const NEAR = 40;

/** What one who was called has answered. */
const TELLS_WHY: ReadonlySet<EventKind> = new Set<EventKind>([
  "call-declined",
  "call-no-route",
  "call-number-unknown",
  "call-media-refused",
  "call-codec-mismatch",
  "call-srtp-mismatch",
  "call-auth-failed",
  "call-looped",
]);

function lineOfLast(events: readonly LogEvent[], wanted: EventKind): number {
  return events.findLast(({ kind }) => kind === wanted)?.line ?? 0;
}

/**
 * FreeSWITCH says that it has no such user, or that a channel never began, and in a separate line that it asked a call for
 * credentials.
 */
function ofCalls(events: readonly LogEvent[]): LogEvent[] {
  const methods = new Map<string, Set<string | undefined>>();
  for (const { kind, dialect, address = "", method } of events) {
    if (dialect !== "freeswitch" || (kind !== "auth-failed-403" && kind !== "challenged")) continue;
    methods.set(address, (methods.get(address) ?? new Set()).add(method));
  }
  const asked = [...methods.values()].some((each) => each.has("INVITE"));
  return events.map((event) => {
    const { kind, dialect, address = "" } = event;
    if (kind === "call-abandoned" && !asked) return { ...event, kind: "call-failed" };
    if (kind !== "unknown-user-403" || dialect !== "freeswitch") return event;
    const seen = methods.get(address);
    return seen?.size === 1 && seen.has("INVITE") ? { ...event, method: "INVITE" } : event;
  });
}

/** A row that calls an extension unavailable says no more than the rows on its contacts, which are below it. */
export function withoutContradicted(read: readonly LogEvent[]): LogEvent[] {
  const events = ofCalls(read);
  const contacts = new Set(
    events.filter(({ kind }) => kind === "registered" || kind === "unreachable").map(({ user }) => user),
  );
  let noRoute = Number.NEGATIVE_INFINITY;
  const stretchOf = (line: number) => Math.floor(line / NEAR);
  const told = new Set(events.filter(({ kind }) => TELLS_WHY.has(kind)).map(({ line }) => stretchOf(line)));
  const identified = events.filter(({ kind }) => kind === "identified").map(({ line }) => line);
  const found = new Set(
    identified.flatMap((line) => [stretchOf(line) - 1, stretchOf(line), stretchOf(line) + 1]),
  );
  const answered = lineOfLast(events, "call-media-answered");
  const early = answered > lineOfLast(events, "call-srtp-mismatch");
  const timedOut = events.some(({ kind }) => kind === "call-ack-lost" || kind === "call-unreached");
  return events.filter(({ kind, user, line, dialect, detail = "" }) => {
    if (kind === "client-no-route") noRoute = line;
    // What was never sent gets no answer either.
    if (kind === "client-silent" && line - noRoute < NEAR) return false;
    // One way of finding the endpoint has failed, and another has not.
    if (kind === "not-identified" && found.has(stretchOf(line))) return false;
    // Voice that comes before the keys do is in order; afterwards rtpengine says it again.
    if (kind === "call-srtp-mismatch" && dialect === "kamailio" && early) return false;
    // That the call is hung up for it says no more than the line on what was not answered.
    if (kind === "call-no-reply" && timedOut) return false;
    // Nor does a count of those who are congested, beside the answer of one of them.
    if (kind === "call-congested" && !/^\d{3}\b/.test(detail)) {
      if ([-1, 0, 1].some((step) => told.has(stretchOf(line) + step))) return false;
    }
    return kind !== "not-registered" || !contacts.has(user);
  });
}
