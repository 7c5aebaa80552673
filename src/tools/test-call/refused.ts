import type { MeasuredCall, SetupFacts } from "../../calls/call-facts.js";
import type { SeenFact } from "./fact.js";

/** A call that was not answered: who refused it, and where. Pure. */

/** Q.850 causes: unallocated or out of service, no route to a subscriber. */
const NOBODY_THERE: ReadonlySet<number> = new Set([1, 3, 20, 27]);
const BUSY = 17;
const REJECTED = 21;
/** Congestion: with a 503 what Asterisk answers whose dialplan ends behind Dial, whatever the outcome of the call. */
const CONGESTION = 34;
const NO_ANSWER: ReadonlySet<number> = new Set([18, 19]);

/** What else is known of such a call. */
interface Around {
  /** The platform says that the agent is not registered. */
  readonly notRegistered: boolean;
  /** The PBX took the same voice with the same login, in a call to its echo test. */
  readonly echoAnswered: boolean;
}

export function refusedFacts({ setup }: MeasuredCall, around: Around): SeenFact[] {
  const seen = refusalWords(setup);
  if (setup.outcome === "silent" || setup.outcome === "failed" || setup.outcome === "no-port") {
    return [
      {
        ...{ id: "invite-unanswered", seen, confidence: "medium" },
        cause:
          "The PBX itself does not answer the tester: nothing was seen of the agent. One of these: (1) port or transport are others for this extension; (2) a firewall or ban of this machine; (3) no way there.",
        fix: "Look first whether the PBX answers this machine at all, with the same port and transport.",
      },
    ];
  }
  if (setup.outcome === "unfinished") return [unfinished(setup, seen)];
  if (setup.outcome !== "refused") return [];
  return [byStatus(setup, seen, around)];
}

function unfinished({ ringing }: SetupFacts, seen: string): SeenFact {
  return ringing.some(({ status }) => status === 180 || status === 183)
    ? { id: "call-not-answered", seen, confidence: "medium" }
    : { id: "agent-does-not-ring", seen, confidence: "medium" };
}

function byStatus(setup: SetupFacts, seen: string, { notRegistered, echoAnswered }: Around): SeenFact {
  const { status = 0, q850, ringing, credentialsSent } = setup;
  const rang = ringing.some((each) => each.status === 180 || each.status === 183);
  const sure = { seen, confidence: "high" } as const;
  const likely = { seen, confidence: "medium" } as const;
  if (status >= 300 && status < 400) {
    return {
      ...{ id: "call-forwarded", ...sure, severity: "warning" },
      fix: "Take the forwarding off the agent's extension: a test call follows none.",
    };
  }
  if (status === 401 || status === 407) {
    return {
      ...{ id: "tester-refused", ...sure },
      ...(credentialsSent ? {} : { cause: "The PBX asks for credentials that the tester cannot give." }),
    };
  }
  // Asterisk answers so where the one who was called has declined (603): with the cause of the leg behind it.
  if (status === 403 && q850 !== undefined) return { id: "call-declined", ...likely };
  if (status === 403) {
    return {
      ...{ id: "tester-refused", ...likely },
      ...(echoAnswered
        ? {
            cause:
              "The PBX took the same login for its echo test, so the password is right: the calling extension may not call that one.",
            fix: "See on the PBX what the calling extension may dial, or call from another one.",
          }
        : {}),
    };
  }
  if (status === 488 || status === 606) {
    if (q850 !== undefined) return { id: "agent-media-refused", ...sure, hint: { codecs: true } };
    if (echoAnswered) {
      const told = `${seen}, and the echo test took the same voice`;
      return { id: "agent-media-refused", ...likely, seen: told, hint: { codecs: true } };
    }
    return {
      ...{ id: "own-media-refused", ...likely, severity: "warning", hint: { codecs: true } },
      cause:
        "The calling extension allows neither PCMU nor PCMA, or demands SRTP or WebRTC. Nothing was seen of the agent.",
      fix: "Call from an extension that allows PCMU or PCMA without encryption, or allow that for this one.",
    };
  }
  if (status === 486 || status === 600 || q850 === BUSY) return { id: "callee-busy", ...sure };
  if (status === 404 || status === 484 || status === 604) {
    return q850 !== undefined && NOBODY_THERE.has(q850)
      ? { id: "callee-not-registered", ...sure }
      : notRegistered
        ? { id: "callee-not-registered", ...likely }
        : { id: "no-such-extension", ...likely, hint: { routing: true } };
  }
  if (status === 480)
    return { id: notRegistered ? "callee-not-registered" : "callee-unavailable", ...likely };
  if (q850 === REJECTED) return { id: "call-declined", ...likely };
  if (rang && (NO_ANSWER.has(q850 ?? 0) || status === 408)) return { id: "call-not-answered", ...likely };
  if (!rang && (status === 408 || status === 603 || NO_ANSWER.has(q850 ?? 0))) {
    return { id: "agent-does-not-ring", ...likely, hint: { nat: true } };
  }
  if (status === 603) return { id: "call-declined", ...likely };
  if (status === 422) return { id: "session-interval-small", ...sure };
  if (status === 420 || status === 421) return { id: "call-demands-extension", ...sure };
  if (status === 482 || status === 483) return { id: "call-loops", ...sure };
  if (status === 503 && q850 === CONGESTION) {
    if (notRegistered && !rang) return { id: "callee-not-registered", ...likely };
    return {
      ...{ id: "call-failed-beyond", ...likely },
      cause: `An Asterisk answers so whose dialplan ends after Dial, whatever the outcome of the call. One of these: (1) ${rang ? "the agent's side and the PBX agree on no voice: codec, or SRTP" : "no one is registered at that extension"}; (2) ${rang ? "it was declined there" : "the call was declined there, or voice was not agreed on"}; (3) the way there fails.`,
      fix: 'Look at the registration of the extension ("pjsip show contacts"), then at the call in the PBX\'s log; Hangup() after Dial() in the dialplan hands the cause on to the caller.',
    };
  }
  if (status >= 500 && status < 600) return { id: "call-failed-beyond", ...likely };
  return { id: "call-refused", ...likely };
}

/** `INVITE is answered 404 "Not Found" after 0.1 s (Q.850 cause 3; it never rang)`. */
export function refusalWords({
  outcome,
  status,
  reason,
  q850,
  problem,
  ringing,
  tookMs,
}: SetupFacts): string {
  const after = `after ${(tookMs / 1_000).toFixed(1)} s`;
  const rang = ringing.some((each) => each.status === 180 || each.status === 183);
  const how = rang ? "it rang before" : "it never rang";
  switch (outcome) {
    case "refused": {
      const more = [q850 === undefined ? "" : `Q.850 cause ${q850}`, how].filter((each) => each !== "");
      return `the call is answered ${status}${reason === undefined ? "" : ` ${reason}`} ${after} (${more.join("; ")})`;
    }
    case "unfinished":
      return `the PBX has taken the call on, and it was not answered in ${(tookMs / 1_000).toFixed(0)} s (${how})`;
    case "silent":
      return `the PBX gave no answer to the call ${after}`;
    case "no-port":
      return "this machine has no free UDP port for voice";
    case "failed":
      return `the call could not be sent: ${problem ?? "the network refuses it"}`;
    default:
      return "the call was given up";
  }
}
