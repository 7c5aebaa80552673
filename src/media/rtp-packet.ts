import { Buffer } from "node:buffer";

/** An RTP packet (RFC 3550 section 5.1), as much of it as a voice needs. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

const VERSION = 2;
const HEADER = 12;
const WORD = 4;

export function writeRtp({ payloadType, marker, sequence, timestamp, ssrc, payload }: RtpPacket): Buffer {
  const header = Buffer.alloc(HEADER);
  header[0] = VERSION << 6;
  header[1] = (marker ? 0x80 : 0) | (payloadType & 0x7f);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc >>> 0, 8);
  return Buffer.concat([header, payload]);
}

/** `undefined` for anything that is not RTP: STUN, RTCP, whatever else comes to an open port. */
export function readRtp(bytes: Buffer): RtpPacket | undefined {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < HEADER || first >> 6 !== VERSION) return undefined;
  // RTCP's packet types on the same port (RFC 5761 section 4).
  if (second >= 192 && second <= 223) return undefined;
  let start = HEADER + (first & 0x0f) * WORD;
  if (first & 0x10) {
    if (bytes.length < start + WORD) return undefined;
    start += WORD + bytes.readUInt16BE(start + 2) * WORD;
  }
  const padding = first & 0x20 ? (bytes.at(-1) ?? 0) : 0;
  const end = bytes.length - padding;
  if (start > end) return undefined;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(start, end),
  };
}
