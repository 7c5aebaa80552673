import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { writeRtp } from "../../../src/media/rtp-packet.js";
import { Srtp, SrtpKey } from "../../../src/media/srtp.js";

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");
const keyOf = (material: Buffer) => {
  const key = SrtpKey.read([`1 AES_CM_128_HMAC_SHA1_80 inline:${material.toString("base64")}|2^20`]);
  if (key === undefined) throw new Error("no key");
  return key;
};
const packet = (sequence: number, ssrc = 0xcafe) =>
  writeRtp({ payloadType: 0, marker: false, sequence, timestamp: 160, ssrc, payload: Buffer.from("voice") });

/** RFC 3711 B.3. */
const MASTER = hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");

describe("a key of SRTP", () => {
  it("is derived as in the RFC's example", () => {
    const key = keyOf(MASTER);
    expect(key.derive("encryption", 16)).toEqual(hex("C61E7A93744F39EE10734AFE3FF7A087"));
    expect(key.derive("salting", 14)).toEqual(hex("30CBBC08863D8C85D49DB34A9AE1"));
    const authentication = hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4");
    expect(key.derive("authentication", 20)).toEqual(authentication);
  });

  it("is read only in our suite, and written as it is read", () => {
    const key = SrtpKey.random();
    expect(SrtpKey.read([`1 ${key.toCrypto()}`])?.toCrypto()).toBe(key.toCrypto());
    const inline = key.toCrypto().split(" ")[1];
    for (const value of [
      `1 AES_CM_128_HMAC_SHA1_32 ${inline}`,
      "1 AES_CM_128_HMAC_SHA1_80 inline:short",
      "",
    ]) {
      expect(SrtpKey.read([value])).toBeUndefined();
    }
    expect(SrtpKey.read([`1 AES_256_CM_HMAC_SHA1_80 ${inline}`, `2 ${key.toCrypto()}`])).toBeDefined();
  });
});

describe("a packet of SRTP", () => {
  const [one, other] = [SrtpKey.random(), SrtpKey.random()];

  it("is opened with the key that it was closed with, and with no other", () => {
    const closed = new Srtp(one, other).protect(packet(7));
    expect(closed.length).toBe(packet(7).length + 10);
    expect(closed.includes("voice")).toBe(false);
    expect(new Srtp(other, one).unprotect(closed)).toEqual(packet(7));
    expect(new Srtp(other, SrtpKey.random()).unprotect(closed)).toBeUndefined();
  });

  it.each([2, 13, 20])("is not opened where byte %i was changed", (at) => {
    const closed = new Srtp(one, other).protect(packet(7));
    closed[at] = (closed[at] ?? 0) ^ 1;
    expect(new Srtp(other, one).unprotect(closed)).toBeUndefined();
  });

  it("is opened after the sequence numbers have restarted, also out of order, for each source", () => {
    const [sender, receiver] = [new Srtp(one, other), new Srtp(other, one)];
    const numbers = [65_534, 65_535, 0, 1];
    const closed = numbers.map((sequence) => sender.protect(packet(sequence)));
    const order = [0, 2, 1, 3];
    const opened = order.map((index) => receiver.unprotect(closed[index] ?? Buffer.alloc(0)));
    expect(opened).toEqual(order.map((index) => packet(numbers[index] ?? 0)));
    const second = new Srtp(one, other).protect(packet(9, 0xbeef));
    expect(receiver.unprotect(second)).toEqual(packet(9, 0xbeef));
  });

  it("is none where it is too short", () => {
    const receiver = new Srtp(other, one);
    expect(receiver.unprotect(Buffer.alloc(4))).toBeUndefined();
    expect(receiver.unprotect(Buffer.alloc(21))).toBeUndefined();
  });
});
