import { Buffer } from "node:buffer";

/** What a receiver says of what it gets (RFC 3550 6.4.1). */
export interface ReceptionReport {
  /** Whose packets are meant. */
  readonly ssrc: number;
  /** Share of packets lost since the report before, 0 to 1. */
  readonly fractionLost: number;
  /** Since the beginning; negative where packets came twice. */
  readonly lost: number;
  /** In units of the clock. */
  readonly jitter: number;
}

const SENDER = 200;
const RECEIVER = 201;
const BLOCK = 24;
const MOST_BLOCKS = 31;

/** Whether it is RTCP rather than RTP, where both come to one port (RFC 5761 4). */
export function isRtcp(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return bytes.length >= 8 && first >> 6 === 2 && second >= 192 && second <= 223;
}

/** The reports in a compound packet, as far as it can be read. */
export function receptionReports(bytes: Buffer): ReceptionReport[] {
  const reports: ReceptionReport[] = [];
  let at = 0;
  while (isRtcp(bytes.subarray(at))) {
    const size = (bytes.readUInt16BE(at + 2) + 1) * 4;
    const packet = bytes.subarray(at, at + size);
    if (packet.length < size || reports.length >= MOST_BLOCKS) return reports;
    const type = packet[1];
    if (type === SENDER || type === RECEIVER) {
      reports.push(...blocksOf(packet, type === SENDER ? 28 : 8, (packet[0] ?? 0) & 0x1f));
    }
    at += size;
  }
  return reports;
}

function blocksOf(packet: Buffer, from: number, count: number): ReceptionReport[] {
  const whole = Math.min(count, Math.floor((packet.length - from) / BLOCK));
  return Array.from({ length: Math.max(0, whole) }, (_, index) => {
    const at = from + index * BLOCK;
    return {
      ssrc: packet.readUInt32BE(at),
      fractionLost: (packet[at + 4] ?? 0) / 256,
      lost: packet.readIntBE(at + 5, 3),
      jitter: packet.readUInt32BE(at + 12),
    };
  });
}

/** Seconds from 1900, where NTP's time begins, to 1970. */
const NTP_OFFSET = 2_208_988_800;
const SOURCE_DESCRIPTION = 202;
const CNAME = 1;

export interface SenderFacts {
  readonly ssrc: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly octets: number;
  /** Of the session; no name of this machine. At most 20 characters. */
  readonly cname: string;
}

/** A compound packet of a sender report and its source's name (RFC 3550 6.1). */
export function writeSenderReport({ ssrc, now, timestamp, packets, octets, cname }: SenderFacts): Buffer {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = SENDER;
  report.writeUInt16BE(report.length / 4 - 1, 2);
  const seconds = now / 1_000 + NTP_OFFSET;
  const words = [ssrc, seconds, (seconds % 1) * 2 ** 32, timestamp, packets, octets];
  for (const [index, word] of words.entries()) report.writeUInt32BE(Math.floor(word) >>> 0, 4 + index * 4);
  const name = Buffer.from(cname, "latin1");
  // The list of items ends with a zero, and the chunk at a boundary of 32 bits.
  const source = Buffer.alloc(4 + 4 + Math.ceil((2 + name.length + 1) / 4) * 4);
  source[0] = 0x81;
  source[1] = SOURCE_DESCRIPTION;
  source.writeUInt16BE(source.length / 4 - 1, 2);
  source.writeUInt32BE(ssrc >>> 0, 4);
  source[8] = CNAME;
  source[9] = name.length;
  name.copy(source, 10);
  return Buffer.concat([report, source]);
}
