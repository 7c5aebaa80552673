import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import { statusOf } from "./call-story.js";
import type { CallView } from "./call-view.js";
import { partyWords } from "./parties.js";

/** A call in a line: who called whom, what came of it, how it ended and by whom. */
export function callWords({
  story,
  caller,
  dialled,
  parties,
  begin,
  answer,
  final,
  bye,
  cancelled,
}: CallView): string {
  const from = caller === undefined ? "somebody" : shown(caller, 60);
  const to = dialled === undefined ? "somebody" : shown(dialled, 60);
  const who = `${from} (${partyWords(parties.caller, "caller")}) calls ${to} (${partyWords(parties.callee, "called")})`;
  return `line ${story.first.line}: ${who}: ${came()}${ended()}`;

  function came(): string {
    if (answer !== undefined) {
      const after = secondsBetween(begin?.request?.at, answer.ok.at);
      return `answered${after === undefined ? "" : ` after ${after.toFixed(1)} s`}`;
    }
    if (final?.message.kind === "response") return `${statusOf(final)} ${shown(final.message.reason, 60)}`;
    if (cancelled) return "cancelled";
    const rang = begin?.provisional.some((each) => (statusOf(each) ?? 0) >= 180);
    return rang ? "rings, no end is seen" : "no final answer is seen";
  }

  function ended(): string {
    if (answer === undefined) return "";
    if (bye === undefined) return ", no end is seen";
    const lasted = secondsBetween(answer.ok.at, bye.request?.at);
    const reason = bye.request?.message.headers.get("Reason");
    return `, ended${lasted === undefined ? "" : ` after ${Math.round(lasted)} s`} by the one who ${bye.byCaller ? "called" : "answered"}${reason === undefined ? "" : ` (${shown(reason, 80)})`}`;
  }
}
