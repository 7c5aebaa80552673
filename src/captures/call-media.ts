import { parseCSeq, parseNameAddr, parseUri, type SipMessage, tolerant } from "../sip/index.js";
import type { Capture } from "./capture.js";
import { hostOf, hostPort } from "./host.js";
import { type AnnouncedAudio, announcedAudio } from "./rtp/announced.js";
import type { RtpStream } from "./rtp/stream.js";
import type { CapturedMessage } from "./sip-store.js";

/** One of the two ends of a call. */
export interface CallSide {
  /** The user in its address; outside text. */
  readonly user?: string;
  /** Where its signalling comes from, or goes to. */
  readonly host?: string;
  /** What it has announced, in order; the last one counts. */
  readonly announced: readonly AnnouncedAudio[];
}

/** A call between two hosts, with the sound that passed the place of the capture. A call through a PBX is two of them. */
export interface CallMedia {
  readonly callId: string;
  /** The packet of the INVITE, from 1. */
  readonly packet: number;
  readonly caller: CallSide;
  readonly callee: CallSide;
  /** Seconds since 1970: of the INVITE, of the 200, and of the end of the call or of the capture. */
  readonly begun: number;
  readonly answered?: number;
  readonly ended: number;
  /** Its end was captured. */
  readonly hungUp: boolean;
  /** Descriptions after the first answer: hold, transfer, direct media. */
  readonly changes: number;
  readonly toCaller: readonly RtpStream[];
  readonly toCallee: readonly RtpStream[];
}

interface OpenSide {
  user?: string;
  host?: string;
  readonly announced: AnnouncedAudio[];
}

interface Open {
  readonly callId: string;
  readonly packet: number;
  readonly begun: number;
  readonly callerTag: string | undefined;
  readonly caller: OpenSide;
  readonly callee: OpenSide;
  answered?: number;
  changes: number;
}

const MAX_CALLS = 2_000;
const MAX_DESCRIPTIONS = 40;
/** RTP may come before the messages that announce it, and some after the end; seconds. */
const MARGIN = 2;

/** The calls of a capture, in the order of their INVITEs, each with the streams whose addresses it has announced. */
export function callMedia({
  messages,
  streams,
  end,
}: Pick<Capture, "messages" | "streams" | "end">): CallMedia[] {
  const legs = new Map<string, Open>();
  const ends = new Map<string, number>();
  for (const captured of messages) {
    const callId = captured.message.headers.get("Call-ID");
    const cseq = tolerant(() => parseCSeq(captured.message.headers.get("CSeq") ?? ""));
    if (callId === undefined || cseq === undefined) continue;
    if (cseq.method === "BYE" && captured.message.kind === "request" && !ends.has(callId)) {
      ends.set(callId, captured.time);
    }
    readInto(legs, callId, cseq.method, captured);
  }
  const bySource = grouped(streams, ({ source }) => source);
  const byDestination = grouped(streams, ({ destination }) => destination);
  return [...legs.values()].map((leg) => {
    const hungUp = ends.get(leg.callId);
    const ended = hungUp ?? end;
    const during = (stream: RtpStream) => stream.start <= ended + MARGIN && stream.end >= leg.begun - MARGIN;
    const between = (from: CallSide, to: CallSide) => {
      const found = new Set<RtpStream>();
      for (const place of placesOf(to))
        for (const stream of byDestination.get(place) ?? []) found.add(stream);
      for (const place of placesOf(from)) for (const stream of bySource.get(place) ?? []) found.add(stream);
      return [...found].filter(during).sort((left, right) => left.packet - right.packet);
    };
    const { callerTag: _tag, ...rest } = leg;
    return {
      ...rest,
      ended,
      hungUp: hungUp !== undefined,
      toCaller: between(leg.callee, leg.caller),
      toCallee: between(leg.caller, leg.callee),
    };
  });
}

function readInto(legs: Map<string, Open>, callId: string, method: string, captured: CapturedMessage): void {
  const { message, from, to, time, packet } = captured;
  const key = `${callId} ${[hostOf(from), hostOf(to)].sort().join(" ")}`;
  let leg = legs.get(key);
  if (leg === undefined) {
    if (message.kind !== "request" || method !== "INVITE" || legs.size >= MAX_CALLS) return;
    leg = {
      ...{ callId, packet, begun: time, callerTag: tagOf(message.headers.get("From")), changes: 0 },
      caller: { host: hostOf(from), announced: [], ...userIn(message, "From") },
      callee: { host: hostOf(to), announced: [], ...userIn(message, "To") },
    };
    legs.set(key, leg);
  }
  const byCaller = (tagOf(message.headers.get("From")) === leg.callerTag) === (message.kind === "request");
  const audio = announcedAudio(message);
  if (audio !== undefined) announce(leg, byCaller ? leg.caller : leg.callee, audio);
  const isAnswer = message.kind === "response" && message.status >= 200 && message.status < 300;
  if (isAnswer && method === "INVITE") leg.answered ??= time;
}

function announce(leg: Open, side: OpenSide, audio: AnnouncedAudio): void {
  const last = side.announced.at(-1);
  const same = last?.place === audio.place && last?.direction === audio.direction && last.port === audio.port;
  if (same || side.announced.length >= MAX_DESCRIPTIONS) return;
  side.announced.push(audio);
  if (leg.answered !== undefined) leg.changes += 1;
}

/** As announced; and the same ports of the PBX's own host, if NAT behind the capture maps the announced address to it. */
function placesOf({ announced, host }: CallSide): Set<string> {
  return new Set(
    announced.flatMap(({ place, port }) =>
      place === undefined || port === 0 ? [] : [place, ...(host === undefined ? [] : [hostPort(host, port)])],
    ),
  );
}

function grouped(
  streams: readonly RtpStream[],
  keyOf: (stream: RtpStream) => string,
): Map<string, RtpStream[]> {
  const groups = new Map<string, RtpStream[]>();
  for (const stream of streams) {
    const group = groups.get(keyOf(stream));
    if (group === undefined) groups.set(keyOf(stream), [stream]);
    else group.push(stream);
  }
  return groups;
}

function tagOf(value: string | undefined): string | undefined {
  return /;\s?tag=([^;>,\s]{1,200})/.exec((value ?? "").slice(0, 2_000))?.[1];
}

function userIn({ headers }: SipMessage, name: "From" | "To"): { user?: string } {
  const user = tolerant(() => parseUri(parseNameAddr(headers.get(name) ?? "").uri))?.user;
  return user === undefined ? {} : { user };
}
