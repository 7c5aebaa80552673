import { shown } from "../hide-secrets.js";
import type { CallExchange } from "./call-story.js";
import { finalOf, statusOf, userIn } from "./call-story.js";
import { type CallView, partyOfSender } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { partyWords } from "./parties.js";

/** Transfers (REFER, RFC 3515) that are refused, or whose target does not answer. */

export function refusedTransfer(view: CallView): CallFact | undefined {
  const refers = view.story.exchanges.filter(({ method }) => method === "REFER");
  const last = refers.at(-1);
  if (last === undefined) return undefined;
  return refused(view, last) ?? unanswered(view, last) ?? failed(view, last);
}

function refused(view: CallView, refer: CallExchange): CallFact | undefined {
  const final = finalOf(refer);
  const status = statusOf(final);
  if (final?.message.kind !== "response" || status === undefined || status < 300) return undefined;
  const asked = partyWords(partyOfSender(view, !refer.byCaller));
  return {
    ...common(refer, final.line),
    seen: `REFER${targetOf(refer)} is answered ${status} ${shown(final.message.reason, 60)} by ${asked}`,
    ...wordsOf(status),
  };
}

function unanswered(view: CallView, refer: CallExchange): CallFact | undefined {
  if (refer.request === undefined || finalOf(refer) !== undefined || refer.sends < 3) return undefined;
  const asked = partyWords(partyOfSender(view, !refer.byCaller));
  return {
    ...common(refer, refer.request.line),
    seen: `REFER${targetOf(refer)} to ${asked} is sent ${refer.sends} times and gets no answer`,
    cause:
      "The REFER does not reach the one who is asked: it goes to the Contact of the call, which may be an address that cannot be reached.",
    fix: "Correct the Contact in calls (external signalling address, rewrite_contact), and switch SIP ALG off.",
  };
}

/** Taken on, and the report says how the call to the target went. */
function failed({ story }: CallView, refer: CallExchange): CallFact | undefined {
  const report = story.reports.findLast(({ sipfrag = "" }) => !/^SIP\/2\.0 1/.test(sipfrag));
  const [, code = ""] = /^SIP\/2\.0 ([3-6]\d{2})/.exec(report?.sipfrag ?? "") ?? [];
  if (report === undefined || code === "") return undefined;
  return {
    ...common(refer, report.line),
    seen: `REFER${targetOf(refer)} is accepted, and the report on it says ${shown(report.sipfrag?.slice(8) ?? code, 60)}`,
    cause: `The transfer was allowed, and the call to its target failed with ${code}.${code === "404" || code === "484" ? " The one who was asked has no way for the target in this form." : ""}`,
    fix: "Look at how the one who was asked dials that target: its context or route for this number, and whether anybody is registered there.",
  };
}

function common(refer: CallExchange, line: number) {
  const user = userIn(refer.request?.message.headers.get("From"));
  return { id: "transfer-refused", line, users: [user], confidence: "medium" } as const;
}

function targetOf({ request }: CallExchange): string {
  const target = userIn(request?.message.headers.get("Refer-To"));
  return target === undefined ? "" : ` (transfer to ${shown(target, 40)})`;
}

function wordsOf(status: number): Pick<CallFact, "cause"> {
  if (status === 401 || status === 407) {
    return { cause: "The one who is asked wants credentials with the REFER, and gets none." };
  }
  if (status === 404 || status === 484) {
    return {
      cause:
        "One of these: (1) the one who is asked has no way for the target in this form (Asterisk looks in the endpoint's context, or in TRANSFER_CONTEXT); (2) the call had ended by then.",
    };
  }
  if (status === 405 || status === 420 || status === 501) {
    return { cause: "The one who is asked does not do transfers by REFER at all." };
  }
  if (status === 403 || status === 603) {
    return {
      cause:
        "Transfers are not allowed here: for this extension or trunk (Asterisk answers 603 with allow_transfer=no), or on this line at all.",
    };
  }
  return {};
}
