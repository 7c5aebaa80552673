import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { Fragments } from "../../../src/captures/fragments.js";

const SIZE = 8;

/** Puts a packet of so many fragments together. */
function whole(count: number): number | undefined {
  const fragments = new Fragments();
  const given = Array.from({ length: count }, (_, index) =>
    fragments.add(
      "packet",
      { offset: index * SIZE, more: index < count - 1, id: 1 },
      { bytes: Buffer.alloc(SIZE, 1), missing: 0 },
    ),
  );
  expect(given.slice(0, -1).every((packet) => packet === undefined)).toBe(true);
  return given.at(-1)?.bytes.length;
}

describe("a packet in fragments", () => {
  it("is put together of up to 128, and given up with more", () => {
    expect(whole(2)).toBe(2 * SIZE);
    expect(whole(128)).toBe(128 * SIZE);
    expect(whole(129)).toBeUndefined();
  });
});
