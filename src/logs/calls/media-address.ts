import { canonicalIp, parseUri, readVias, tolerant } from "../../sip/index.js";
import { secondsBetween } from "../clock.js";
import { shown } from "../hide-secrets.js";
import {
  contactOf,
  isContainer,
  isLocal,
  isOutside,
  receivedOf,
  sameHost,
  sourceOf,
  targetOf,
} from "./addresses.js";
import { changes, finalOf, statusOf } from "./call-story.js";
import { agreementOf, type CallView, type Described, partyOfSender } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { partyWords, sendsBackToSource } from "./parties.js";
import { isHeard } from "./voice-heard.js";

/** Where a session description sends the voice, against where its message came from. */

/** A call that lasted so long was hardly silent. */
const GOOD_CALL = 60;
const LONG_CALL = 120;

export function mediaAddresses(view: CallView): CallFact[] {
  const direct = directMedia(view);
  const first = view.answer?.exchange ?? view.begin;
  const { offer, answer } = first === undefined ? {} : agreementOf(first);
  const both = [offer, answer].flatMap((each) => (each === undefined || isHeard(view, each) ? [] : [each]));
  const wrong = both.flatMap((each) => othersAddress(view, each) ?? privateAddress(view, each) ?? []);
  return [
    // The side of the PBX weighs more: a device behind NAT is mostly answered where it sends from.
    ...wrong.toSorted((one, other) => weight(one) - weight(other)).slice(0, 1),
    ...(wrong.length > 0 ? [] : both.flatMap((each) => otherAddress(view, each) ?? []).slice(0, 1)),
    ...(direct === undefined ? [] : [direct]),
  ];
}

function weight({ severity = "critical" }: CallFact): number {
  return severity === "critical" ? 0 : severity === "warning" ? 1 : 2;
}

function privateAddress(view: CallView, { traced, audio, byCaller }: Described): CallFact | undefined {
  const address = audio?.connection;
  if (audio === undefined || audio.port === 0 || !isLocal(address) || address === undefined) return undefined;
  // With ICE the candidates count.
  if (audio.candidates.some((each) => isOutside(each))) return undefined;
  const why = outsideOf(view, traced, byCaller) ?? containerOf(traced, address);
  if (why === undefined) return undefined;
  const sender = partyOfSender(view, byCaller);
  const receiver = partyOfSender(view, !byCaller);
  // No telephone runs in a container: what does is a server, and its peers do not correct its address.
  const ofPbx = sender.kind === "pbx" || isContainer(address);
  const ended = secondsBetween(view.answer?.ok.at, view.bye?.request?.at);
  const harmless = !ofPbx && (sendsBackToSource(receiver) || (ended !== undefined && ended > GOOD_CALL));
  const container = isContainer(address)
    ? "container address"
    : /^127\./.test(address)
      ? "loopback address"
      : "private address";
  // It comes from the internet, to a PBX that sends where the description says unless it is told otherwise.
  const lost = !harmless && receiver.kind === "pbx" && isOutside(sourceOf(traced));
  return {
    id: "media-address-private",
    line: traced.line,
    users: [view.callee],
    seen: `${messageName(traced)} of ${partyWords(sender)} says c= ${shown(address, 60)}, ${why}`,
    confidence: "medium",
    severity: ofPbx
      ? ended !== undefined && ended > LONG_CALL
        ? "warning"
        : "critical"
      : harmless
        ? "info"
        : lost
          ? "critical"
          : "warning",
    cause: ofPbx
      ? `${sender.kind === "pbx" ? "The PBX" : "The server"} writes its ${container} into the session description: the far side sends its voice there, and it does not arrive. No audio, or audio in one direction only.`
      : `The ${sender.kind === "unknown" ? "sender" : "device"} writes its ${container} into the session description. A PBX that sends back to where packets come from (symmetric RTP) copes with that; one that does not sends its voice to nowhere.`,
    fix: ofPbx
      ? "Set the external media address and the local networks on the side that announces it (Asterisk PJSIP: external_media_address, external_signaling_address and local_net of the transport, then a restart), and forward its RTP range."
      : "Switch symmetric RTP on for this extension on the PBX (Asterisk PJSIP: rtp_symmetric=yes, force_rport=yes, rewrite_contact=yes), or have the device announce its public address (STUN, external address).",
    hint: { nat: true },
  };
}

/** Why the packet is one that leaves the private network; `undefined` where it stays there, or nothing tells. */
function outsideOf(view: CallView, { message, ...traced }: Described["traced"], byCaller: boolean) {
  const whole = { ...traced, message };
  const [source, target] = [sourceOf(whole), targetOf(whole)];
  if (isOutside(source)) return `the packet comes from ${shown(source ?? "", 60)}`;
  if (isOutside(target)) return `the packet goes to ${shown(target ?? "", 60)}`;
  if (source !== undefined || target !== undefined) return undefined;
  // Without packets the message itself may show where it is known outside.
  const contact = contactOf(message);
  if (isOutside(contact)) return `its Contact is ${shown(contact ?? "", 60)}`;
  const asked =
    byCaller && message.kind === "request" ? tolerant(() => parseUri(message.uri))?.host : undefined;
  if (isOutside(asked)) return `it is sent to ${shown(asked ?? "", 60)}`;
  const seen = view.story.exchanges.flatMap(({ finals }) =>
    finals.map((each) => receivedOf(each.message)),
  )[0];
  return byCaller && seen !== undefined && isOutside(seen.received)
    ? `it was seen to come from ${shown(seen.received, 60)}`
    : undefined;
}

function containerOf(traced: Described["traced"], address: string): string | undefined {
  const [source, target] = [sourceOf(traced), targetOf(traced)];
  const other = source ?? target;
  if (!isContainer(address) || other === undefined || isContainer(other) || /^172\./.test(other))
    return undefined;
  return source === undefined
    ? `the packet goes to ${shown(other, 60)}`
    : `the packet comes from ${shown(other, 60)}`;
}

function messageName({ message }: Described["traced"]): string {
  return message.kind === "request" ? shown(message.method, 10) : `the ${message.status}`;
}

/** The address of the one to whom the description goes: it would have to send its voice to itself. */
function othersAddress(view: CallView, { traced, audio, byCaller }: Described): CallFact | undefined {
  const address = audio?.connection;
  const [source, target] = [sourceOf(traced), targetOf(traced)];
  if (address === undefined || audio?.port === 0 || !sameHost(address, target)) return undefined;
  if (source === undefined || sameHost(source, target) || sameHost(address, source)) return undefined;
  return {
    id: "media-address-wrong",
    line: traced.line,
    users: [view.callee],
    seen: `${messageName(traced)} of ${partyWords(partyOfSender(view, byCaller))} says c= ${shown(address, 60)}, which is the address of the one to whom it goes; it comes from ${shown(source, 60)}`,
    title: "The other side's own address is announced for the voice",
    confidence: "medium",
    severity: "critical",
    cause:
      "The session description has the other side's address in the place of its sender's own: the other side would send its voice to itself. No audio, or audio in one direction only.",
    fix: "Give the sender its own address as the one to announce (public or external address, --ip-addr of pjsua), not the PBX's.",
    hint: { nat: true },
  };
}

/** A public address that is not the PBX's. Providers have media elsewhere: only a PBX is looked at. */
function otherAddress(view: CallView, { traced, audio, byCaller }: Described): CallFact | undefined {
  const address = audio?.connection;
  const sender = partyOfSender(view, byCaller);
  if (address === undefined || !isOutside(address) || sender.kind !== "pbx") return undefined;
  if (!/^(?:FPBX|Asterisk|FreeSWITCH|Yeastar|IPBX|Issabel|VitalPBX)/i.test(sender.agent ?? "Asterisk"))
    return undefined;
  const toLocal = outsideToLocal(view, traced, address, byCaller);
  if (toLocal !== undefined) return toLocal;
  const { ownAddresses } = view.context;
  const source = sourceOf(traced);
  const own =
    source !== undefined && isOutside(source)
      ? [source]
      : traced.direction === "sent"
        ? [...ownAddresses]
        : [];
  const outside = own.filter((each) => isOutside(each));
  if (outside.length === 0 || outside.some((each) => sameHost(each, address))) return undefined;
  const [real = ""] = outside;
  return {
    id: "media-address-wrong",
    line: traced.line,
    users: [view.callee],
    seen: `${messageName(traced)} of ${partyWords(sender)} says c= ${shown(address, 60)}, and its packets come from ${shown(real, 60)}`,
    confidence: sameHost(contactOf(traced.message), address) ? "medium" : "low",
    hint: { nat: true },
  };
}

/** A PBX that does not know its own network gives its public address to those in it. */
function outsideToLocal(
  view: CallView,
  traced: Described["traced"],
  address: string,
  byCaller: boolean,
): CallFact | undefined {
  const [source, target] = [sourceOf(traced), targetOf(traced)];
  const [sender, receiver] = [partyOfSender(view, byCaller), partyOfSender(view, !byCaller)];
  const isInside = isLocal(target) && (isLocal(source) || traced.direction === "sent");
  if (!isInside || receiver.kind === "pbx" || isContainer(target)) return undefined;
  return {
    id: "media-address-wrong",
    line: traced.line,
    users: [view.callee],
    title: "A device in the PBX's own network is given the public media address",
    seen: `${messageName(traced)} of ${partyWords(sender)} says c= ${shown(address, 60)}, and goes to ${shown(target ?? "", 60)} in a private network`,
    confidence: "medium",
    cause:
      "The PBX takes the device's network for an outside one: its local networks are not set, or not all of them (a second network, VPN). The device sends its voice to the router's public address, and few routers bring it back: no audio, or audio in one direction only.",
    fix: "Add that network to the PBX's local networks (Asterisk PJSIP: local_net of the transport; FreePBX: Settings, Asterisk SIP Settings, Local Networks), and restart it.",
    hint: { nat: true },
  };
}

function directMedia(view: CallView): CallFact | undefined {
  const { answer, story } = view;
  if (answer === undefined) return undefined;
  const before = agreementOf(answer.exchange);
  for (const change of changes(story)) {
    const { offer } = agreementOf(change);
    const address = offer?.audio?.connection;
    if (offer === undefined || address === undefined || canonicalIp(address) === undefined) continue;
    const sender = partyOfSender(view, change.byCaller);
    const old = (change.byCaller === before.offer?.byCaller ? before.offer : before.answer)?.audio
      ?.connection;
    if (sender.kind !== "pbx" || old === undefined || sameHost(old, address)) continue;
    const isOff = offer.audio?.direction === "inactive" || offer.audio?.direction === "sendonly";
    const source = sourceOf(offer.traced);
    if (isOff || /^0\.0\.0\.0$/.test(address) || sameHost(source, address)) continue;
    const target = targetOf(offer.traced);
    // Within the same private networks it mostly works.
    if (isLocal(address) && !isOutside(target) && !isOutside(source)) continue;
    const status = statusOf(finalOf(change));
    const after = secondsBetween(answer.ok.at, offer.traced.at);
    return {
      id: "direct-media",
      line: offer.traced.line,
      users: [view.callee],
      seen: `re-INVITE of ${partyWords(sender)}${after === undefined ? "" : ` ${after.toFixed(1)} s after the answer`} moves media from ${shown(old, 60)} to ${shown(address, 60)}${status === undefined ? "" : `, answered ${status}`}`,
      confidence: "medium",
      ...(isLocal(address) && isOutside(target) ? { severity: "critical" as const } : {}),
    };
  }
  return undefined;
}

/** The PBX shows a private Contact to the outside, and nothing in the call proves that it can still be reached. */
export function privateContact(view: CallView): CallFact | undefined {
  const { answer, begin, parties, bye } = view;
  const message =
    parties.callee.kind === "pbx" ? answer?.ok : parties.caller.kind === "pbx" ? begin?.request : undefined;
  if (message === undefined || message.message.headers.has("Record-Route")) return undefined;
  const host = contactOf(message.message);
  const leaves = isOutside(sourceOf(message)) || isOutside(targetOf(message));
  if (!isLocal(host) || !leaves || sameHost(host, sourceOf(message))) return undefined;
  const toPbx = parties.callee.kind === "pbx";
  const acked = toPbx && (answer?.exchange.acks.length ?? 0) > 0;
  const ended = bye !== undefined && bye.byCaller === toPbx;
  if (acked || ended) return undefined;
  return {
    id: "call-contact-private",
    line: message.line,
    users: [view.callee],
    seen: `${messageName(message)} of ${partyWords(toPbx ? parties.callee : parties.caller)} has Contact ${shown(host ?? "", 60)}`,
    confidence: "medium",
    hint: { nat: true },
  };
}

/** What the far side answers shows other addresses than were sent, or than it can have seen. */
export function rewrittenPath(view: CallView): CallFact | undefined {
  for (const { request, finals, provisional } of view.story.exchanges) {
    for (const answer of [...provisional, ...finals]) {
      const seen = privateSeen(answer) ?? otherVia(request, answer);
      if (seen === undefined) continue;
      return { id: "call-path-rewritten", line: answer.line, users: [], seen, confidence: "medium" };
    }
  }
  return undefined;
}

/** A PBX at a public address has seen us under a private one: something between has put it there. */
function privateSeen(answer: Described["traced"]): string | undefined {
  const seen = receivedOf(answer.message);
  const [source, target] = [sourceOf(answer), targetOf(answer)];
  if (seen === undefined || !isOutside(source) || !isLocal(seen.received)) return undefined;
  // Where a container's host passes packets on it is the one that is seen, and calls work.
  const known = isLocal(target) || isOutside(target) || answer.direction === "received";
  if (!known || (isContainer(seen.received) && answer.direction !== "received")) return undefined;
  return `the answer comes from ${shown(source ?? "", 60)} and says received=${shown(seen.received, 60)}, which no public host can have seen`;
}

/** An answer returns the Via as it was sent; between two hosts nothing else may have touched it. */
function otherVia(request: Described["traced"] | undefined, answer: Described["traced"]): string | undefined {
  if (request?.peer === undefined || answer.peer === undefined || request.listed) return undefined;
  const [sent, came] = [topVia(request), topVia(answer)];
  if (sent === undefined || came === undefined || sent.branch !== came.branch) return undefined;
  const [was, is] = [sent, came].map(({ host, port = 5060 }) => `${host}:${port}`) as [string, string];
  return was === is ? undefined : `Via was sent as ${shown(was, 60)} and comes back as ${shown(is, 60)}`;
}

function topVia({ message }: Described["traced"]) {
  return tolerant(() => readVias(message.headers))?.[0];
}
