import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import { type CallExchange, changes, finalOf, statusOf } from "./call-story.js";
import { agreementOf, type CallView } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { partyWords } from "./parties.js";

/** Session timers (RFC 4028), and other changes within a call that are not taken. */

const OF_TIMER = /session.{0,12}(?:timer|timeout|time-out|expir)|timer expire|SESSION_?TIMER/i;
const OF_RECOVERY = /RECOVERY_ON_TIMER|Q\.850\s{0,2};\s{0,2}cause=102\b/i;
/** Answers after which a change is tried again, or which ask for credentials. */
const TRIED_AGAIN: ReadonlySet<number> = new Set([401, 407, 491, 422]);

export function sessionTimer(view: CallView): CallFact | undefined {
  return intervalTooSmall(view) ?? refreshFailed(view) ?? endOfInterval(view);
}

function intervalTooSmall({ status, final, parties, caller, begin }: CallView): CallFact | undefined {
  if (status !== 422 || final === undefined) return undefined;
  const minimum = final.message.headers.get("Min-SE");
  const asked = begin?.request?.message.headers.get("Session-Expires");
  return {
    id: "session-interval-small",
    line: final.line,
    users: [caller],
    seen: `422 of ${partyWords(parties.callee)}${minimum === undefined ? "" : `, Min-SE ${shown(minimum, 20)}`}${asked === undefined ? "" : `, for Session-Expires ${shown(asked, 40)}`}, and no INVITE with a longer interval follows`,
    confidence: "medium",
  };
}

function secondsOf(header: string | undefined): number | undefined {
  const seconds = Number(/^\s{0,3}(\d{1,6})/.exec(header ?? "")?.[1] ?? Number.NaN);
  return Number.isNaN(seconds) ? undefined : seconds;
}

function intervalOf({ answer, begin }: CallView): number | undefined {
  return (
    secondsOf(answer?.ok.message.headers.get("Session-Expires")) ??
    secondsOf(begin?.request?.message.headers.get("Session-Expires"))
  );
}

function failed(exchange: CallExchange): "refused" | "unanswered" | undefined {
  const status = statusOf(finalOf(exchange));
  if (status === undefined)
    return exchange.sends >= 3 && exchange.provisional.length === 0 ? "unanswered" : undefined;
  return status >= 400 && !TRIED_AGAIN.has(status) ? "refused" : undefined;
}

function refreshFailed(view: CallView): CallFact | undefined {
  const { answer, story, bye, parties } = view;
  const change = changes(story).find((each) => failed(each) !== undefined);
  if (change === undefined || change.request === undefined) return undefined;
  const final = finalOf(change);
  const { request } = change;
  const { offer } = agreementOf(change);
  if (offer?.session.media.some(({ kind, profile }) => kind === "image" || profile === "UDPTL")) {
    return {
      id: "fax-refused",
      line: request.line,
      users: [],
      seen: `re-INVITE with an image (T.38) is answered ${statusOf(final) ?? "by nothing"}`,
      confidence: "medium",
    };
  }
  const ended = bye?.request !== undefined && bye.request.line > request.line;
  const after = secondsBetween(answer?.ok.at, request.at);
  const interval = intervalOf(view) ?? secondsOf(request.message.headers.get("Session-Expires"));
  const isRefresh = interval !== undefined && (after === undefined || after >= Math.min(40, interval / 3));
  const said = OF_TIMER.test(bye?.request?.message.headers.get("Reason") ?? "");
  const what = `${change.method === "UPDATE" ? "UPDATE" : "re-INVITE"}${after === undefined ? "" : ` ${Math.round(after)} s after the answer`}`;
  const outcome =
    final?.message.kind === "response"
      ? `is answered ${final.message.status} ${shown(final.message.reason, 40)} by ${partyWords(change.byCaller ? parties.callee : parties.caller)}`
      : "gets no answer";
  return {
    id: (isRefresh && ended) || said ? "session-refresh-failed" : "change-refused",
    line: request.line,
    users: [view.callee],
    seen: `${what} ${outcome}${ended ? ", and the call is ended" : ""}${interval === undefined ? "" : ` (Session-Expires ${interval})`}`,
    confidence: "medium",
    hint: { nat: true },
  };
}

/** A call that ends when the interval, or half of it, has passed. */
function endOfInterval(view: CallView): CallFact | undefined {
  const { answer, bye, story, parties } = view;
  const end = bye?.request;
  if (answer === undefined || end === undefined) return undefined;
  const reason = end.message.headers.get("Reason") ?? "";
  const said = OF_TIMER.test(reason);
  const lasted = secondsBetween(answer.ok.at, end.at);
  const interval = intervalOf(view);
  const refreshed = changes(story).some((each) => (statusOf(finalOf(each)) ?? 999) < 300);
  // Q.850 102, long after the wait for an ACK.
  const ranOut = lasted !== undefined && lasted > 64 && OF_RECOVERY.test(reason);
  const atEnd = lasted !== undefined && !refreshed && isEnd(lasted, interval);
  if (!said && !atEnd && !ranOut) return undefined;
  const who = partyWords(bye?.byCaller ? parties.caller : parties.callee);
  return {
    id: "session-refresh-failed",
    line: end.line,
    users: [view.callee],
    seen: `${who} hangs up${lasted === undefined ? "" : ` ${Math.round(lasted)} s after the answer`}${interval === undefined ? "" : `, Session-Expires is ${interval}`}${reason === "" ? "" : `, Reason: ${shown(reason, 80)}`}${refreshed ? "" : "; no refresh is seen"}`,
    confidence: said ? "high" : "medium",
    ...(said || ranOut || interval !== undefined
      ? {}
      : { severity: "warning" as const, confidence: "low" as const }),
    hint: { nat: true },
  };
}

function isEnd(lasted: number, interval: number | undefined): boolean {
  const near = (wanted: number, width: number) => Math.abs(lasted - wanted) <= width;
  if (interval === undefined) return near(900, 3) || near(1_800, 3);
  if (interval < 60) return false;
  return (
    near(interval, 3) ||
    near(interval - Math.min(32, interval / 3), 3) ||
    (interval >= 180 && near(interval / 2, 3))
  );
}
