import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { CaptureReader } from "../../../src/captures/capture.js";
import { decibels, meanSquare } from "../../../src/captures/rtp/g711-level.js";
import { SequenceCounter } from "../../../src/captures/rtp/sequence.js";
import type { RtpStream } from "../../../src/captures/rtp/stream.js";
import { datagram, type Packet, pcap, rtp, SILENCE, TONE } from "../../support/capture-file.js";
import { inOrder, PBX, START, signalling, sound } from "../../support/captured-call.js";

const FROM = "192.0.2.10:4000";
const TO = `${PBX}:10000`;

function streams(packets: readonly Packet[]): readonly RtpStream[] {
  const file = pcap(packets);
  const reader = new CaptureReader(file.subarray(0, 4));
  reader.feed(file);
  return reader.finish().streams;
}

function one(packets: readonly Packet[]): RtpStream {
  const [stream, ...more] = streams(packets);
  if (stream === undefined || more.length > 0) throw new Error(`${more.length + 1} streams`);
  return stream;
}

describe("a stream", () => {
  it("has its ends, packets, duration and payload type", () => {
    expect(one(sound(FROM, TO))).toMatchObject({
      source: FROM,
      destination: TO,
      packet: 1,
      packets: 480,
      lost: 0,
      expected: 480,
      reordered: 0,
      duplicates: 0,
      payloadType: 0,
      sourceChanges: 0,
    });
    const { start, end, meanJitter, longestGap } = one(sound(FROM, TO));
    expect(end - start).toBeCloseTo(479 * 0.02, 3);
    expect(meanJitter).toBeLessThan(0.01);
    expect(longestGap).toBeCloseTo(0.02, 3);
  });

  it("counts what is lost, also over the end of the numbers", () => {
    const lost = new Set([3, 50, 51, 400]);
    expect(one(sound(FROM, TO, { lost, sequence: 65_300 }))).toMatchObject({
      packets: 476,
      lost: 4,
      expected: 480,
    });
  });

  it("tells late packets and those that came twice from lost ones", () => {
    const packets = sound(FROM, TO, { late: (index) => (index === 10 ? 0.05 : 0) });
    const twice = packets.slice(20, 25).map(({ time, frame }) => ({ time: time + 0.001, frame }));
    expect(one(inOrder(packets, twice))).toMatchObject({
      packets: 480,
      lost: 0,
      reordered: 1,
      duplicates: 5,
    });
  });

  it("has the jitter of RFC 3550", () => {
    // Every other packet is 16 ms late: the difference is 16 ms each time, and the mean goes there.
    const { meanJitter = 0, maxJitter = 0 } = one(sound(FROM, TO, { late: (index) => (index % 2) * 0.016 }));
    expect(maxJitter).toBeCloseTo(16, 1);
    expect(meanJitter).toBeGreaterThan(15);
    expect(meanJitter).toBeLessThan(16);
  });

  it("takes no jitter from a sender that begins to count anew, as a PBX does that passes on another's voice", () => {
    const anew = sound(FROM, TO, { sequence: 100 + 480, start: START + 1.1 + 480 * 0.02 });
    const { packets, lost, maxJitter } = one(inOrder(sound(FROM, TO), anew));
    expect({ packets, lost }).toEqual({ packets: 960, lost: 0 });
    expect(maxJitter).toBeLessThan(0.01);
  });

  it("has no jitter where nobody has named the clock", () => {
    expect(one(sound(FROM, TO, { payloadType: 111 })).meanJitter).toBeUndefined();
    const named = { attributes: ["a=rtpmap:111 opus/48000/2"] };
    const [stream] = streams(inOrder(signalling(named), sound(FROM, TO, { payloadType: 111 })));
    expect(stream?.meanJitter).toBeGreaterThan(0);
  });

  it("counts changes of its source, and takes none of them for loss", () => {
    const second = rtp({ from: FROM, to: TO, start: START + 20, count: 100, ssrc: 5, sequence: 30_000 });
    expect(one(inOrder(sound(FROM, TO), second))).toMatchObject({ packets: 580, lost: 0, sourceChanges: 1 });
  });

  it("takes numbers that begin anew for no loss", () => {
    const second = rtp({ from: FROM, to: TO, start: START + 20, count: 100, sequence: 30_000 });
    expect(one(inOrder(sound(FROM, TO), second))).toMatchObject({ packets: 580, lost: 0, sourceChanges: 0 });
  });

  it("tells silence from sound in G.711", () => {
    expect(one(sound(FROM, TO)).level).toMatchObject({ measured: 480, silent: 0 });
    const silent = one(sound(FROM, TO, { payload: () => SILENCE })).level;
    expect(silent).toEqual({ measured: 480, silent: 480, mean: -127 });
    expect(one(sound(FROM, TO, { payloadType: 18 })).level).toBeUndefined();
  });
});

describe("what is no RTP", () => {
  it("makes no stream: bytes that begin like it, RTCP, a few packets of nobody", () => {
    const random = Array.from({ length: 50 }, (_, index) =>
      datagram(
        START + index,
        "192.0.2.1:53",
        "192.0.2.2:4000",
        Buffer.from([0x80, 0, (index * 7_919) & 255, index, ...Array(20).fill(index)]),
      ),
    ).flat();
    const rtcp = Array.from({ length: 50 }, (_, index) =>
      datagram(START + index, FROM, TO, Buffer.from([0x80, 200, 0, index, ...Array(24).fill(0)])),
    ).flat();
    expect(streams(inOrder(random, rtcp, sound(FROM, TO, { count: 3 })))).toEqual([]);
  });

  it("counts where it was announced, however little it is", () => {
    const [stream] = streams(inOrder(signalling(), sound(FROM, TO, { count: 1 })));
    expect(stream).toMatchObject({ packets: 1, destination: TO });
  });
});

describe("levels", () => {
  it("are those of the tables of G.711", () => {
    // 0x80 and 0x00 are the loudest of µ-law, 0xaa and 0x2a of A-law; 0xff and 0xd5 are next to nothing.
    expect(decibels(meanSquare(0, Buffer.from([0x80, 0x00])) ?? 0)).toBeCloseTo(-0.17, 1);
    expect(decibels(meanSquare(8, Buffer.from([0xaa, 0x2a])) ?? 0)).toBeCloseTo(-0.14, 1);
    expect(decibels(meanSquare(0, Buffer.from([0xff])) ?? 1)).toBe(-127);
    expect(decibels(meanSquare(8, Buffer.from([0xd5])) ?? 1)).toBeLessThan(-70);
    expect(decibels(meanSquare(0, TONE) ?? 0)).toBeGreaterThan(-20);
    expect(meanSquare(9, TONE)).toBeUndefined();
  });
});

describe("sequence numbers", () => {
  it("come next, late, twice or anew", () => {
    const counter = new SequenceCounter(65_534);
    expect([65_535, 1, 0, 0, 65_535, 1, 65_533, 30_000].map((number) => counter.add(number))).toEqual([
      "next",
      "next",
      "late",
      "duplicate",
      "duplicate",
      "duplicate",
      "late",
      "restart",
    ]);
    expect([counter.received, counter.expected]).toEqual([5, 5]);
  });
});
