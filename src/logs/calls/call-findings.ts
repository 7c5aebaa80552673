import { ruleOf } from "../../diagnosis/rules/index.js";
import type { Preset } from "../../presets/index.js";
import type { LogFinding } from "../log-findings.js";
import { byeStatistics } from "./bye-statistics.js";
import type { CallStory } from "./call-story.js";
import { type CallView, viewOf } from "./call-view.js";
import { type CallFact, findingsOfFacts } from "./fact.js";
import { loneBye } from "./lone-bye.js";
import { mediaAddresses, privateContact, rewrittenPath } from "./media-address.js";
import { mediaAgreement } from "./media-agreement.js";
import type { CallContext } from "./parties.js";
import { abandonedCall, refusedCall } from "./refused-call.js";
import { sessionTimer } from "./session-timer.js";
import { silentEnd } from "./silent-end.js";
import { refusedTransfer } from "./transfer.js";
import { unacknowledged, unacknowledgedChange } from "./unacknowledged.js";
import { unansweredBye, unansweredCall } from "./unanswered-call.js";

/** What the calls of a trace come to. */

export function viewsOf(stories: readonly CallStory[], context: CallContext): CallView[] {
  return stories.map((story) => viewOf(story, context));
}

function factsOfCalls(views: readonly CallView[]): CallFact[] {
  const causes = views.filter(
    ({ parties, status }) => parties.caller.kind === "pbx" && (status ?? 200) >= 300,
  );
  const lastAnswered = new Map<string, number>();
  for (const view of views) {
    if (view.answer !== undefined) lastAnswered.set(numberOf(view), view.story.first.line);
  }
  return views.flatMap((view) => {
    const facts = view.story.first.drawn ? factsOf(view).map(asDrawn) : factsOf(view);
    const over = view.answer === undefined && (lastAnswered.get(numberOf(view)) ?? 0) > view.story.first.line;
    if (over) return facts.map(asOver);
    // What the PBX answers the caller follows from what the leg behind it was answered.
    const follows =
      view.parties.callee.kind === "pbx" &&
      causes.some(
        ({ story, final }) =>
          story !== view.story &&
          story.first.line > view.story.first.line &&
          (final?.line ?? Number.POSITIVE_INFINITY) < (view.final?.line ?? 0),
      );
    return follows ? facts.filter(({ line }) => line !== view.final?.line) : facts;
  });
}

/** The number that was called, and where. */
function numberOf({ dialled, parties }: CallView): string {
  return `${dialled ?? ""} ${parties.callee.host ?? ""}`;
}

/** A drawing is not a record: it may be incomplete. */
function asDrawn(fact: CallFact): CallFact {
  return fact.confidence === "high" ? { ...fact, confidence: "medium" } : fact;
}

/** A later call to the same place is answered. */
function asOver(fact: CallFact): CallFact {
  const cause = fact.cause ?? ruleOf(fact.id).cause;
  return {
    ...fact,
    severity: "info",
    cause: `${cause} It is over: a later call to the same number is answered.`,
  };
}

function factsOf(view: CallView): CallFact[] {
  if (view.parties.caller.kind === "scanner") return some(refusedCall(view));
  const lost = unacknowledged(view) ?? unacknowledgedChange(view);
  const rewritten = rewrittenPath(view);
  return [
    ...some(refusedCall(view)),
    ...some(unansweredCall(view) ?? abandonedCall(view)),
    ...mediaAgreement(view),
    ...some(lost),
    ...(lost === undefined
      ? [...some(privateContact(view)), ...some(sessionTimer(view)), ...some(unansweredBye(view))]
      : []),
    ...byeStatistics(view),
    ...some(refusedTransfer(view)),
    ...some(silentEnd(view)),
    ...some(loneBye(view)),
    ...mediaAddresses(view).map((fact) => asRewritten(fact, rewritten !== undefined)),
    ...some(rewritten),
  ];
}

/** Something on the way rewrites what leaves this network, its addresses of media too. */
function asRewritten(fact: CallFact, rewritten: boolean): CallFact {
  return rewritten && fact.severity === "warning" ? { ...fact, severity: "info" } : fact;
}

function some<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

export function findingsOfCalls(
  views: readonly CallView[],
  counted: readonly CallFact[],
  preset: Preset | undefined,
): LogFinding[] {
  return findingsOfFacts([...counted, ...factsOfCalls(views)], preset);
}
