import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import { finalOf, statusOf } from "./call-story.js";
import type { CallView } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { partyWords } from "./parties.js";

/** Requests of a call that get no answer. */

/** INVITEs that get no answer at all. */
export function unansweredCall(view: CallView): CallFact | undefined {
  const { begin, final, context, story } = view;
  if (begin?.request === undefined || final !== undefined || begin.provisional.length > 0) return undefined;
  const { request } = begin;
  const place = request.direction === "sent" ? request.peer : request.to;
  const waited = secondsBetween(request.at, story.last.at);
  const cancelled = story.exchanges.some(({ method }) => method === "CANCEL");
  // One that appears once may have been answered after the paste's end.
  if (begin.sends < 2 && !(cancelled && (waited ?? 0) >= 4)) return undefined;
  const to = place === undefined ? "" : ` to ${shown(place, 60)}`;
  const seen = `INVITE${to} is sent ${begin.sends === 1 ? "once" : `${begin.sends} times`}${waited === undefined || waited === 0 ? "" : ` in ${Math.round(waited)} s`} and gets no answer`;
  const common = { line: request.line, users: [view.callee ?? view.dialled], hint: { nat: true } } as const;
  const bound = context.bound.get(view.dialled ?? "") ?? context.bound.get(view.callee ?? "");
  if (request.direction === "received") {
    return {
      ...common,
      id: "invite-unanswered",
      seen: `${seen} by the program that logs`,
      confidence: "medium",
      cause:
        "The INVITE has arrived, and the program that logs does not answer it: an access list, a ban, a full queue, or it hangs.",
    };
  }
  if (place !== undefined && bound !== undefined && !bound.has(place)) {
    return {
      ...common,
      id: "invite-to-other-port",
      seen: `${seen}; the registration came from ${shown([...bound].slice(0, 2).join(" and "), 80)}`,
      confidence: "medium",
    };
  }
  const udp = /SIP\/2\.0\/UDP/i.test(request.message.headers.get("Via") ?? "");
  const size = Math.max(request.size ?? 0, request.octets ?? 0);
  if (udp && (size > 1_400 || request.fragmented === true)) {
    return {
      ...common,
      id: "invite-too-large",
      seen: `${seen}; it ${request.fragmented ? "goes out in several fragments" : `has about ${size} octets`}`,
      confidence: "medium",
    };
  }
  return { ...common, id: "invite-unanswered", seen, confidence: begin.sends >= 3 ? "high" : "medium" };
}

/** BYE that is not taken. */
export function unansweredBye({ bye, callee, parties }: CallView): CallFact | undefined {
  if (bye?.request === undefined) return undefined;
  const status = statusOf(finalOf(bye));
  const silent = status === undefined && bye.sends >= 3;
  if (!silent && status !== 481) return undefined;
  return {
    id: "bye-refused",
    line: bye.request.line,
    users: [callee],
    seen: `BYE to ${partyWords(bye.byCaller ? parties.callee : parties.caller)} ${silent ? `is sent ${bye.sends} times and not answered` : "is answered 481"}`,
    confidence: "medium",
  };
}
