import type { Buffer } from "node:buffer";

/** The fixed header of an RTP packet (RFC 3550 5.1). */
export interface RtpPacket {
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** As far as it was captured, without padding. */
  readonly payload: Buffer;
}

const HEADER = 12;

/** `undefined`: these bytes are not RTP; RTCP does not count (RFC 5761 4). */
export function readRtp(bytes: Buffer, missing: number): RtpPacket | undefined {
  if (bytes.length < HEADER) return undefined;
  const [first = 0, second = 0] = bytes;
  if (first >> 6 !== 2) return undefined;
  const payloadType = second & 0x7f;
  if (payloadType >= 64 && payloadType <= 95) return undefined;
  let at = HEADER + (first & 0x0f) * 4;
  if (first & 0x10) {
    if (at + 4 > bytes.length) return missing > 0 ? header(bytes, payloadType, at, at) : undefined;
    at += 4 + bytes.readUInt16BE(at + 2) * 4;
  }
  if (at > bytes.length) return missing > 0 ? header(bytes, payloadType, at, at) : undefined;
  const padding = first & 0x20 && missing === 0 ? (bytes[bytes.length - 1] ?? 0) : 0;
  if (at + padding > bytes.length) return undefined;
  return header(bytes, payloadType, at, bytes.length - padding);
}

function header(bytes: Buffer, payloadType: number, from: number, to: number): RtpPacket {
  return {
    payloadType,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(from, to),
  };
}
