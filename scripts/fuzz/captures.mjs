// Captures to be broken, and what the reader of them has to put up with.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";

/** The reader, bundled from src/ by the script that runs this, with the writer of test/support. */
const ENGINE = new URL("../../reports/fuzz/captures.mjs", import.meta.url);
const {
  callMedia,
  CaptureReader,
  datagram,
  frame,
  inOrder,
  isCapture,
  pcap,
  pcapng,
  portUnreachable,
  RST,
  SYN,
} = await import(ENGINE.href);
const { rtp, signalling, sipMessage, START, tcp, udp } = await import(ENGINE.href);

const [HERE, THERE] = ["192.0.2.10:5060", "198.51.100.20:5060"];
const REGISTER = sipMessage("REGISTER sip:198.51.100.20 SIP/2.0", "1 REGISTER", "r", "", [
  `X: ${"x".repeat(900)}`,
]);
const on = (link, packets, options) =>
  packets.map((packet) => ({ time: START, frame: frame(link, packet, options) }));
const V6 = ["[2001:db8:0:0:0:0:0:1]:5060", "[2001:db8:0:0:0:0:0:2]:5060"];

const CALL = inOrder(
  signalling(),
  rtp({ from: "192.0.2.10:4000", to: "198.51.100.20:10000", start: START + 1.1, count: 30 }),
  rtp({ from: "198.51.100.20:10000", to: "192.0.2.10:4000", start: START + 1.1, count: 30 }),
);
const SEGMENTS = [
  tcp(HERE, THERE, 9, "", SYN),
  tcp(HERE, THERE, 10, REGISTER.slice(0, 300)),
  tcp(HERE, THERE, 710, REGISTER.slice(700)),
  tcp(HERE, THERE, 310, REGISTER.slice(300, 700)),
  tcp(THERE, HERE, 1, "", RST),
];
const V4_PIECES = udp(HERE, THERE, REGISTER, { fragment: 400 });

export const SEEDS = [
  pcap(CALL),
  pcap(CALL, { little: false, nano: true }),
  pcap(on("ethernet", SEGMENTS, { vlans: [3, 4] })),
  pcap(on("cooked", [...V4_PIECES, portUnreachable(V4_PIECES[0])]), { link: "cooked" }),
  pcap(on("cooked2", udp(...V6, REGISTER, { fragment: 400, extensions: true })), { link: "cooked2" }),
  pcap(on("ethernet", udp(HERE, THERE, REGISTER), { pppoe: true })),
  pcapng([
    { interfaces: [{ link: "ethernet" }, { link: "raw", resolution: 9 }], packets: CALL },
    { little: false, interfaces: [{ link: "ethernet" }], packets: datagram(START, HERE, THERE, REGISTER) },
  ]),
];

const MOST_BYTES = 131_072;
const ODD = [0, 1, 3, 4, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0xffffffff];

/** One to eight changes: bytes, numbers of four bytes, pieces taken out, doubled, moved, cut off or taken from another file. */
export function mutated(files, random) {
  const below = (limit) => Math.floor(random() * limit);
  let bytes = Buffer.from(files[below(files.length)]);
  for (let left = 1 + below(8); left > 0 && bytes.length > 8; left -= 1) {
    const at = below(bytes.length);
    const size = 1 + below(below(3) === 0 ? bytes.length : 64);
    const kind = below(10);
    if (kind < 3) bytes[at] = below(256);
    else if (kind < 4) bytes[at] ^= 1 << below(8);
    else if (kind < 6 && at + 4 <= bytes.length) {
      const value = ODD[below(ODD.length)];
      if (below(2) === 0) bytes.writeUInt32BE(value, at);
      else bytes.writeUInt32LE(value, at);
    } else if (kind < 7) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
    else if (kind < 8)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + size), bytes.subarray(at)]);
    else if (kind < 9) {
      const other = files[below(files.length)];
      const from = below(other.length);
      bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + size), bytes.subarray(at)]);
    } else if (below(4) === 0) bytes = bytes.subarray(0, at);
    bytes = bytes.subarray(0, MOST_BYTES);
  }
  return bytes;
}

/** Reads it in pieces; throws where the reader says something that cannot be. */
export function check(input, random) {
  if (input.length < 4 || !isCapture(input)) return "no capture";
  const reader = new CaptureReader(input.subarray(0, 4));
  for (let at = 0; at < input.length; ) {
    const size = 1 + Math.floor(random() * 4_000);
    reader.feed(Buffer.from(input.subarray(at, at + size)));
    at += size;
  }
  const capture = reader.finish();
  const { messages, streams, packets, damage } = capture;
  assert.ok(messages.length <= packets, "more messages than packets");
  for (const stream of streams) {
    const { expected, lost, reordered, duplicates, meanJitter = 0 } = stream;
    assert.ok(
      stream.packets + lost <= expected + stream.packets && lost <= expected,
      "more lost than expected",
    );
    for (const number of [expected, lost, reordered, duplicates, meanJitter, stream.end - stream.start]) {
      assert.ok(Number.isFinite(number) && number >= 0, `a number that cannot be: ${number}`);
    }
  }
  for (const { begun, ended, toCaller, toCallee } of callMedia(capture)) {
    assert.ok(Number.isFinite(begun) && Number.isFinite(ended), "a call without a time");
    assert.ok(
      toCaller.length + toCallee.length <= 2 * streams.length,
      "more streams of a call than there are",
    );
  }
  if (messages.length > 0) return "message";
  return damage === undefined ? "whole" : "damaged";
}
