import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { isRtcp, receptionReports, writeSenderReport } from "../../../src/media/rtcp.js";
import { writeRtp } from "../../../src/media/rtp-packet.js";
import { SILENCE_FRAME, speechFrame } from "../../../src/media/speech.js";
import { shareOfTone, toneFrame } from "../../../src/media/tone.js";

/** RFC 3550 6.4.1 and 6.4.2: a receiver report with one block, behind a sender report with one. */
const BLOCK = Buffer.from("00000007 40fffffe 00010002 00000050 00000000 00000000".replaceAll(" ", ""), "hex");
const RECEIVER = Buffer.concat([Buffer.from("81c9000700000001", "hex"), BLOCK]);
const SENDER = Buffer.concat([Buffer.from("81c8000c00000001", "hex"), Buffer.alloc(20), BLOCK]);
const REPORT = { ssrc: 7, fractionLost: 0.25, lost: -2, jitter: 80 };

it("reads what a receiver reports, in a compound packet too", () => {
  expect(receptionReports(RECEIVER)).toEqual([REPORT]);
  expect(receptionReports(Buffer.concat([SENDER, RECEIVER]))).toEqual([REPORT, REPORT]);
});

it.each([
  ["nothing", Buffer.alloc(0)],
  ["a packet that is cut", RECEIVER.subarray(0, 20)],
  ["a block that is not there", Buffer.from("85c9000100000001", "hex")],
  ["another version", Buffer.concat([Buffer.from([0x41]), RECEIVER.subarray(1)])],
])("reads nothing in %s", (_what, bytes) => {
  expect(receptionReports(bytes)).toEqual([]);
});

it("is reported from RTP on one port", () => {
  expect(isRtcp(RECEIVER)).toBe(true);
  const rtp = { payloadType: 0, marker: false, sequence: 1, timestamp: 1, ssrc: 1, payload: Buffer.alloc(8) };
  expect(isRtcp(writeRtp(rtp))).toBe(false);
});

it("writes a sender report with the name of its source", () => {
  const facts = {
    ssrc: 0xfffffff0,
    timestamp: 2 ** 32 - 1,
    packets: 25,
    octets: 4_000,
    cname: "0123456789abcdef",
  };
  const bytes = writeSenderReport({ ...facts, now: Date.UTC(2026, 0, 1) + 500 });
  expect(isRtcp(bytes)).toBe(true);
  expect(bytes.length % 4).toBe(0);
  // 2026-01-01 in seconds since 1900, and a half.
  expect([bytes.readUInt32BE(8), bytes.readUInt32BE(12)]).toEqual([3_976_214_400, 2 ** 31]);
  expect([16, 20, 24].map((at) => bytes.readUInt32BE(at))).toEqual([2 ** 32 - 1, 25, 4_000]);
  expect(bytes.subarray(28).toString("latin1")).toContain("0123456789abcdef");
  expect(receptionReports(bytes)).toEqual([]);
});

it("knows the test tone from speech and silence", () => {
  expect(shareOfTone(toneFrame(480))).toBeGreaterThan(0.9);
  expect(shareOfTone(speechFrame(480))).toBeLessThan(0.1);
  expect(shareOfTone(SILENCE_FRAME)).toBe(0);
});
