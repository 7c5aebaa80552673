import { describe, expect, it } from "vitest";
import { CaptureReader } from "../../../src/captures/index.js";
import { readCapture } from "../../../src/logs/read-capture.js";
import { type Packet, pcap } from "../../support/capture-file.js";
import { CALLER, PBX, signalling, sound } from "../../support/captured-call.js";
import { readLog } from "../../support/log-lines.js";

/** A private address in a session description does no harm where voice is seen to get to its sender all the same. */

async function idsOf(packets: readonly Packet[]): Promise<string[]> {
  const file = pcap([...packets].sort((one, other) => one.time - other.time));
  const reader = new CaptureReader(file.subarray(0, 4));
  reader.feed(file);
  return (await readCapture(reader.finish())).findings.map(({ id }) => id);
}

const PRIVATE = "192.168.1.5:4000";
const BEHIND_NAT = `${CALLER}:61000`;

describe("a capture of a call whose caller announces its private address", () => {
  const call = signalling({ callerMedia: PRIVATE, pbxMedia: `${PBX}:10000` });

  it("finds nothing where the PBX sends to where the caller's voice comes from", async () => {
    const both = [sound(BEHIND_NAT, `${PBX}:10000`), sound(`${PBX}:10000`, BEHIND_NAT)].flat();
    expect(await idsOf([...call, ...both])).toEqual([]);
  });

  it("finds nothing in two seconds of both", async () => {
    const both = [
      sound(BEHIND_NAT, `${PBX}:10000`, { count: 90 }),
      sound(`${PBX}:10000`, BEHIND_NAT, { count: 84 }),
    ].flat();
    expect(await idsOf([...call, ...both])).toEqual([]);
  });

  it.each<[what: string, packets: Packet[]]>([
    ["nothing of the voice was captured", []],
    [
      "hardly any voice gets to the caller",
      [sound(BEHIND_NAT, `${PBX}:10000`), sound(`${PBX}:10000`, BEHIND_NAT, { count: 20 })].flat(),
    ],
    [
      "voice gets to the caller for a moment only",
      [sound(BEHIND_NAT, `${PBX}:10000`), sound(`${PBX}:10000`, BEHIND_NAT, { count: 30 })].flat(),
    ],
    ["only the caller's voice is there", sound(BEHIND_NAT, `${PBX}:10000`)],
    [
      "the PBX sends to the private address",
      [sound(BEHIND_NAT, `${PBX}:10000`), sound(`${PBX}:10000`, PRIVATE)].flat(),
    ],
  ])("names it where %s", async (_what, packets) => {
    expect(await idsOf([...call, ...packets])).toContain("media-address-private");
  });
});

describe("a capture taken behind the router of a PBX that announces its private address", () => {
  const inside = "192.168.10.2";
  const call = signalling({ pbxSip: `${inside}:5060`, pbxMedia: `${inside}:10000` });

  it("finds nothing where the caller's voice comes in", async () => {
    const both = [
      sound(`${CALLER}:4000`, `${inside}:10000`),
      sound(`${inside}:10000`, `${CALLER}:4000`),
    ].flat();
    expect(await idsOf([...call, ...both])).toEqual([]);
  });

  it("names it where none does", async () => {
    expect(await idsOf([...call, ...sound(`${inside}:10000`, `${CALLER}:4000`)])).toContain(
      "media-address-private",
    );
  });
});

describe("a capture that has voice and no call", () => {
  const here = `${PBX}:10000`;

  it.each<[what: string, packets: Packet[], ids: string[]]>([
    ["finds nothing where it goes both ways", [sound(here, BEHIND_NAT), sound(BEHIND_NAT, here)].flat(), []],
    [
      "finds nothing in the way back on other ports",
      [sound(here, BEHIND_NAT), sound(`${CALLER}:7000`, `${PBX}:10200`)].flat(),
      [],
    ],
    ["names one way", sound(here, BEHIND_NAT), ["rtp-one-way"]],
    [
      "names the leg of two that has one way",
      [sound(here, BEHIND_NAT), sound(BEHIND_NAT, here), sound(here, "203.0.113.7:4000")].flat(),
      ["rtp-one-way"],
    ],
    ["finds nothing in a moment of it", sound(here, BEHIND_NAT, { count: 60 }), []],
    ["finds nothing in a page to many", sound(here, "239.1.2.3:4000"), []],
  ])("%s", async (_what, packets, ids) => {
    expect(await idsOf(packets)).toEqual(ids);
  });
});

describe("a trace of a PBX that announces its private address", () => {
  const trace = (told: string) => `<--- Received SIP request (700 bytes) from UDP:198.51.100.9:5060 --->
INVITE sip:300@203.0.113.10 SIP/2.0
Via: SIP/2.0/UDP 198.51.100.9:5060;branch=z9hG4bK1
From: <sip:201@198.51.100.9>;tag=a
To: <sip:300@203.0.113.10>
Call-ID: c1
CSeq: 1 INVITE
Contact: <sip:201@198.51.100.9:5060>
Content-Type: application/sdp
Content-Length: 150

v=0
o=- 1 1 IN IP4 198.51.100.9
s=-
c=IN IP4 198.51.100.9
t=0 0
m=audio 4000 RTP/AVP 0

<--- Transmitting SIP response (800 bytes) to UDP:198.51.100.9:5060 --->
SIP/2.0 200 OK
Via: SIP/2.0/UDP 198.51.100.9:5060;branch=z9hG4bK1
From: <sip:201@198.51.100.9>;tag=a
To: <sip:300@203.0.113.10>;tag=b
Call-ID: c1
CSeq: 1 INVITE
Server: Asterisk PBX 20.9.2
Contact: <sip:203.0.113.10:5060>
Content-Type: application/sdp
Content-Length: 150

v=0
o=- 1 1 IN IP4 192.168.10.2
s=-
c=IN IP4 192.168.10.2
t=0 0
m=audio 12000 RTP/AVP 0

${told}`;
  const debug = (word: string, count: number) =>
    Array.from(
      { length: count },
      (_, index) => `${word} 198.51.100.9:4000 (type 00, seq ${index}, ts ${index * 160}, len 000160)`,
    ).join("\n");
  const GOT = "Got  RTP packet from   ";
  const SENT = "Sent RTP packet to     ";

  it("finds nothing where its own counters show voice both ways", () => {
    expect(readLog(trace(`${debug(GOT, 40)}\n${debug(SENT, 40)}`)).findings).toEqual([]);
  });

  it.each([
    ["no voice is counted", ""],
    ["hardly any comes in", `${debug(GOT, 5)}\n${debug(SENT, 40)}`],
    ["none comes in", debug(SENT, 40)],
  ])("names it where %s", (_what, told) => {
    expect(readLog(trace(told)).findings.map(({ id }) => id)).toContain("media-address-private");
  });
});
