import { describe, expect, it } from "vitest";
import { codecOf, decode, encode, type G711, PAYLOAD_TYPES } from "../../../src/media/g711.js";

const SAMPLES = Int16Array.from([
  0, 1, -1, 8, -9, 100, -100, 1_000, -1_000, 8_031, -8_031, 20_000, -20_000, 32_767, -32_768,
]);

describe.each<[G711, readonly [sample: number, byte: number][]]>([
  // ITU-T G.711, tables 1 and 2: silence and full scale.
  [
    "PCMU",
    [
      [0, 0xff],
      [32_767, 0x80],
      [-32_768, 0x00],
    ],
  ],
  [
    "PCMA",
    [
      [0, 0xd5],
      [32_767, 0xaa],
      [-32_768, 0x2a],
    ],
  ],
])("%s", (codec, known) => {
  it("writes silence and full scale as the standard does", () => {
    for (const [sample, byte] of known) expect(encode(codec, Int16Array.of(sample))[0]).toBe(byte);
  });

  it("keeps every sample within its step", () => {
    const back = decode(codec, encode(codec, SAMPLES));
    SAMPLES.forEach((sample, index) => {
      expect(Math.abs((back[index] ?? 0) - sample), `${sample}`).toBeLessThanOrEqual(
        Math.max(16, Math.abs(sample) / 16),
      );
    });
  });

  it("gives every byte back as it was", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const again = encode(codec, decode(codec, bytes));
    const differ = [...again].filter((byte, index) => byte !== bytes[index]);
    // μ-law has two zeros.
    expect(differ).toEqual(codec === "PCMU" ? [0xff] : []);
  });

  it("is known by its payload type", () => {
    expect(codecOf(PAYLOAD_TYPES[codec])).toBe(codec);
    expect(codecOf(18)).toBeUndefined();
  });
});
