import type { EventKind, LogEvent } from "./event.js";
import { isRefusal } from "./meanings.js";

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
  "call-busy",
  "call-unreached",
  "call-not-registered",
]);

const OF_CERTIFICATES: ReadonlySet<EventKind> = new Set<EventKind>([
  "tls-distrusted",
  "tls-distrusted-expired",
  "tls-self-signed",
  "tls-wrong-name",
]);
/** A message of several lines may name the certificate in a later one. */
const NEXT = [1, 2, 3];
const ENDS_CONNECTION: ReadonlySet<EventKind> = new Set<EventKind>([
  "tls-failed",
  "client-no-route",
  "client-connection-failed",
  "client-websocket-failed",
]);

/** An answer with its code tells it as well; without one, that someone is unavailable is as little as a count. */
function tellsWhy({ kind, detail = "" }: LogEvent): boolean {
  return TELLS_WHY.has(kind) || (kind === "call-unavailable" && /^4\d{2}\b/.test(detail));
}

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

function isRefusedInvite({ kind, method, detail = "" }: LogEvent): boolean {
  return kind === "sip" && method === "INVITE" && /^(?!401|407|487)[3-6]\d{2} /.test(detail);
}

/** What any sentence may say, of a program or of the person who asks, is only a hint: messages and the lines of known programs know better. */
function isKnownWithoutWords(events: readonly LogEvent[]): boolean {
  return events.some(({ dialect, kind, method }) => {
    if (dialect === "registration-words") return false;
    if (kind === "sip") return method === "REGISTER";
    return isRefusal(kind) || /^(?:client|provider|tls)-/.test(kind) || kind === "banned";
  });
}

/** A row that calls an extension unavailable says no more than the rows on its contacts, which are below it. */
export function withoutContradicted(read: readonly LogEvent[]): LogEvent[] {
  const events = ofCalls(read);
  const contacts = new Set(
    events.filter(({ kind }) => kind === "registered" || kind === "unreachable").map(({ user }) => user),
  );
  let mismatch = Number.NEGATIVE_INFINITY;
  let distrusted = Number.NEGATIVE_INFINITY;
  let noRoute = Number.NEGATIVE_INFINITY;
  const stretchOf = (line: number) => Math.floor(line / NEAR);
  const told = new Set(events.filter(tellsWhy).map(({ line }) => stretchOf(line)));
  const identified = events.filter(({ kind }) => kind === "identified").map(({ line }) => line);
  const found = new Set(
    identified.flatMap((line) => [stretchOf(line) - 1, stretchOf(line), stretchOf(line) + 1]),
  );
  const answered = lineOfLast(events, "call-media-answered");
  const early = answered > lineOfLast(events, "call-srtp-mismatch");
  const refused = events.some(isRefusedInvite);
  const timedOut = events.some(({ kind }) => kind === "call-ack-lost" || kind === "call-unreached");
  const certificates = new Set(
    events.filter(({ kind }) => OF_CERTIFICATES.has(kind)).map(({ line }) => line),
  );
  const known = isKnownWithoutWords(events);
  return events.filter(({ kind, user, line, dialect, detail = "" }) => {
    if (known && dialect === "registration-words") return false;
    // 3CX gives the reason again at the end of the message that it prints.
    if (kind === "credentials-mismatch") {
      if (line > mismatch && line - mismatch < NEAR && user === undefined) return false;
      mismatch = line;
    }
    if (OF_CERTIFICATES.has(kind)) distrusted = line;
    // A certificate that is not trusted ends the connection, which clients report in the words of another failure.
    if (ENDS_CONNECTION.has(kind)) {
      if (line - distrusted < NEAR || NEXT.some((step) => certificates.has(line + step))) return false;
    }
    if (kind === "client-no-route") noRoute = line;
    // The message itself says more than a program's sentence on it.
    if (dialect === "any-call" && refused) return false;
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
