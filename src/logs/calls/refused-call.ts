import type { CallFindingId } from "../../diagnosis/rules/calls/index.js";
import { CALL_MEANINGS } from "../call-meanings.js";
import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import { beginnings, statusOf } from "./call-story.js";
import type { CallView } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { isPbxAgent, partyWords } from "./parties.js";

/** Calls that are refused: who refuses them, and what the code, Reason and Warning say. */

interface Refusal {
  readonly status: number;
  /** Of `Reason: Q.850`. */
  readonly cause: number | undefined;
  /** Reason, phrase and Warning, in lower case. */
  readonly words: string;
  readonly rang: boolean;
  /** The one who refuses is a device or the agent, and not the PBX. */
  readonly byDevice: boolean;
  readonly byPbx: boolean;
}

type Verdict = Pick<CallFact, "title" | "severity" | "confidence" | "cause" | "fix" | "hint"> & {
  readonly id: CallFindingId;
};

/** Kamailio and OpenSIPS, which answer 404 and 480 where no device is registered. */
const REGISTRAR_PROXY = /^(?:Kamailio|OpenSIPS|OpenSER)/i;

export function refusedCall(view: CallView): CallFact | undefined {
  const { status, final, begin, parties } = view;
  if (status === undefined || status < 300 || final?.message.kind !== "response" || begin === undefined)
    return undefined;
  const { message } = final;
  const reasons = message.headers.all("Reason").join("; ");
  const warning = message.headers.get("Warning");
  const told: Refusal = {
    status,
    cause:
      Number(
        /Q\.850\s{0,2};\s{0,2}cause\s{0,2}=\s{0,2}(\d{1,3})/i.exec(reasons)?.[1] ??
          message.headers.get("X-Asterisk-HangupCauseCode"),
      ) || undefined,
    words: `${message.reason} ${reasons} ${warning ?? ""}`.slice(0, 600).toLowerCase(),
    rang: begin.provisional.some((each) => [180, 183].includes(statusOf(each) ?? 0)),
    byPbx: parties.callee.kind === "pbx",
    byDevice:
      parties.callee.kind === "device" || (parties.caller.kind === "pbx" && parties.callee.kind !== "pbx"),
  };
  const verdict = verdictOf(view, told);
  if (verdict === undefined) return undefined;
  const who = partyWords(parties.callee, told.byDevice ? "the device or far side" : "the one who was called");
  const more = [
    reasons === "" ? "" : `Reason: ${shown(reasons, 100)}`,
    warning === undefined ? "" : `Warning: ${shown(warning, 100)}`,
    told.rang ? "it rang before" : "it never rang",
  ].filter((each) => each !== "");
  const dialled = view.dialled === undefined ? "" : ` to ${shown(view.dialled, 60)}`;
  return {
    line: final.line,
    users: [view.callee ?? view.dialled],
    seen: `INVITE${dialled} is answered ${status} ${shown(message.reason, 60)} by ${who} (${more.join("; ")})`,
    ...verdict,
  };
}

function verdictOf(view: CallView, told: Refusal): Verdict | undefined {
  const { status } = told;
  const { begin, cancelled, parties } = view;
  if (parties.caller.kind === "scanner" || isStranger(view, told))
    return { id: "call-of-stranger", confidence: "medium", severity: "info" };
  if (status < 400) return { id: "call-forwarded", confidence: "medium" };
  if (status === 401 || status === 407) return credentials(view, told);
  if (status === 487 || (cancelled && status !== 486 && status !== 603)) return cancelledCall(view);
  if (status === 403) return forbidden(begin?.withCredentials === true, told);
  if (status === 404 || status === 604 || status === 484 || status === 410 || status === 416)
    return unknown(view, told);
  if (status === 480) return unavailable(view, told);
  if (status === 486 || status === 600) return { id: "callee-busy", confidence: "medium" };
  if (status === 603 || status === 607 || status === 608) return declined(view, told);
  if (status === 408) return timedOut(told);
  if (status === 420 || status === 421) {
    const named = view.final?.message.headers.get(status === 420 ? "Unsupported" : "Require");
    return {
      id: "call-demands-extension",
      confidence: "medium",
      ...(named === undefined
        ? {}
        : {
            cause: `${status === 420 ? "The INVITE demands" : "The one who answers demands"} ${shown(named, 60)}, which the other side does not do.`,
          }),
    };
  }
  if (status === 513)
    return {
      id: "invite-too-large",
      confidence: "medium",
      cause: "The one who answers takes no message of this size.",
    };
  if (status === 482 || status === 483) return { id: "call-loops", confidence: "medium" };
  if ([488, 606, 415, 422].includes(status)) return undefined;
  if (UNSENT.has(status)) return { id: "call-failed-beyond", confidence: "medium", ...UNSENT.get(status) };
  if (status >= 500 && status < 600) return failedBeyond(told);
  return { id: "call-refused", confidence: "low" };
}

/** Kamailio's own codes for what it could not pass on (core/error.c). */
const UNSENT: ReadonlyMap<number, Pick<Verdict, "cause" | "fix">> = new Map([
  [
    476,
    {
      cause: "The proxy knows no protocol or transport for the address that the call has to go to.",
      fix: "See what the route or the registered Contact names as transport, and whether the proxy listens for it.",
    },
  ],
  [
    477,
    {
      cause:
        "The proxy could not send the call on: no connection to the address that it has to go to (a TCP, TLS or WebSocket connection that is gone, a port that refuses), or no socket for it.",
      fix: "See the proxy's log at that time; have the device register again, or correct the address and transport of the route.",
    },
  ],
  [478, { cause: CALL_MEANINGS["call-unresolved"].cause, fix: CALL_MEANINGS["call-unresolved"].fix }],
]);

/** Attempts to call numbers abroad, from where no device is registered, beside others whom the PBX knows. */
function isStranger({ parties, context, dialled }: CallView, { status, byPbx }: Refusal): boolean {
  const { kind, host } = parties.caller;
  return (
    byPbx &&
    kind === "unknown" &&
    context.devices.size > 0 &&
    (host === undefined || !context.devices.has(host)) &&
    [401, 403, 404, 407, 484].includes(status) &&
    /^(?:\+?0{1,6}(?:1{2})?\d{9,20}|\d{13,20}|[9#*]\d{11,20})$/.test((dialled ?? "").slice(0, 40))
  );
}

function credentials(view: CallView, told: Refusal): Verdict | undefined {
  const sent = beginnings(view.story).filter(({ withCredentials }) => withCredentials);
  if (sent.length === 0) {
    return { id: "call-challenge-unanswered", confidence: "medium", ...(told.byDevice ? DEVICE_ASKS : {}) };
  }
  const stale = /stale\s{0,2}=\s{0,2}"?true/i.test(
    view.final?.message.headers.get("WWW-Authenticate") ??
      view.final?.message.headers.get("Proxy-Authenticate") ??
      "",
  );
  return stale
    ? undefined
    : {
        id: "call-credentials-refused",
        confidence: "medium",
        hint: { fields: ["password", "authUsername"] },
      };
}

const DEVICE_ASKS = {
  cause:
    "The device or far side that the PBX calls asks for credentials, and the PBX has none for it. For a registered extension the device is not to ask; for a trunk the provider wants user and password in the call.",
  fix: "For a trunk give the PBX outbound credentials (Asterisk PJSIP: outbound_auth). For an extension, turn off authentication of incoming calls on the device.",
} as const;

/** A person who hangs up mostly does so sooner; a ring time is 20 s and more. */
const RING_TIME = 18;

/** Q.850: what the one who gives up says of the media. */
const MEDIA_CAUSE = /Q\.850\s{0,2};\s{0,2}cause\s{0,2}=\s{0,2}(?:47|58|65|79|88)\b/i;

/** A call that is given up, and whose INVITE gets no final answer, or none that is shown. */
export function abandonedCall(view: CallView): CallFact | undefined {
  const { begin, final, story, cancelled } = view;
  const cancel = story.exchanges.find(({ method }) => method === "CANCEL")?.request;
  if (!cancelled || final !== undefined || cancel === undefined || !begin?.provisional.length)
    return undefined;
  return {
    line: cancel.line,
    users: [view.callee ?? view.dialled],
    seen: `${partyWords(view.parties.caller)} gives the call up (CANCEL)`,
    ...cancelledCall(view),
  };
}

function cancelledCall({ begin, story, parties }: CallView): Verdict {
  const cancel = story.exchanges.find(({ method }) => method === "CANCEL");
  const reason = cancel?.request?.message.headers.get("Reason") ?? "";
  if (MEDIA_CAUSE.test(reason)) {
    return {
      id: "media-refused",
      confidence: "medium",
      cause: `The one who placed the call gives it up because the media cannot be agreed (${shown(reason, 60)}): mostly it has no codec in common with the session description of the answer (18x), and nothing that converts.`,
      fix: "Allow a codec on both sides that both have (PCMU or PCMA), or give the gateway what converts (Cisco: transcoder).",
    };
  }
  const elsewhere = /completed elsewhere|cause=26\b|cause=200/i.test(reason);
  const waited = secondsBetween(begin?.request?.at, cancel?.request?.at);
  const silent =
    begin?.provisional.every((each) => (statusOf(each) ?? 0) === 100) === true && (waited ?? 0) >= 10;
  if (silent) {
    return {
      id: "invite-unanswered",
      severity: "warning",
      confidence: "medium",
      cause:
        "The call was accepted for processing (100) but had not rung when the caller gave up. The device behind it is not reached, or does not answer the INVITE.",
    };
  }
  const rang = begin?.provisional.some((each) => (statusOf(each) ?? 0) === 180) === true;
  const ranOut =
    /cause\s{0,2}=\s{0,2}(?:18|19)\b/.test(reason) ||
    (parties.caller.kind === "pbx" && rang && (waited ?? 0) >= RING_TIME);
  if (ranOut && !elsewhere) {
    return {
      id: "call-not-answered",
      confidence: "medium",
      cause:
        "The device was reached and rang, and did not take the call until the one who placed it gave up (its ring time).",
    };
  }
  return {
    id: "call-cancelled",
    severity: "info",
    confidence: "medium",
    ...(elsewhere
      ? {
          cause:
            "Another device of the same extension or group took the call (answered elsewhere). That is in order.",
        }
      : {}),
  };
}

const OF_CALLER =
  /caller.?(?:id|number|origin)|origination|calling number|\bcli\b|\bani\b|from (?:number|header|user)/;

function whyForbidden(words: string): string {
  if (OF_CALLER.test(words)) {
    return "The one who refuses does not take the caller number that is sent: it is not one of the account's, or not in its form.";
  }
  if (/\bacl\b|\bip |address/.test(words)) {
    return "The one who refuses does not know the address that the call comes from.";
  }
  return "The one who refuses does not allow this call. One of these: (1) it does not know the address or account that the call comes from; (2) the caller number is not one of the account's; (3) the number or plan is not allowed.";
}

function forbidden(withCredentials: boolean, { byDevice, words }: Refusal): Verdict {
  if (withCredentials && !byDevice && !OF_CALLER.test(words)) {
    return {
      id: "call-credentials-refused",
      confidence: "medium",
      cause:
        "403 after credentials. One of these: (1) wrong password or authentication user; (2) the From user or caller number is not the account's; (3) the account may not call this number.",
    };
  }
  return {
    id: "call-declined",
    confidence: "medium",
    severity: "critical",
    cause: whyForbidden(words),
    fix: "Look at the log of the one who refuses. For a trunk let it know the PBX's address, and send a caller number of the account (did, in E.164 form).",
  };
}

function unknown(view: CallView, { cause, byDevice, byPbx, words }: Refusal): Verdict {
  const { parties, context } = view;
  const agent = parties.callee.agent ?? "";
  const registered = view.dialled !== undefined && context.bound.has(view.dialled);
  if (/\bno (?:matching )?trunk\b/.test(words)) {
    return {
      id: "no-such-extension",
      confidence: "medium",
      title: "The one who was called has no trunk for this call",
      cause: `No trunk there holds ${shown(view.dialled ?? "the number", 40)}, or takes calls from the address that this one comes from. The number must be the same character by character, with or without +.`,
      fix: "Compare the number in the INVITE with those of the trunk on that side, and the addresses that it allows with the one that the call comes from.",
    };
  }
  if (cause === 3 && byPbx && /asterisk|fpbx/i.test(agent)) {
    return {
      id: "callee-not-registered",
      confidence: "medium",
      cause:
        "Asterisk answers 404 with Q.850 cause 3 if the dialplan has the number but no device is registered on the extension behind it (without the cause, the number itself is not in the dialplan).",
    };
  }
  if (REGISTRAR_PROXY.test(agent) && !/loop|domain/.test(words)) {
    return {
      id: "callee-not-registered",
      confidence: "medium",
      cause:
        "The registrar finds no contact for this user. One of these: (1) no device is registered; (2) the user or the domain in the Request-URI is not the one that is registered.",
    };
  }
  if (byDevice && cause === 1 && !registered) {
    return {
      id: "call-number-unknown",
      confidence: "medium",
      title: "The network does not know the number that was called",
      cause: `${shown(view.dialled ?? "The number", 40)} is not allocated, says the network behind (Q.850 cause 1): the number is wrong, or not in the form that is wanted there (with country code and +, or with 0 or 00).`,
      fix: "Dial the number by hand from a telephone, then compare its form with what the trunk sends.",
    };
  }
  if (byDevice) {
    return {
      id: "call-number-unknown",
      confidence: "medium",
      ...(registered
        ? {}
        : {
            cause: `The PBX calls ${shown(view.dialled ?? "a number", 40)}, which the device or far side does not know: mostly the outside number (DID) in place of the user that is registered, or a form with or without +.`,
          }),
      hint: { routing: true },
    };
  }
  return {
    id: "no-such-extension",
    confidence: byPbx || isPbxAgent(agent) ? "medium" : "low",
    hint: { routing: true },
  };
}

function unavailable(view: CallView, { cause, words, rang, byDevice }: Refusal): Verdict {
  const agent = view.parties.callee.agent ?? "";
  const gone =
    cause === 20 || /user_not_registered|not registered|subscriber.absent|no.?location|offline/.test(words);
  if (gone || (REGISTRAR_PROXY.test(agent) && !rang && !byDevice))
    return { id: "callee-not-registered", confidence: "medium" };
  if (cause === 19 || cause === 18 || /no.?answer|timeout/.test(words) || rang) {
    return { id: "call-not-answered", confidence: "medium" };
  }
  return { id: "callee-unavailable", confidence: "medium" };
}

function declined(view: CallView, { cause, words, rang, byPbx }: Refusal): Verdict {
  if (cause === 17) return { id: "callee-busy", confidence: "medium" };
  const waited = secondsBetween(view.begin?.request?.at, view.final?.at);
  if (byPbx && !rang && (waited ?? 0) >= 10) {
    return {
      id: "invite-unanswered",
      confidence: "medium",
      cause:
        "The PBX took the call on, tried to reach the extension until its ring time ended, and never rang: the device does not answer the INVITE although it is registered (NAT mapping gone, other port, firewall).",
    };
  }
  if (cause === 19 || cause === 18) return { id: "call-not-answered", confidence: "medium" };
  return {
    id: "call-declined",
    confidence: "medium",
    ...(/spam|screen|block/.test(words)
      ? { cause: "The call is taken for unwanted (call screening, block list)." }
      : {}),
  };
}

function timedOut({ rang }: Refusal): Verdict {
  return rang
    ? { id: "call-not-answered", confidence: "medium" }
    : {
        id: "invite-unanswered",
        confidence: "medium",
        cause:
          "408: the system that answers has forwarded the INVITE, and nothing behind it answers. One of these: (1) the registered address or port is no longer open; (2) a firewall; (3) the device is off.",
      };
}

function failedBeyond({ status, cause, words }: Refusal): Verdict {
  if (cause === 20 || /not registered|subscriber.absent/.test(words))
    return { id: "callee-not-registered", confidence: "medium" };
  if (cause === 58 || cause === 88 || cause === 65 || /codec|incompatible|media/.test(words)) {
    return { id: "media-refused", confidence: "medium", hint: { code: 488 } };
  }
  const limit =
    cause === 34 ||
    cause === 42 ||
    cause === 44 ||
    /channel|limit|congest|circuit|capacity|concurrent|max(?:imum)?.{0,12}(?:calls|sessions)/.test(words);
  if (/unable to find a device handler|unknown (?:peer|source|trunk)|no (?:matching )?trunk/.test(words)) {
    return {
      id: "call-failed-beyond",
      confidence: "medium",
      cause: "The one who refuses has no trunk or device for the address and port that the call comes from.",
      fix: "Give the trunk on the side that refuses the very address and port that the call comes from, in the place or partition that takes its calls.",
    };
  }
  return {
    id: "call-failed-beyond",
    confidence: "medium",
    ...(limit
      ? {
          cause:
            "No free line or channel: a limit of plan, trunk or extension is reached, or the far network is overloaded.",
          fix: "Look at the channel limit of trunk and plan, and at calls that are still open there.",
        }
      : {}),
    ...(status === 501 || status === 505
      ? { cause: "The one who answers does not know this kind of request." }
      : {}),
  };
}
