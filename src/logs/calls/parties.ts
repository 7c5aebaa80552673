import { hostOf } from "../frames.js";
import { shown } from "../hide-secrets.js";
import type { TracedMessage } from "../trace.js";
import { isScannerAgent, type TraceContext } from "../trace-context.js";
import { sourceOf, targetOf } from "./addresses.js";
import { agentOf, type CallStory } from "./call-story.js";
import type { CountedVoice } from "./counters/counted.js";

/** Who is who in a call: the PBX, a device that is registered with it, a party beyond it, a stranger. */

type PartyKind = "pbx" | "device" | "far side" | "scanner" | "unknown";

export interface Party {
  readonly kind: PartyKind;
  /** The Server or User-Agent header. */
  readonly agent?: string;
  readonly host?: string;
}

export interface Parties {
  readonly caller: Party;
  readonly callee: Party;
}

/** Programs that are a PBX, or are in front of one. */
const PBX =
  /^(?:FPBX|Asterisk|IPBX|Yeastar|Issabel|VitalPBX|3CX|FreeSWITCH|FusionPBX|Grandstream UCM|UCM\d|Sangoma|PBXact|Switchvox|Mitel|Cisco-CUCM|Vodia|STARFACE|innovaphone|FRITZ!OS|AVM|Kamailio|OpenSIPS|OpenSER|sipxecs|Wildix|Elastix|Incredible|IssabelPBX|Avaya|NetSapiens|BroadWorks|Metaswitch|Auerswald|Panasonic|Zultys)/i;
/** What people call it in a drawing. */
const NAMED_PBX =
  /^(?:[\w-]{0,20}PBX|Asterisk|FreeSWITCH|FusionPBX|3CX|Kamailio|OpenSIPS|Yeastar|UCM)[\w-]{0,20}$/i;
/** PBXs that send media to where it comes from unless told otherwise. */
const SYMMETRIC = /^(?:FPBX|FreeSWITCH|FusionPBX|3CX|IPBX|Yeastar|Grandstream UCM|UCM\d|FRITZ!OS|AVM)/i;

export function isPbxAgent(agent: string | undefined): boolean {
  return agent !== undefined && PBX.test(agent);
}

export function sendsBackToSource({ agent }: Party): boolean {
  return agent !== undefined && SYMMETRIC.test(agent);
}

/** What the rest of a trace shows about hosts. */
export interface CallContext extends TraceContext {
  /** Hosts from which users of the PBX are registered. */
  readonly devices: ReadonlySet<string>;
  /** By user: `host:port` of the last good registrations. */
  readonly bound: ReadonlyMap<string, ReadonlySet<string>>;
  /** Addresses under which the logging program is known outside. */
  readonly ownAddresses: ReadonlySet<string>;
  /** Hosts of a list of packets that get calls and pass them on. */
  readonly between: ReadonlySet<string>;
  /** Voice that was counted beside the messages. */
  readonly voice: readonly CountedVoice[];
  /** By the line of a call's first message: to which of its sides voice is seen to get, both ways being there. */
  readonly heard: ReadonlyMap<number, HeardSides>;
}

export interface HeardSides {
  readonly caller: boolean;
  readonly callee: boolean;
}

/** What is known of voice, from counters or a capture. */
export interface KnownVoice {
  readonly voice?: readonly CountedVoice[];
  readonly heard?: ReadonlyMap<number, HeardSides>;
}

export function partiesOf(story: CallStory, context: CallContext): Parties {
  const sides = { caller: side(story, true), callee: side(story, false) };
  const caller = partyOf(sides.caller, context);
  const callee = partyOf(sides.callee, context);
  // Of two programs of which one is known to be the PBX, the other one is not.
  if (sides.caller.own && caller.kind === "pbx" && callee.kind === "pbx")
    return { caller, callee: { ...callee, kind: "far side" } };
  if (sides.callee.own && callee.kind === "pbx" && caller.kind === "pbx")
    return { caller: { ...caller, kind: "far side" }, callee };
  return { caller, callee };
}

interface Side {
  agent: string | undefined;
  host: string | undefined;
  /** The program that wrote the log. */
  own: boolean;
  byAsterisk: boolean;
}

function side({ exchanges }: CallStory, caller: boolean): Side {
  const found: Side = { agent: undefined, host: undefined, own: false, byAsterisk: false };
  for (const { request, provisional, finals, byCaller, acks } of exchanges) {
    const requests = [...(request ? [request] : []), ...acks];
    const answers = [...provisional, ...finals];
    for (const sent of byCaller === caller ? requests : answers) learn(found, sent, true);
    for (const got of byCaller === caller ? answers : requests) learn(found, got, false);
  }
  return found;
}

function learn(found: Side, traced: TracedMessage, sent: boolean): void {
  if (sent) found.agent ??= agentOf(traced.message);
  found.host ??= sent ? sourceOf(traced) : targetOf(traced);
  const own = traced.direction === (sent ? "sent" : "received");
  if (!own) return;
  found.own = true;
  found.byAsterisk ||= traced.byAsterisk === true;
}

function partyOf({ agent, host, own, byAsterisk }: Side, context: CallContext): Party {
  const kind = (): PartyKind => {
    if (isScannerAgent(agent)) return "scanner";
    if (own && (byAsterisk || context.loggerIsRegistrar)) return "pbx";
    if (host !== undefined && context.devices.has(host)) return "device";
    if (host !== undefined && (context.registrars.has(host) || context.between.has(host))) return "pbx";
    if (host !== undefined && NAMED_PBX.test(host)) return "pbx";
    return isPbxAgent(agent) ? "pbx" : "unknown";
  };
  return { kind: kind(), ...(agent === undefined ? {} : { agent }), ...(host === undefined ? {} : { host }) };
}

const NAMES: Readonly<Record<PartyKind, string>> = {
  pbx: "the PBX",
  device: "the device",
  "far side": "the far side",
  scanner: "a scanner",
  unknown: "the other side",
};

/** `the PBX (Asterisk PBX 20.9.2, 192.0.2.34)`. */
export function partyWords({ kind, agent, host }: Party, otherwise?: string): string {
  const more = [
    agent === undefined ? "" : shown(agent, 60),
    host === undefined ? "" : shown(host, 60),
  ].filter((each) => each !== "");
  const name = kind === "unknown" && otherwise !== undefined ? otherwise : NAMES[kind];
  return `${name}${more.length === 0 ? "" : ` (${more.join(", ")})`}`;
}

/** What registrations and answers of a trace tell about its hosts. */
export function callContext(
  context: TraceContext,
  messages: readonly TracedMessage[],
  registered: readonly { user: string; place: string }[],
  { voice = [], heard = new Map() }: KnownVoice = {},
): CallContext {
  const bound = new Map<string, Set<string>>();
  for (const { user, place } of registered) {
    bound.set(user, (bound.get(user) ?? new Set()).add(place));
  }
  const devices = new Set(registered.map(({ place }) => hostOf(place)));
  for (const host of context.registrars) devices.delete(host);
  return {
    ...context,
    ...{ bound, devices, voice, heard },
    ownAddresses: ownAddresses(messages),
    between: between(messages),
  };
}

/** A list of packets has no headers that tell who is who; a host that is called and calls is not an endpoint. */
function between(messages: readonly TracedMessage[]): Set<string> {
  const [called, calling] = [new Set<string>(), new Set<string>()];
  for (const { message, peer, to, listed } of messages) {
    if (listed === undefined || message.kind !== "request" || message.method !== "INVITE") continue;
    if (/;tag=/.test(message.headers.get("To") ?? "")) continue;
    if (peer !== undefined) calling.add(hostOf(peer));
    if (to !== undefined) called.add(hostOf(to));
  }
  return new Set([...called].filter((host) => calling.has(host)));
}

/** What others have seen the logging program as. */
function ownAddresses(messages: readonly TracedMessage[]): Set<string> {
  const own = new Set<string>();
  for (const { message, direction } of messages) {
    if (direction !== "received" || message.kind !== "response") continue;
    const seen = /;\s?received=\[?([0-9A-Fa-f.:]{3,45})/.exec(message.headers.get("Via") ?? "")?.[1];
    if (seen !== undefined) own.add(seen);
  }
  return own;
}
