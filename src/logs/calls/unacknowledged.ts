import { canonicalIp } from "../../sip/index.js";
import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import type { TracedMessage } from "../trace.js";
import { contactOf, isContainer, isLocal, isOutside, sameHost, sourceOf, targetOf } from "./addresses.js";
import { changes, hostIn, statusOf } from "./call-story.js";
import type { CallView } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { partyWords } from "./parties.js";

/** A 200 that no ACK follows: the call ends after 32 s. */
export function unacknowledged(view: CallView): CallFact | undefined {
  const { answer, bye, story } = view;
  if (answer === undefined) return undefined;
  const { exchange, ok } = answer;
  const oks = exchange.finals.filter((final) => (statusOf(final) ?? 999) < 300);
  // What goes to a private address that the INVITE did not go to is lost.
  const acked = exchange.acks.find((ack) => !story.strayAcks.includes(ack) || !isLocal(targetOf(ack)));
  const repeats = acked === undefined ? oks.length - 1 : oks.filter(({ line }) => line > acked.line).length;
  const end = bye?.request;
  const byAnswerer = end !== undefined && !bye?.byCaller;
  const reason = end?.message.headers.get("Reason") ?? "";
  const after = secondsBetween(ok.at, end?.at);
  const soon = after === undefined || after <= LONGEST_WAIT;
  const said = byAnswerer && soon && TIMED_OUT.test(reason) && !OTHERWISE.test(reason);
  const inTime = byAnswerer && after !== undefined && after >= 28 && after <= 36;
  const proven = acked === undefined ? repeats >= 2 : repeats >= 3;
  const likely = acked === undefined && (inTime || repeats >= 1) && byAnswerer;
  if (!proven && !said && !likely) return undefined;
  const why = whyLost(view, ok);
  const stray = story.strayAcks[0];
  const ends =
    end === undefined || !byAnswerer
      ? ""
      : `; it hangs up${after === undefined ? "" : ` after ${Math.round(after)} s`}${reason === "" ? "" : ` (Reason: ${shown(reason, 80)})`}`;
  const ack =
    stray !== undefined
      ? `the ACK goes to ${shown(targetOf(stray) ?? "another host", 60)}`
      : acked === undefined
        ? "no ACK comes"
        : "the ACK that is sent does not end that";
  return {
    id: "ack-lost",
    line: ok.line,
    users: [view.callee],
    seen: `the 200 of ${partyWords(view.parties.callee)}${repeats > 0 ? ` is sent ${repeats + 1} times` : ""}, ${ack}${ends}${why.seen}`,
    confidence: (proven && acked === undefined) || said ? "high" : "medium",
    ...(why.cause === undefined ? {} : { cause: why.cause, fix: why.fix }),
    hint: { nat: true },
  };
}

/** The same of a change within the call: who has taken it waits as long, and ends the call. */
export function unacknowledgedChange({ story, bye, parties, callee }: CallView): CallFact | undefined {
  for (const change of changes(story)) {
    const ok = change.finals.find((final) => (statusOf(final) ?? 999) < 300);
    if (change.method !== "INVITE" || ok === undefined || change.acks.length > 0) continue;
    const repeats = change.finals.filter((final) => (statusOf(final) ?? 999) < 300).length - 1;
    const end = bye?.request;
    const reason = end?.message.headers.get("Reason") ?? "";
    const after = secondsBetween(ok.at, end?.at);
    const byAnswerer = end !== undefined && bye?.byCaller !== change.byCaller;
    const said =
      byAnswerer &&
      TIMED_OUT.test(reason) &&
      !OTHERWISE.test(reason) &&
      (after === undefined || after <= LONGEST_WAIT);
    if (repeats < 2 && !said) continue;
    const who = partyWords(change.byCaller ? parties.callee : parties.caller);
    const contact = contactOf(ok.message);
    return {
      id: "ack-lost",
      line: ok.line,
      users: [callee],
      seen: `the 200 of ${who} to a change within the call (re-INVITE)${repeats > 0 ? ` is sent ${repeats + 1} times` : ""}, no ACK comes${said ? `; it hangs up (Reason: ${shown(reason, 80)})` : ""}${contact === undefined ? "" : `; Contact of the 200: ${shown(contact, 60)}`}`,
      confidence: "medium",
      cause:
        "The answer to a change within the call (session timer, hold, another address for the voice) is not acknowledged, and the side that answered ends the call after 32 s. Its Contact may be an address that the other side does not reach, or the way of the call (Record-Route, NAT mapping) has changed since it began.",
      hint: { nat: true },
    };
  }
  return undefined;
}

/** What the one who was called writes into Reason when it has waited for the ACK. */
const TIMED_OUT = /ack[\s_-]{0,2}time|no[\s_-]ack|ack not|cause=408|RECOVERY_ON_TIMER/i;

/** The longest wait for an ACK (64 times T1, with some delay); what ran out later is another timer. */
const LONGEST_WAIT = 64;

/** Other waits that end with 408. */
const OTHERWISE = /media|rtp|audio|session|timer expir/i;

interface Why {
  readonly seen: string;
  readonly cause?: string;
  readonly fix?: string;
}

/** `localhost`, a machine's or container's own name, and the domains of networks at home and in clusters. */
function isInnerName(host: string | undefined): boolean {
  if (host === undefined || canonicalIp(host) !== undefined) return false;
  return /^(?:[\w-]{1,63}|.{1,200}\.(?:local|localdomain|lan|home|internal|svc))$/i.test(host);
}

function whyLost({ parties, story }: CallView, ok: TracedMessage): Why {
  const { headers } = ok.message;
  const [source, target] = [sourceOf(ok), targetOf(ok)];
  const route = headers.all("Record-Route").map((value) => hostIn(value.split(",")[0]));
  const host = route.length > 0 ? route[0] : contactOf(ok.message);
  const name = route.length > 0 ? "Record-Route" : "Contact";
  const crosses = isOutside(source) || isOutside(target);
  const inner = isInnerName(host) && crosses;
  const unreachable = inner || (isLocal(host) && !sameHost(host, source) && (crosses || isContainer(host)));
  const stray = story.strayAcks.map(targetOf).find(isLocal);
  if (!unreachable && stray === undefined) return { seen: "" };
  const address = shown(host ?? stray ?? "", 60);
  const inside = inner
    ? "a name that is known inside only"
    : isContainer(host)
      ? "an address of a container"
      : "a private address";
  return {
    seen: `; ${name} of the 200: ${address}`,
    cause: `${name} of the 200 is ${inside} (${address}), to which the caller has to send its ACK. It does not arrive, and the side that answered gives up after 32 s.`,
    fix:
      parties.callee.kind === "pbx"
        ? "Set the PBX's external signalling address and its local networks, so its Contact is the public address."
        : "Have the device or agent announce its public address in Contact (external or advertised address of its SIP stack; in a container publish the host's address or use the host's network), or have the PBX send to where the packets come from (rewrite_contact, force_rport).",
  };
}
