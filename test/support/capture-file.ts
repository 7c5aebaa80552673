import { Buffer } from "node:buffer";

/**
 * Captures, written byte by byte: packets, frames and files as the formats say. Addresses are IPv4 in dots or IPv6 in eight
 * groups; checksums are left at zero, as a sending machine's own captures have them.
 */

const LINK = {
  null: 0,
  ethernet: 1,
  raw: 101,
  loop: 108,
  cooked: 113,
  cooked2: 276,
  pppoe: 51,
} as const;
export type Link = keyof typeof LINK;

export interface Packet {
  /** Seconds since 1970. */
  time: number;
  frame: Buffer;
  /** Bytes on the wire, where the snapshot length has cut some. */
  original?: number;
  /** Of a pcapng: which interface. */
  port?: number;
}

function uint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}

function split(place: string): { host: string; port: number } {
  const at = place.lastIndexOf(":");
  return { host: place.slice(0, at).replace(/[[\]]/g, ""), port: Number(place.slice(at + 1)) };
}

function address(host: string): Buffer {
  return host.includes(".")
    ? Buffer.from(host.split(".").map(Number))
    : uint16(...host.split(":").map((group) => Number.parseInt(group, 16)));
}

export interface IpOptions {
  protocol?: number;
  id?: number;
  /** Bytes of payload a fragment; the packet is cut into several. */
  fragment?: number;
  /** Of IPv6: hop-by-hop and destination options go before the payload. */
  extensions?: boolean;
}

/** Options that fill themselves up, before the header `next`. */
const padded = (next: number) => Buffer.from([next, 0, 1, 4, 0, 0, 0, 0]);

/** One packet, or its fragments. */
function ip(from: string, to: string, data: Buffer, options: IpOptions = {}): Buffer[] {
  const { protocol = 17, id = 7, fragment = 65_000, extensions = false } = options;
  const isV4 = from.includes(".");
  // Destination options belong to what is cut into fragments, hop-by-hop options are in each.
  const payload = extensions ? Buffer.concat([padded(protocol), data]) : data;
  const inner = extensions ? 60 : protocol;
  const isCut = payload.length > fragment;
  const packets: Buffer[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += fragment) {
    const bytes = payload.subarray(at, at + fragment);
    const more = at + fragment < payload.length;
    if (isV4) {
      const head = Buffer.concat([
        Buffer.from([0x45, 0]),
        uint16(20 + bytes.length, id, (more ? 0x2000 : 0) | (at / 8)),
        Buffer.from([64, protocol, 0, 0]),
      ]);
      packets.push(Buffer.concat([head, address(from), address(to), bytes]));
      continue;
    }
    const cut = isCut
      ? Buffer.concat([Buffer.from([inner, 0]), uint16(at | (more ? 1 : 0)), uint32(id)])
      : Buffer.alloc(0);
    const afterHops = isCut ? 44 : inner;
    const body = Buffer.concat([extensions ? padded(afterHops) : Buffer.alloc(0), cut, bytes]);
    const first = extensions ? 0 : afterHops;
    const head = Buffer.concat([uint32(0x60000000), uint16(body.length), Buffer.from([first, 64])]);
    packets.push(Buffer.concat([head, address(from), address(to), body]));
  }
  return packets;
}

/** A UDP datagram's IP packets. */
export function udp(from: string, to: string, data: Buffer | string, options: IpOptions = {}): Buffer[] {
  const [source, destination] = [split(from), split(to)];
  const bytes = Buffer.from(data);
  const header = uint16(source.port, destination.port, 8 + bytes.length, 0);
  return ip(source.host, destination.host, Buffer.concat([header, bytes]), options);
}

export const SYN = 2;
export const RST = 4;
const ACK = 16;

/** A TCP segment's IP packet. */
export function tcp(
  from: string,
  to: string,
  sequence: number,
  data: Buffer | string = "",
  flags = ACK,
): Buffer {
  const [source, destination] = [split(from), split(to)];
  const header = Buffer.concat([
    uint16(source.port, destination.port),
    uint32(sequence, 1),
    Buffer.from([0x80, flags]),
    uint16(65_535, 0, 0),
    // Options: two no-operations twice and a maximum segment size.
    Buffer.from([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
  ]);
  const [packet] = ip(source.host, destination.host, Buffer.concat([header, Buffer.from(data)]), {
    protocol: 6,
  });
  return packet ?? Buffer.alloc(0);
}

/** Says that no one listens where `packet` was sent, in the name of that host. */
export function portUnreachable(packet: Buffer): Buffer {
  const [from, to] = [16, 12].map((at) => [...packet.subarray(at, at + 4)].join("."));
  const [made] = ip(
    from ?? "",
    to ?? "",
    Buffer.concat([Buffer.from([3, 3, 0, 0, 0, 0, 0, 0]), packet.subarray(0, 28)]),
    {
      protocol: 1,
    },
  );
  return made ?? Buffer.alloc(0);
}

export interface FrameOptions {
  vlans?: number[];
  pppoe?: boolean;
  /** Bytes after the packet, as Ethernet fills up short frames. */
  padding?: number;
}

/** A packet on its link. */
export function frame(
  link: Link,
  packet: Buffer,
  { vlans = [], pppoe = false, padding = 0 }: FrameOptions = {},
): Buffer {
  const isV6 = packet[0] !== undefined && packet[0] >> 4 === 6;
  const type = isV6 ? 0x86dd : 0x0800;
  const session = Buffer.concat([
    Buffer.from([0x11, 0]),
    uint16(1, packet.length + 2, isV6 ? 0x0057 : 0x0021),
  ]);
  const filled = Buffer.concat([packet, Buffer.alloc(padding)]);
  const tags = vlans.map((vlan, index) => ({
    type: vlans.length > 1 && index === 0 ? 0x88a8 : 0x8100,
    vlan,
  }));
  const tagged = Buffer.concat([
    ...tags.map((tag) => uint16(tag.type, tag.vlan)),
    uint16(pppoe ? 0x8864 : type),
    ...(pppoe ? [session] : []),
  ]);
  if (link === "ethernet")
    return Buffer.concat([Buffer.from("020000000002020000000001", "hex"), tagged, filled]);
  if (link === "cooked") {
    return Buffer.concat([uint16(0, 1, 6), Buffer.from("0200000000010000", "hex"), tagged, filled]);
  }
  if (link === "cooked2") {
    const rest = Buffer.concat([
      uint16(0),
      uint32(2),
      uint16(1),
      Buffer.from([0, 6]),
      Buffer.from("0200000000010000", "hex"),
    ]);
    return Buffer.concat([tagged.subarray(0, 2), rest, tagged.subarray(2), filled]);
  }
  if (link === "null") return Buffer.concat([Buffer.from([isV6 ? 30 : 2, 0, 0, 0]), filled]);
  if (link === "loop") return Buffer.concat([Buffer.from([0, 0, 0, isV6 ? 24 : 2]), filled]);
  if (link === "pppoe") return Buffer.concat([session, filled]);
  return filled;
}

export interface PcapOptions {
  link?: Link;
  little?: boolean;
  nano?: boolean;
}

function number(little: boolean, size: 2 | 4, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 2) little ? bytes.writeUInt16LE(value) : bytes.writeUInt16BE(value);
  else little ? bytes.writeUInt32LE(value >>> 0) : bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function pcap(packets: readonly Packet[], options: PcapOptions = {}): Buffer {
  const { link = "ethernet", little = true, nano = false } = options;
  const four = (value: number) => number(little, 4, value);
  const two = (value: number) => number(little, 2, value);
  const header = [
    four(nano ? 0xa1b23c4d : 0xa1b2c3d4),
    two(2),
    two(4),
    four(0),
    four(0),
    four(262_144),
    four(LINK[link]),
  ];
  const records = packets.flatMap(({ time, frame: bytes, original = bytes.length }) => {
    const seconds = Math.floor(time);
    const part = Math.round((time - seconds) * 1e6) * (nano ? 1_000 : 1);
    return [four(seconds), four(part), four(bytes.length), four(original), bytes];
  });
  return Buffer.concat([...header, ...records]);
}

export interface Section {
  little?: boolean;
  /** A link for each interface, with the power of ten of its times. */
  interfaces: readonly { link: Link; resolution?: number }[];
  packets: readonly Packet[];
}

export function pcapng(sections: readonly Section[]): Buffer {
  return Buffer.concat(
    sections.flatMap(({ little = true, interfaces, packets }) => {
      const four = (value: number) => number(little, 4, value);
      const two = (value: number) => number(little, 2, value);
      const block = (type: number, body: Buffer) => {
        const filled = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
        return Buffer.concat([four(type), four(filled.length + 12), filled, four(filled.length + 12)]);
      };
      return [
        block(
          0x0a0d0d0a,
          Buffer.concat([four(0x1a2b3c4d), two(1), two(0), four(0xffffffff), four(0xffffffff)]),
        ),
        ...interfaces.map(({ link, resolution }) => {
          const option =
            resolution === undefined
              ? []
              : [two(9), two(1), Buffer.from([resolution, 0, 0, 0]), two(0), two(0)];
          return block(1, Buffer.concat([two(LINK[link]), two(0), four(262_144), ...option]));
        }),
        // Statistics, which a reader passes over.
        block(5, Buffer.alloc(12)),
        ...packets.map(({ time, frame: bytes, original = bytes.length, port = 0 }) => {
          const units =
            BigInt(Math.round(time * 1e6)) * 10n ** BigInt((interfaces[port]?.resolution ?? 6) - 6);
          const times = [four(Number(units >> 32n)), four(Number(units & 0xffffffffn))];
          return block(6, Buffer.concat([four(port), ...times, four(bytes.length), four(original), bytes]));
        }),
      ];
    }),
  );
}

export interface RtpOptions {
  from: string;
  to: string;
  /** Seconds since 1970 of the first packet. */
  start: number;
  count: number;
  payloadType?: number;
  ssrc?: number;
  sequence?: number;
  /** What each packet holds; a tone in PCMU is the default. */
  payload?: (index: number) => Buffer;
  /** Seconds by which packet `index` is late. */
  late?: (index: number) => number;
  /** Numbers of packets that never come. */
  lost?: ReadonlySet<number>;
}

/** 160 samples of PCMU: a square wave as loud as speech, or silence. */
export const TONE = Buffer.from(Array.from({ length: 160 }, (_, index) => (index % 8 < 4 ? 0x20 : 0xa0)));
export const SILENCE = Buffer.alloc(160, 0xff);

/** Packets of 20 ms, 8000 Hz. */
export function rtp(options: RtpOptions): Packet[] {
  const { from, to, start, count, payloadType = 0, ssrc = 0x11223344, sequence = 100 } = options;
  const { payload = () => TONE, late = () => 0, lost = new Set<number>() } = options;
  return Array.from({ length: count }, (_, index) => index)
    .filter((index) => !lost.has(index))
    .map((index) => {
      const header = Buffer.concat([
        Buffer.from([0x80, payloadType]),
        uint16(sequence + index),
        uint32(index * 160, ssrc),
      ]);
      const [packet = Buffer.alloc(0)] = udp(from, to, Buffer.concat([header, payload(index)]));
      return { time: start + index * 0.02 + late(index), frame: frame("ethernet", packet) };
    })
    .sort((left, right) => left.time - right.time);
}

/** A datagram's packets at one time, on Ethernet. */
export function datagram(time: number, from: string, to: string, data: Buffer | string): Packet[] {
  return udp(from, to, data).map((packet) => ({ time, frame: frame("ethernet", packet) }));
}
