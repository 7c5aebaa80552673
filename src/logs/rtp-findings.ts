import {
  type AnnouncedAudio,
  type CallMedia,
  type CallSide,
  type Capture,
  codecName,
  hostOf,
  isEncrypted,
  type RtpStream,
  wantsSound,
} from "../captures/index.js";
import type { RtpEvidence, RtpFact } from "../diagnosis/evidence-rtp.js";
import { ruleOf } from "../diagnosis/rules/index.js";
import { isLocalAddress } from "../sip/index.js";
import { ENOUGH } from "./calls/counters/counted.js";
import type { HeardSides } from "./calls/parties.js";
import { shown } from "./hide-secrets.js";
import type { LogFinding } from "./log-findings.js";

/** What the RTP of a capture comes to, call by call. Nothing here is sure: a capture shows what passed one point. */

export interface Fact extends RtpEvidence {
  readonly packet: number;
  readonly users: readonly string[];
}

/** Calls shorter than this say nothing about their sound; seconds. */
const LEAST_TALK = 2;
export const LEAST_PACKETS = 100;
/** So many times as much one way as the other is still a conversation. */
const ALIKE = 4;
const LOSS = 0.03;
const JITTER_MS = 30;
const SILENT = 0.99;
const EARLY_END = 10;

/** One direction of a call. */
interface Way {
  readonly from: CallSide;
  readonly to: CallSide;
  readonly fromName: string;
  readonly toName: string;
  readonly streams: readonly RtpStream[];
  readonly back: readonly RtpStream[];
}

export function rtpFindings(
  calls: readonly CallMedia[],
  capture: Pick<Capture, "streams" | "refusals">,
): LogFinding[] {
  return findingsOfFacts(calls.flatMap((call) => factsOf(call, capture)));
}

/** Those of one kind are one finding. */
export function findingsOfFacts(facts: readonly Fact[]): LogFinding[] {
  const found = new Map<RtpFact, LogFinding>();
  for (const fact of facts) {
    const before = found.get(fact.what);
    found.set(fact.what, before === undefined ? findingOf(fact) : { ...before, count: before.count + 1 });
  }
  return [...found.values()];
}

/** By the packet of the INVITE: to which sides of a call voice gets, where it is seen to go both ways. */
export function heardSides(calls: readonly CallMedia[]): Map<number, HeardSides> {
  const sides = new Map<number, HeardSides>();
  for (const { packet, caller, callee, toCaller, toCallee } of calls) {
    if (!isSpoken(packetsOf(toCaller), packetsOf(toCallee))) continue;
    sides.set(packet, { caller: gets(caller, toCaller, toCallee), callee: gets(callee, toCallee, toCaller) });
  }
  return sides;
}

/** Of a short call both ways have to be alike: one that ends after a moment does not prove anything. */
function isSpoken(one: number, other: number): boolean {
  const [least, most] = one < other ? [one, other] : [other, one];
  return least >= LEAST_PACKETS || (least >= ENOUGH && most <= ALIKE * least);
}

/** It goes to where the side's own voice comes from, or is seen to come to the address that it announced. */
function gets(side: CallSide, streams: readonly RtpStream[], back: readonly RtpStream[]): boolean {
  const own = new Set(back.map(({ source }) => source));
  return streams.some(({ destination, packets }) => {
    if (packets < ENOUGH) return false;
    return own.has(destination) && !(isOutside(side) && isLocalAddress(hostOf(destination)));
  });
}

function findingOf({ what, words, packet, users, confidence, severity, cause }: Fact): LogFinding {
  const rule = ruleOf(what);
  return {
    id: rule.id,
    severity: severity ?? rule.severity,
    title: rule.title,
    evidence: `packet ${packet}: ${words}`,
    cause: cause ?? rule.cause,
    fix: rule.fix,
    confidence,
    users: users.map((user) => shown(user, 60)),
    count: 1,
  };
}

function factsOf(call: CallMedia, { streams, refusals }: Pick<Capture, "streams" | "refusals">): Fact[] {
  const { caller, callee, toCaller, toCallee, answered, ended, packet } = call;
  if (answered === undefined || ended - answered < LEAST_TALK) return [];
  const users = [caller.user, callee.user].flatMap((user) => (user === undefined ? [] : [user]));
  const about = (facts: readonly RtpEvidence[]) => facts.map((fact) => ({ ...fact, packet, users }));
  if (toCaller.length + toCallee.length === 0) {
    const silence = wantsBoth(call) && streams.length > 0 ? [none(call)] : [];
    return about(silence);
  }
  const ways: Way[] = [
    {
      from: caller,
      to: callee,
      fromName: "the caller",
      toName: "the called side",
      streams: toCallee,
      back: toCaller,
    },
    {
      from: callee,
      to: caller,
      fromName: "the called side",
      toName: "the caller",
      streams: toCaller,
      back: toCallee,
    },
  ];
  const ofWays = ways.flatMap((way) => [
    ...toPrivate(way),
    ...refused(way, call, refusals),
    ...oneWay(way, call),
    ...stops(way, call),
    ...way.streams.flatMap((stream) => ofStream(stream, way)),
    ...fromElsewhere(way),
  ]);
  return about(ofWays);
}

/** Neither side has refused sound or held the call at any time, and both have announced an address, so their streams are known. */
function wantsBoth({ caller, callee }: CallMedia): boolean {
  const wants = ({ announced }: CallSide) =>
    announced.length > 0 &&
    announced.every(
      (audio) => wantsSound(audio) && audio.direction === "sendrecv" && audio.place !== undefined,
    );
  return wants(caller) && wants(callee);
}

function none({ caller, callee }: CallMedia): RtpEvidence {
  return {
    what: "rtp-none",
    words: `answered, and no RTP from or to ${announcedPlace(caller)} (caller) and ${announcedPlace(callee)} (called side)`,
    confidence: "low",
  };
}

function oneWay({ streams, back, from, to, fromName, toName }: Way, call: CallMedia): RtpEvidence[] {
  if (streams.length > 0 || packetsOf(back) < LEAST_PACKETS || !wantsBoth(call)) return [];
  const told = last(to)?.host;
  const isLost = told !== undefined && isLocalAddress(told) && isOutside(to);
  return [
    {
      what: "rtp-one-way",
      words: `${packetsOf(back)} RTP packets from ${toName}, none from ${fromName}, which announced ${announcedPlace(from)} and was told to send to ${announcedPlace(to)}`,
      confidence: "medium",
      ...(isLost
        ? {
            cause: `Likely: ${toName} announced the private address ${told}, so what ${fromName} sends goes nowhere, or never gets to this point.`,
          }
        : {}),
    },
  ];
}

/** A side whose SIP comes from a public address. */
function isOutside({ host }: CallSide): boolean {
  return host !== undefined && !isLocalAddress(host);
}

function toPrivate({ streams, to, fromName, toName }: Way): RtpEvidence[] {
  if (!isOutside(to)) return [];
  const local = streams.filter(({ destination }) => isLocalAddress(hostOf(destination)));
  const [first] = local;
  // One that found the public address after some packets is well.
  if (first === undefined || local.length < streams.length) return [];
  return [
    {
      what: "rtp-to-private",
      words: `${packetsOf(local)} RTP packets of ${fromName} go to ${first.destination}, a private address, while the SIP of ${toName} comes from ${to.host}`,
      confidence: "medium",
    },
  ];
}

function refused(
  { streams, fromName }: Way,
  { ended }: CallMedia,
  refusals: Capture["refusals"],
): RtpEvidence[] {
  for (const { destination, start } of streams) {
    const during = refusals.filter(
      ({ place, transport, time }) =>
        transport === "udp" && place === destination && time >= start && time < ended - 1,
    );
    if (during.length > 0) {
      return [
        {
          what: "rtp-refused",
          words: `ICMP port unreachable, ${times(during.length)}, for RTP of ${fromName} to ${destination}, first in packet ${during[0]?.packet}`,
          confidence: "medium",
        },
      ];
    }
  }
  return [];
}

function stops({ streams, back, fromName }: Way, call: CallMedia): RtpEvidence[] {
  const { ended, changes, hungUp } = call;
  if (!hungUp || changes > 0 || packetsOf(streams) < LEAST_PACKETS || !wantsBoth(call)) return [];
  const end = Math.max(...streams.map((stream) => stream.end));
  const other = Math.max(0, ...back.map((stream) => stream.end));
  if (ended - end < EARLY_END || other - end < EARLY_END - 2) return [];
  return [
    {
      what: "rtp-stops",
      words: `the last RTP packet of ${fromName} comes ${(ended - end).toFixed(1)} s before the end of the call, the other direction continues`,
      confidence: "medium",
    },
  ];
}

function fromElsewhere({ streams, back, from, fromName }: Way): RtpEvidence[] {
  const places = new Set(from.announced.flatMap(({ place }) => place ?? []));
  const strange = streams.find(({ source, packets }) => !places.has(source) && packets >= LEAST_PACKETS);
  if (strange === undefined || places.size === 0) return [];
  // The other side answers to where it comes from, so it does no harm.
  if (back.some(({ destination }) => destination === strange.source)) return [];
  const isNat = hostOf(strange.source) === from.host;
  return [
    {
      what: "rtp-from-elsewhere",
      words: `RTP of ${fromName} comes from ${strange.source}, announced was ${announcedPlace(from)}${isNat ? "; its SIP comes from that host too" : ""}`,
      confidence: isNat ? "medium" : "low",
    },
  ];
}

export function ofStream(stream: RtpStream, { to, fromName }: Pick<Way, "to" | "fromName">): RtpEvidence[] {
  const { expected, lost, meanJitter = 0, level, payloadType, packets } = stream;
  const audio = last(to);
  const facts: RtpEvidence[] = [];
  const where = `RTP of ${fromName} to ${stream.destination}`;
  const tell = (what: RtpFact, words: string) => facts.push({ what, words, confidence: "medium" });
  if (expected >= LEAST_PACKETS && lost / expected >= LOSS) {
    tell("rtp-loss", `${where}: ${lost} of ${expected} packets are missing (${percent(lost / expected)})`);
  }
  if (packets >= LEAST_PACKETS && meanJitter >= JITTER_MS) {
    tell(
      "rtp-jitter",
      `${where}: mean jitter ${meanJitter.toFixed(0)} ms, ${stream.maxJitter?.toFixed(0)} ms at most`,
    );
  }
  const isHeard = level !== undefined && level.measured >= LEAST_PACKETS && !(audio && isEncrypted(audio));
  if (isHeard && level.silent / level.measured >= SILENT) {
    tell("rtp-silent", `${where}: ${level.silent} of ${level.measured} G.711 packets hold silence`);
  }
  const agreed = to.announced.flatMap(({ payloadTypes }) => payloadTypes);
  if (audio && agreed.length > 0 && packets >= 20 && !agreed.includes(payloadType)) {
    tell(
      "rtp-wrong-type",
      `${where}: ${codecName(payloadType, undefined)}, announced are the types ${audio.payloadTypes.join(", ")}`,
    );
  }
  return facts;
}

function last({ announced }: CallSide): AnnouncedAudio | undefined {
  return announced.at(-1);
}

function announcedPlace(side: CallSide): string {
  const audio = last(side);
  return audio === undefined ? "nothing" : (audio.place ?? `port ${audio.port} of a name`);
}

function packetsOf(streams: readonly RtpStream[]): number {
  return streams.reduce((sum, { packets }) => sum + packets, 0);
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
