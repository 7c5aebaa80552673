import { Buffer } from "node:buffer";
import type { SipMessage } from "../sip/index.js";
import { hostPort } from "./host.js";
import { type IpPayload, IpReader } from "./ip.js";
import { ipPacketIn, isKnownLink } from "./link-layer.js";
import type { CapturedPacket, CaptureFileReader } from "./packet.js";
import { isPcap, PcapReader } from "./pcap.js";
import { isPcapng, PcapngReader } from "./pcapng.js";
import { type AnnouncedAudio, announcedAudio, isSound } from "./rtp/announced.js";
import type { RtpStream } from "./rtp/stream.js";
import { RtpStreams } from "./rtp/streams.js";
import { type CapturedMessage, SipStore } from "./sip-store.js";
import { beginsAsSip, callIdIn, readDatagram } from "./sip-text.js";
import { type TcpMessage, TcpStreams } from "./tcp-streams.js";

/** An ICMP message or a reset that says that nothing listens at a place. */
export interface Refusal {
  readonly packet: number;
  readonly time: number;
  /** `host:port` at which nothing listens. */
  readonly place: string;
  readonly transport: "udp" | "tcp";
}

/** What a capture holds of SIP and RTP. */
export interface Capture {
  readonly messages: readonly CapturedMessage[];
  /** Messages that there was no room for: the oldest dialogs. */
  readonly messagesLeftOut: number;
  /** Those that begin as SIP and cannot be read. */
  readonly unreadable: number;
  readonly refusals: readonly Refusal[];
  /** RTP by pairs of addresses, in the order of the first packet. */
  readonly streams: readonly RtpStream[];
  readonly streamsLeftOut: number;
  readonly packets: number;
  /** Packets on a link of a kind that this reader does not know. */
  readonly unknownLinks: number;
  /** Packets of which a snapshot length has cut something. */
  readonly cut: number;
  /** `host:port` of servers that spoke TLS where SIP is expected. */
  readonly encrypted: readonly string[];
  /** Seconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** Why the file was not read to its end. */
  readonly damage?: string;
}

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMP_V6 = 58;
const MAX_REFUSALS = 500;
const MAX_PLACES = 20_000;
/** Bytes that headers take up, where they were not counted. */
const HEADERS = 1_000;

export function isCapture(start: Buffer): boolean {
  return isPcap(start) || isPcapng(start);
}

/** Reads a capture piece by piece, in memory that does not grow with it. Never throws. */
export class CaptureReader {
  readonly #file: CaptureFileReader;
  readonly #ip = new IpReader();
  readonly #tcp = new TcpStreams();
  readonly #sip = new SipStore();
  /** What was announced last for a place. */
  readonly #announced = new Map<string, AnnouncedAudio>();
  readonly #rtp = new RtpStreams((place, type) => this.#clockAt(place, type));
  readonly #refusals: Refusal[] = [];
  #packets = 0;
  #unknownLinks = 0;
  #cut = 0;
  #start = 0;
  #end = 0;

  /** `start`: the first bytes of the file, at least four, which are fed as well. */
  constructor(start: Buffer) {
    this.#file = isPcapng(start) ? new PcapngReader() : new PcapReader();
  }

  /** Whether anything more can be read of the file. */
  get isDone(): boolean {
    return this.#file.damage !== undefined;
  }

  feed(chunk: Buffer): void {
    for (const packet of this.#file.feed(chunk)) this.#read(packet);
  }

  finish(): Capture {
    this.#file.end();
    const last = { number: this.#packets, time: this.#end };
    for (const message of this.#tcp.end()) this.#keepOfTcp(message, last);
    const { damage } = this.#file;
    return {
      ...this.#sip.messages(),
      messagesLeftOut: this.#sip.leftOut,
      refusals: this.#refusals,
      streams: this.#rtp.results((place) => this.#announced.has(place)),
      streamsLeftOut: this.#rtp.leftOut,
      packets: this.#packets,
      unknownLinks: this.#unknownLinks,
      cut: this.#cut,
      encrypted: [...this.#tcp.encrypted],
      start: this.#start,
      end: this.#end,
      ...(damage === undefined ? {} : { damage }),
    };
  }

  #read(packet: CapturedPacket): void {
    const { number, time, linkType, bytes } = packet;
    this.#packets = number;
    if (this.#start === 0) this.#start = time;
    this.#end = Math.max(this.#end, time);
    if (!isKnownLink(linkType)) {
      this.#unknownLinks += 1;
      return;
    }
    const found = ipPacketIn(linkType, bytes);
    const payload = found && this.#ip.read(found);
    if (payload === undefined) return;
    if (payload.missing > 0) this.#cut += 1;
    if (payload.protocol === UDP) this.#readUdp(payload, packet);
    else if (payload.protocol === TCP) this.#readTcp(payload, packet);
    else if (payload.protocol === ICMP || payload.protocol === ICMP_V6) this.#readIcmp(payload, packet);
  }

  #readUdp({ source, destination, bytes, missing }: IpPayload, packet: CapturedPacket): void {
    if (bytes.length < 8) return;
    const length = bytes.readUInt16BE(4);
    const data = bytes.subarray(8, length >= 8 ? length : bytes.length);
    const [from, to] = [
      hostPort(source, bytes.readUInt16BE(0)),
      hostPort(destination, bytes.readUInt16BE(2)),
    ];
    if (!beginsAsSip(data)) {
      this.#rtp.add(from, to, { bytes: data, missing }, packet.number, packet.time);
      return;
    }
    // A copy: what is kept must not keep the whole piece of the file with it.
    const own = Buffer.from(data);
    const text = own.toString("latin1");
    const read = () => readDatagram(own);
    this.#sip.add({
      ...{ packet: packet.number, time: packet.time, from, to, transport: "udp" },
      ...{ callId: callIdIn(text), size: own.length, text, read },
      ...(missing > 0 && !/\n\r?\n/.test(text) ? { cutHead: true as const } : {}),
    });
    const message = text.includes("m=audio") ? read() : undefined;
    if (message !== undefined) this.#announce(message);
  }

  #readTcp(payload: IpPayload, packet: CapturedPacket): void {
    const { messages, refused } = this.#tcp.add(payload);
    for (const message of messages) this.#keepOfTcp(message, packet);
    if (refused !== undefined) this.#refuse(refused, "tcp", packet);
  }

  /** Port unreachable (RFC 792, RFC 4443 3.1), with the beginning of the packet that it is about. */
  #readIcmp({ protocol, bytes }: IpPayload, packet: CapturedPacket): void {
    const [type, code] = [bytes[0], bytes[1]];
    const isPort = protocol === ICMP ? type === 3 && code === 3 : type === 1 && code === 4;
    if (!isPort || bytes.length < 8) return;
    const about = new IpReader().read(bytes.subarray(8));
    if (about?.protocol !== UDP || about.bytes.length < 4) return;
    this.#refuse(hostPort(about.destination, about.bytes.readUInt16BE(2)), "udp", packet);
  }

  #refuse(place: string, transport: "udp" | "tcp", { number, time }: CapturedPacket): void {
    if (this.#refusals.length < MAX_REFUSALS) this.#refusals.push({ packet: number, time, place, transport });
  }

  #keepOfTcp({ message, from, to }: TcpMessage, { number, time }: { number: number; time: number }): void {
    const callId = message.headers.get("Call-ID") ?? "";
    this.#sip.add({
      ...{ packet: number, time, from, to, transport: "tcp" },
      ...{ callId, size: HEADERS + message.body.length, read: () => message },
    });
    this.#announce(message);
  }

  #announce(message: SipMessage): void {
    const audio = announcedAudio(message);
    if (audio?.place === undefined) return;
    if (this.#announced.size >= MAX_PLACES) this.#announced.clear();
    this.#announced.set(audio.place, audio);
  }

  #clockAt(place: string, payloadType: number): number | "no sound" | undefined {
    const codec = this.#announced.get(place)?.codecs.get(payloadType);
    if (codec === undefined) return undefined;
    return isSound(codec.name) ? codec.clock : "no sound";
  }
}
