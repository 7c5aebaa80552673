import type { Buffer } from "node:buffer";

/** How loud G.711 is: mean squares of samples, from tables (ITU-T G.711). */

const FULL_SCALE = 32_768;

function muLawSample(code: number): number {
  const inverted = ~code & 0xff;
  const exponent = (inverted >> 4) & 7;
  return ((((inverted & 0x0f) << 3) + 0x84) << exponent) - 0x84;
}

function aLawSample(code: number): number {
  const toggled = code ^ 0x55;
  const exponent = (toggled >> 4) & 7;
  const mantissa = ((toggled & 0x0f) << 4) + 8;
  return exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
}

function squares(sample: (code: number) => number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, code) => (sample(code) / FULL_SCALE) ** 2);
}

const TABLES: ReadonlyMap<number, Float64Array> = new Map([
  [0, squares(muLawSample)],
  [8, squares(aLawSample)],
]);

/** Mean square of a payload, 1 at full scale; `undefined` where the payload type is not G.711's. */
export function meanSquare(payloadType: number, payload: Buffer): number | undefined {
  const table = TABLES.get(payloadType);
  if (table === undefined || payload.length === 0) return undefined;
  let sum = 0;
  for (let index = 0; index < payload.length; index += 1) sum += table[payload[index] ?? 0] ?? 0;
  return sum / payload.length;
}

/** dBov (RFC 6464): 0 is the loudest, −127 the quietest that is reported. */
export function decibels(mean: number): number {
  return mean <= 0 ? -127 : Math.max(-127, 10 * Math.log10(mean));
}
