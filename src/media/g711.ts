import { Buffer } from "node:buffer";

/** G.711 (ITU-T G.711): 16-bit samples as one byte each, and back. */
export type G711 = "PCMU" | "PCMA";

/** RFC 3551, table 4. */
export const PAYLOAD_TYPES: Readonly<Record<G711, number>> = { PCMU: 0, PCMA: 8 };

export function codecOf(payloadType: number): G711 | undefined {
  return payloadType === PAYLOAD_TYPES.PCMU
    ? "PCMU"
    : payloadType === PAYLOAD_TYPES.PCMA
      ? "PCMA"
      : undefined;
}

export function encode(codec: G711, samples: Int16Array): Buffer {
  const write = codec === "PCMU" ? muLaw : aLaw;
  return Buffer.from(Uint8Array.from(samples, write));
}

export function decode(codec: G711, bytes: Uint8Array): Int16Array {
  const table = TABLES[codec];
  return Int16Array.from(bytes, (byte) => table[byte] ?? 0);
}

const BIAS = 0x84;
const LOUDEST = 32_635;

function muLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const size = Math.min(Math.abs(sample), LOUDEST) + BIAS;
  const exponent = Math.max(0, 31 - Math.clz32(size) - 7);
  return ~(sign | (exponent << 4) | ((size >> (exponent + 3)) & 0x0f)) & 0xff;
}

function fromMuLaw(byte: number): number {
  const code = ~byte & 0xff;
  const size = ((((code & 0x0f) << 3) + BIAS) << ((code >> 4) & 0x07)) - BIAS;
  return code & 0x80 ? -size : size;
}

function aLaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const size = (sample < 0 ? Math.min(-sample - 1, LOUDEST) : Math.min(sample, LOUDEST)) >> 4;
  const exponent = Math.max(0, 31 - Math.clz32(size) - 3);
  const mantissa = exponent < 2 ? size & 0x0f : (size >> (exponent - 1)) & 0x0f;
  const segment = size < 16 ? 0 : exponent;
  return (sign | (segment << 4) | mantissa) ^ 0x55;
}

function fromALaw(byte: number): number {
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 0x07;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const size = segment === 0 ? mantissa : (mantissa + 0x100) << (segment - 1);
  return code & 0x80 ? size : -size;
}

const ALL = Array.from({ length: 256 }, (_, byte) => byte);
const TABLES: Readonly<Record<G711, readonly number[]>> = {
  PCMU: ALL.map(fromMuLaw),
  PCMA: ALL.map(fromALaw),
};
