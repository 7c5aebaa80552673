import { present } from "../base/present.js";
import {
  type CallMedia,
  type Capture,
  type CapturedMessage,
  callMedia,
  codecName,
  type RtpStream,
} from "../captures/index.js";
import { rank } from "../diagnosis/rank.js";
import type { LogEvent } from "./event.js";
import { shown } from "./hide-secrets.js";
import { withPlaces } from "./places.js";
import { type LogReport, type ReadOptions, readMessagesWithPreset } from "./read-log.js";
import { heardSides, rtpFindings } from "./rtp-findings.js";
import { looseFindings } from "./rtp-loose.js";
import type { TracedMessage } from "./trace.js";

/** A stream of voice, in words and numbers that may be shown. */
export interface ShownStream {
  /** `1001 to 1002`; struck. Absent: it belongs to no call of the capture. */
  readonly call?: string;
  /** `host:port`. */
  readonly from: string;
  readonly to: string;
  /** Where its receiver has announced that it receives, if that is another place. */
  readonly announced?: string;
  readonly codec: string;
  readonly packets: number;
  readonly lost: number;
  readonly reordered: number;
  /** Mean of RFC 3550's, milliseconds. */
  readonly jitterMs?: number;
  readonly seconds: number;
  /** Per cent of its G.711 that is silence. */
  readonly silentPercent?: number;
  readonly sourceChanges: number;
}

/** What a capture says. `lines` counts packets, and events and findings name them in place of lines. */
export interface CaptureReport extends LogReport {
  readonly capture: {
    readonly messages: number;
    readonly streams: readonly ShownStream[];
    readonly streamsLeftOut: number;
    /** What limits it, a sentence each. */
    readonly notes: readonly string[];
  };
}

const MAX_STREAMS = 40;

/** The messages of a capture, as those of a trace that was pasted. */
function tracedMessages(messages: readonly CapturedMessage[]): TracedMessage[] {
  return messages.map(({ message, packet, time, from, to, cutHead }) => {
    const body = message.body.toString("utf8").split(/\r?\n/);
    const sipfrag = body[0]?.startsWith("SIP/2.0 ") ? body[0].slice(0, 100) : undefined;
    const sdp = body.filter((line) => /^[a-z]=/.test(line)).slice(0, 200);
    return {
      message,
      line: packet,
      peer: from,
      to,
      ...present({ cutHead, sipfrag }),
      ...(time > 0 ? { at: timeText(time) } : {}),
      ...(sdp.length > 0 ? { sdp, size: sizeOf(message) } : {}),
    };
  });
}

function sizeOf({ headers, body }: CapturedMessage["message"]): number {
  let size = body.length + 40;
  for (const [name, value] of headers) size += name.length + value.length + 4;
  return size;
}

/** As sngrep writes it, UTC. */
function timeText(seconds: number): string {
  const whole = Math.floor(seconds);
  const date = new Date(whole * 1_000);
  const micros = Math.min(999_999, Math.round((seconds - whole) * 1e6));
  return `${date.toISOString().slice(0, 19).replace("T", " ")}.${String(micros).padStart(6, "0")}`;
}

/** Reads what a capture holds as a log is read, and what its RTP comes to. */
export async function readCapture(
  capture: Capture,
  options: Omit<ReadOptions, "preset"> & { readonly presetId?: string } = {},
): Promise<CaptureReport> {
  const { username } = options;
  const all = callMedia(capture);
  const report = withPlaces(
    await readMessagesWithPreset(tracedMessages(capture.messages), refusalEvents(capture), {
      ...options,
      heard: heardSides(all),
    }),
    { word: "packet" },
  );
  const calls = all.filter(
    ({ caller, callee }) => username === undefined || caller.user === username || callee.user === username,
  );
  const streams = shownStreams(calls, capture, username);
  return {
    ...report,
    writtenBy: ["Packet capture"],
    lines: capture.packets,
    understood: capture.messages.length,
    unknown: capture.unreadable,
    findings: rank([
      ...report.findings,
      ...rtpFindings(calls, capture),
      ...(all.length === 0 ? looseFindings(capture) : []),
    ]),
    capture: {
      messages: capture.messages.length,
      streams: streams.slice(0, MAX_STREAMS),
      streamsLeftOut: Math.max(0, streams.length - MAX_STREAMS),
      notes: notesOf(capture, calls),
    },
  };
}

/** ICMP and resets that came back for SIP. What they say of RTP is for the calls. */
function refusalEvents({ refusals, messages }: Capture): LogEvent[] {
  const asked = new Set(messages.flatMap(({ message, to }) => (message.kind === "request" ? [to] : [])));
  const isSip = (place: string) => asked.has(place) || /:50[6-9]\d$/.test(place);
  return refusals
    .filter(({ place }) => isSip(place))
    .map(({ packet, time, place }) => ({
      ...{ dialect: "tcpdump", kind: "client-port-refused", line: packet, address: place },
      ...(time > 0 ? { at: timeText(time) } : {}),
    }));
}

function shownStreams(
  calls: readonly CallMedia[],
  { streams }: Capture,
  username: string | undefined,
): ShownStream[] {
  const ofCalls = calls.flatMap((call) => [
    ...call.toCallee.map((stream) => ({ stream, receiver: call.callee, call })),
    ...call.toCaller.map((stream) => ({ stream, receiver: call.caller, call })),
  ]);
  const told = new Set(ofCalls.map(({ stream }) => stream));
  const others = username === undefined ? streams.filter((stream) => !told.has(stream)) : [];
  return [
    ...ofCalls.map(({ stream, receiver, call }) => {
      const announced = receiver.announced.at(-1);
      const place = announced?.place;
      const name = (user: string | undefined) => (user === undefined ? "?" : shown(user, 60));
      return {
        call: `${name(call.caller.user)} to ${name(call.callee.user)}`,
        ...streamFacts(stream),
        codec: codecName(stream.payloadType, announced),
        ...(place === undefined || place === stream.destination ? {} : { announced: place }),
      };
    }),
    ...others.map((stream) => ({
      ...streamFacts(stream),
      codec: codecName(stream.payloadType, undefined),
    })),
  ];
}

function streamFacts(stream: RtpStream) {
  const { source, destination, packets, lost, reordered, meanJitter, start, end, level } = stream;
  return {
    from: source,
    to: destination,
    packets,
    lost,
    reordered,
    ...(meanJitter === undefined ? {} : { jitterMs: rounded(meanJitter) }),
    seconds: rounded(end - start),
    ...(level === undefined ? {} : { silentPercent: Math.round((100 * level.silent) / level.measured) }),
    sourceChanges: stream.sourceChanges,
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function notesOf(capture: Capture, calls: readonly CallMedia[]): string[] {
  const { damage, messagesLeftOut, unknownLinks, packets, cut, encrypted, streams, streamsLeftOut } = capture;
  const answered = calls.some((call) => call.answered !== undefined);
  const all = unknownLinks === packets && packets > 0;
  return [
    ...(packets === 0 ? ["The capture holds no packet."] : []),
    ...(damage === undefined
      ? []
      : [`The file was not read to its end: ${damage}. What came before counts.`]),
    ...(unknownLinks > 0
      ? [
          `${all ? "All" : unknownLinks} packets are of a kind of network that is not read here; Ethernet, Linux cooked, raw IP, loopback, PPP and PPPoE are.`,
        ]
      : []),
    ...(encrypted.length > 0
      ? [
          `SIP over TLS with ${encrypted.slice(0, 3).join(", ")} is encrypted, and nothing of it can be read: take it from the PBX's own SIP logger.`,
        ]
      : []),
    ...(cut > 0
      ? [`${cut} of ${packets} packets were cut by the snapshot length (tcpdump: -s 0 keeps them whole).`]
      : []),
    ...(messagesLeftOut > 0
      ? [`There were too many SIP messages: ${messagesLeftOut} of the oldest dialogs are left out.`]
      : []),
    ...(streamsLeftOut > 0 ? [`There were too many RTP streams: ${streamsLeftOut} are left out.`] : []),
    ...(answered && streams.length === 0
      ? [
          "A call is answered and the capture holds no RTP at all: probably its filter was only for SIP. It says nothing about sound.",
        ]
      : []),
    ...(packets > 0 ? ["Lines are packets, as Wireshark counts them, and times are UTC."] : []),
    ...(streams.length > 0
      ? ["Streams are as they passed the place of the capture; what is lost behind it does not show."]
      : []),
  ];
}
