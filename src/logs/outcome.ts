import type { EventKind, LogEvent } from "./event.js";
import { isBan, isRefusal } from "./meanings.js";
import { isCalledStale } from "./trace-signs.js";
import { takesAway } from "./trace-story.js";
import type { TracedStory } from "./traced-story.js";

/** The state of a registration at the end of a log. */
export type Outcome =
  | "registered"
  | "unreachable"
  | "refused"
  | "no answer"
  | "gone"
  | "not registered"
  | "none";

interface Mark {
  readonly line: number;
  readonly outcome: Outcome;
}

const GONE: ReadonlySet<EventKind> = new Set<EventKind>([
  "unregistered",
  "expired",
  "expired-last",
  "binding-removed",
  "binding-removed-last",
  "transport-lost",
  "transport-lost-last",
]);
const SILENT: ReadonlySet<EventKind> = new Set<EventKind>([
  "client-silent",
  "client-port-refused",
  "client-no-route",
]);
/** After these the registration continues. */
const NOT_THE_END: ReadonlySet<EventKind> = new Set<EventKind>(["nonce-stale", "wants-contact"]);

/** The last word on a registration, of the PBX's lines and of the trace. */
export function outcomeOf(events: readonly LogEvent[], stories: readonly TracedStory[]): Outcome {
  let last: Mark = { line: 0, outcome: "none" };
  for (const mark of [...events.flatMap(markOfEvent), ...stories.flatMap(marksOfStory)]) {
    if (mark.line >= last.line) last = mark;
  }
  return last.outcome;
}

function markOfEvent({ kind, line, method = "REGISTER", user }: LogEvent): Mark[] {
  const outcome = method === "REGISTER" && !NOT_THE_END.has(kind) ? outcomeOfKind(kind, user) : undefined;
  return outcome === undefined ? [] : [{ line, outcome }];
}

function outcomeOfKind(kind: EventKind, user: string | undefined): Outcome | undefined {
  if (kind === "registered" || kind === "reachable") return "registered";
  // A dialog that is not answered says nothing of a registration.
  if (kind === "unreachable") return user === undefined ? undefined : "unreachable";
  if (kind === "not-registered") return "not registered";
  if (isRefusal(kind) || isBan(kind)) return "refused";
  if (SILENT.has(kind)) return "no answer";
  return GONE.has(kind) ? "gone" : undefined;
}

function marksOfStory({ story: { exchanges }, traced }: TracedStory): Mark[] {
  return exchanges.flatMap((exchange, index) => {
    const { final, request, sends, provisional, withCredentials, last } = exchange;
    const mark = (outcome: Outcome) => [{ line: last.line, outcome }];
    if (final === undefined) return sends > 1 && !provisional ? mark("no answer") : [];
    if (final.status < 300) return mark(takesAway(request) ? "gone" : "registered");
    const challenged = final.status === 401 || final.status === 407;
    // Only asked again: what was accepted before still holds.
    if (challenged && (!withCredentials || traced.acceptedBefore)) return [];
    // An expired nonce is not a refusal, unless it is repeated.
    if (isCalledStale(exchange) && !exchanges.slice(Math.max(0, index - 2), index).some(isCalledStale))
      return [];
    if (challenged && traced.nonceMayHaveRunOut) return [];
    return mark("refused");
  });
}
