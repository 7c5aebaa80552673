import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { type Capture, CaptureReader } from "../../../src/captures/index.js";
import { readCapture } from "../../../src/logs/read-capture.js";
import { readLogWithPreset } from "../../../src/logs/read-log.js";
import {
  datagram,
  frame,
  type Packet,
  pcap,
  portUnreachable,
  rtp,
  SILENCE,
  udp,
} from "../../support/capture-file.js";
import {
  CALLER,
  inOrder,
  PBX,
  START,
  sdp,
  signalling,
  sipMessage,
  sound,
} from "../../support/captured-call.js";

function captured(packets: readonly Packet[]): Capture {
  const file = pcap(packets);
  const reader = new CaptureReader(file.subarray(0, 4));
  reader.feed(file);
  return reader.finish();
}

const read = (packets: readonly Packet[], username?: string) =>
  readCapture(captured(packets), username === undefined ? {} : { username });

const idsOf = async (packets: readonly Packet[]) => (await read(packets)).findings.map(({ id }) => id);

const [CALLER_RTP, PBX_RTP] = [`${CALLER}:4000`, `${PBX}:10000`];
const BOTH = [sound(CALLER_RTP, PBX_RTP), sound(PBX_RTP, CALLER_RTP)] as const;

/** The same messages as sngrep writes them. */
function asText(messages: readonly [time: number, from: string, to: string, text: string][]): string {
  return messages
    .map(([time, from, to, text]) => {
      const at = new Date(time * 1_000).toISOString().slice(0, 23).replace("T", " ");
      return `${at}000 ${from} -> ${to}\n${text.replaceAll("\r\n", "\n")}\n`;
    })
    .join("\n");
}

const DIGEST = (nonce: string) =>
  `Authorization: Digest username="1001", realm="asterisk", nonce="${nonce}", uri="sip:${PBX}", response="663609319e2d9124066503114063140c"`;
const CHALLENGE = 'WWW-Authenticate: Digest realm="asterisk", nonce="17954114", algorithm=MD5, qop="auth"';

function register(cseq: number, more: string[] = []): string {
  return [
    `REGISTER sip:${PBX} SIP/2.0`,
    `Via: SIP/2.0/UDP ${CALLER}:5060;branch=z9hG4bK${cseq};rport`,
    `From: <sip:1001@${PBX}>;tag=a`,
    `To: <sip:1001@${PBX}>`,
    "Call-ID: reg-1",
    `CSeq: ${cseq} REGISTER`,
    `Contact: <sip:1001@192.168.1.20:5060>`,
    ...more,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

function answer(status: string, cseq: number, more: string[] = []): string {
  return register(cseq, ["Server: Asterisk PBX 22.10.1", ...more]).replace(/^.*/, `SIP/2.0 ${status}`);
}

type Exchange = [time: number, from: string, to: string, text: string];
const [UA, REGISTRAR] = [`${CALLER}:5060`, `${PBX}:5060`];
const REGISTRATIONS: Record<string, Exchange[]> = {
  "refused after credentials": [
    [START, UA, REGISTRAR, register(1)],
    [START + 0.125, REGISTRAR, UA, answer("401 Unauthorized", 1, [CHALLENGE])],
    [START + 0.25, UA, REGISTRAR, register(2, [DIGEST("17954114")])],
    [START + 0.375, REGISTRAR, UA, answer("401 Unauthorized", 2, [CHALLENGE])],
  ],
  "accepted with a private Contact": [
    [START, UA, REGISTRAR, register(1)],
    [START + 0.125, REGISTRAR, UA, answer("401 Unauthorized", 1, [CHALLENGE])],
    [START + 0.25, UA, REGISTRAR, register(2, [DIGEST("17954114")])],
    [START + 0.375, REGISTRAR, UA, answer("200 OK", 2, ["Expires: 300"])],
  ],
  "never answered": [0, 0.5, 1.5, 3.5].map((after): Exchange => [START + after, UA, REGISTRAR, register(1)]),
};

describe("the messages of a capture", () => {
  it.each(Object.entries(REGISTRATIONS))("say what the same text says: %s", async (_name, messages) => {
    const packets = messages.flatMap(([time, from, to, text]) => datagram(time, from, to, text));
    const fromCapture = await read(packets);
    const fromText = await readLogWithPreset(asText(messages), {});
    const placeless = (text: string) => text.replace(/\b(?:line|packet) \d+/g, "");
    const told = ({ findings, outcome, events, users, presetId }: typeof fromText) => ({
      ...{ outcome, users, presetId },
      findings: findings.map(({ evidence, ...finding }) => ({ ...finding, evidence: placeless(evidence) })),
      events: events.map(({ text, count, at }) => ({ text, count, at })),
    });
    expect(fromText.events.length).toBeGreaterThan(0);
    expect(told(fromCapture)).toEqual(told(fromText));
  });

  it("prove nothing by headers that a snapshot length has cut", async () => {
    const messages = REGISTRATIONS["accepted with a private Contact"] ?? [];
    const packets = messages
      .flatMap(([time, from, to, text]) => datagram(time, from, to, text))
      .map((packet) => ({
        ...packet,
        original: packet.frame.length,
        frame: packet.frame.subarray(0, packet.frame.indexOf("Contact") + 4),
      }));
    const report = await read(packets);
    expect(report.findings).toEqual([]);
    expect(report.outcome).toBe("registered");
  });

  it("are named by their packets", async () => {
    const [first = [], ...rest] = [REGISTRATIONS["refused after credentials"] ?? []]
      .flat()
      .map(([time, from, to, text]) => datagram(time, from, to, text));
    const report = await read([
      ...sound(CALLER_RTP, PBX_RTP, { start: START - 60, count: 10 }),
      ...first,
      ...rest.flat(),
    ]);
    expect(report.events[0]).toMatchObject({ line: 11 });
    expect(report.findings[0]?.evidence).toMatch(/^packet 14: /);
    expect(report.outcome).toBe("refused");
    expect(report.lines).toBe(14);
  });

  it("of others are left out where a user is named, their streams too", async () => {
    const report = await read(inOrder(signalling(), ...BOTH), "1003");
    expect(report.capture.streams).toEqual([]);
    const own = await read(inOrder(signalling(), ...BOTH), "1002");
    expect(own.capture.streams).toHaveLength(2);
  });

  it("that ICMP refuses meet a port at which nobody listens", async () => {
    const [packet = Buffer.alloc(0)] = udp(UA, REGISTRAR, register(1));
    const refused = { time: START + 1, frame: frame("ethernet", portUnreachable(packet)) };
    const report = await read([...datagram(START, UA, REGISTRAR, register(1)), refused]);
    expect(report.findings.map(({ id }) => id)).toContain("port-refused");
  });

  it("bring nothing of what they hold that is secret", async () => {
    const text = register(1, ["X-Password: password=hunter2hunter2", DIGEST("17954114")]);
    const report = await read(datagram(START, UA, REGISTRAR, text));
    expect(JSON.stringify(report)).not.toMatch(/hunter2|663609319e2d/);
  });
});

describe("the streams of a capture", () => {
  it("are told by call, with what their receiver has announced", async () => {
    const report = await read(
      inOrder(signalling(), sound(CALLER_RTP, PBX_RTP), sound(PBX_RTP, "192.0.2.10:4444")),
    );
    expect(report.capture.streams).toEqual([
      expect.objectContaining({
        from: CALLER_RTP,
        to: PBX_RTP,
        codec: "PCMU",
        packets: 480,
        lost: 0,
        seconds: 9.6,
        silentPercent: 0,
      }),
      expect.objectContaining({ from: PBX_RTP, to: "192.0.2.10:4444", announced: CALLER_RTP }),
    ]);
    expect(report.calls).toEqual([expect.stringMatching(/^packet 1: /)]);
    expect(report.capture.streams[0]?.call).toMatch(/1001.* to .*1002/);
    expect(report.capture.streams[0]).not.toHaveProperty("announced");
  });
});

describe("the findings of RTP", () => {
  it("are none on a good call, also through NAT and on hold", async () => {
    expect(await idsOf(inOrder(signalling(), ...BOTH))).toEqual([]);
    const nat = { callerMedia: "192.168.1.5:4000" };
    const seen = `${CALLER}:40404`;
    const natted = await idsOf(inOrder(signalling(nat), sound(seen, PBX_RTP), sound(PBX_RTP, seen)));
    expect(natted.filter((id) => id.startsWith("rtp-"))).toEqual([]);
    const held = { attributes: ["a=sendonly"] };
    expect(await idsOf(inOrder(signalling(held), BOTH[0]))).toEqual([]);
  });

  it("are none on a call that was not answered, or is over at once", async () => {
    const [invite] = signalling();
    expect(await idsOf(inOrder(invite ? [invite] : [], BOTH[0]))).toEqual([]);
    expect(
      await idsOf(inOrder(signalling({ seconds: 1 }), sound(CALLER_RTP, PBX_RTP, { count: 40 }))),
    ).toEqual([]);
  });

  it("are none on streams that cannot be known: a name in SDP, ICE without an address", async () => {
    for (const host of ["pbx.example.com", "0.0.0.0"]) {
      const other = rtp({ from: "192.0.2.77:6000", to: "192.0.2.78:6002", start: START, count: 50 });
      const call = signalling({ pbxMedia: `${host}:10000` });
      const sent = await idsOf(inOrder(call, other, sound(CALLER_RTP, "198.51.100.99:10000")));
      const unsent = await idsOf(inOrder(call, other));
      expect([...sent, ...unsent].filter((id) => id.startsWith("rtp-"))).toEqual([]);
    }
  });

  it("name the direction that is missing, and are not sure of it", async () => {
    const { findings } = await read(inOrder(signalling(), BOTH[0]));
    expect(findings.map(({ id, confidence }) => [id, confidence])).toEqual([["rtp-one-way", "medium"]]);
    expect(findings[0]?.evidence).toBe(
      "packet 1: 480 RTP packets from the caller, none from the called side, which announced 198.51.100.20:10000 and was told to send to 192.0.2.10:4000",
    );
    expect(findings[0]?.cause).toMatch(/^A capture shows what passes one point/);
  });

  it("name a private address that was announced where one direction is missing", async () => {
    const call = { callerMedia: "192.168.1.5:4000" };
    const { findings } = await read(inOrder(signalling(call), sound(`${CALLER}:40404`, PBX_RTP)));
    const found = findings.find(({ id }) => id === "rtp-one-way");
    expect(found?.cause).toMatch(/^Likely: the caller announced the private address 192\.168\.1\.5/);
    expect(findings.map(({ id }) => id)).toContain("rtp-from-elsewhere");
  });

  it("name voice that goes to a private address", async () => {
    const call = { callerMedia: "192.168.1.5:4000" };
    const packets = inOrder(
      signalling(call),
      sound(`${CALLER}:40404`, PBX_RTP),
      sound(PBX_RTP, "192.168.1.5:4000"),
    );
    const { findings } = await read(packets);
    expect(findings[0]).toMatchObject({ id: "rtp-to-private", severity: "critical", confidence: "medium" });
    const latched = inOrder(packets, sound(PBX_RTP, `${CALLER}:40404`, { start: START + 2 }));
    expect(await idsOf(latched)).not.toContain("rtp-to-private");
  });

  it("name nothing where no RTP was captured at all, but for a note", async () => {
    const report = await read(signalling());
    expect(report.findings.filter(({ id }) => id.startsWith("rtp-"))).toEqual([]);
    expect(report.capture.notes.join(" ")).toMatch(/no RTP at all/);
  });

  it("name a call without any, where others have some", async () => {
    const others = rtp({ from: "192.0.2.77:6000", to: "192.0.2.78:6002", start: START, count: 50 });
    const { findings } = await read(inOrder(signalling(), others));
    expect(findings.map(({ id, confidence }) => [id, confidence])).toEqual([["rtp-none", "low"]]);
  });

  it.each([
    [
      "rtp-loss",
      { lost: new Set(Array.from({ length: 30 }, (_, index) => 50 + index)) },
      /30 of 480 packets are missing \(6\.3 %\)/,
    ],
    ["rtp-jitter", { late: (index: number) => (index % 2) * 0.045 }, /mean jitter 4\d ms/],
    ["rtp-silent", { payload: () => SILENCE }, /480 of 480 G\.711 packets hold silence/],
    ["rtp-wrong-type", { payloadType: 8 }, /PCMA, announced are the types 0, 101/],
  ])("%s", async (id, options, seen) => {
    const { findings } = await read(inOrder(signalling(), BOTH[0], sound(PBX_RTP, CALLER_RTP, options)));
    expect(findings.map((finding) => finding.id)).toEqual([id]);
    expect(findings[0]?.evidence).toMatch(seen);
    expect(findings[0]?.confidence).toBe("medium");
  });

  it("take no encrypted voice for silence", async () => {
    const call = { profile: "RTP/SAVP" };
    const silent = sound(PBX_RTP, CALLER_RTP, { payload: () => SILENCE });
    expect(await idsOf(inOrder(signalling(call), BOTH[0], silent))).toEqual([]);
  });

  it("name a direction that ends long before the call, unless the call was changed", async () => {
    const long = { seconds: 30 };
    const ways = [
      sound(CALLER_RTP, PBX_RTP, { count: 1_480 }),
      sound(PBX_RTP, CALLER_RTP, { count: 300 }),
    ] as const;
    const { findings } = await read(inOrder(signalling(long), ...ways));
    expect(findings.map(({ id }) => id)).toEqual(["rtp-stops"]);
    expect(findings[0]?.evidence).toMatch(/the called side comes 23\.9 s before the end/);
    const hold = sipMessage(
      `INVITE sip:1002@${PBX} SIP/2.0`,
      "3 INVITE",
      "call-1",
      sdp(CALLER_RTP, { attributes: ["a=inactive"] }),
    );
    expect(await idsOf(inOrder(signalling(long), ...ways, datagram(START + 7, UA, REGISTRAR, hold)))).toEqual(
      [],
    );
  });

  it("name a port at which nobody listens", async () => {
    const [packet = Buffer.alloc(0)] = udp(PBX_RTP, CALLER_RTP, Buffer.alloc(40));
    const refusals = [2, 3, 4].map((after) => ({
      time: START + after,
      frame: frame("ethernet", portUnreachable(packet)),
    }));
    const { findings } = await read(inOrder(signalling(), ...BOTH, refusals));
    expect(findings.map(({ id }) => id)).toEqual(["rtp-refused"]);
    expect(findings[0]?.evidence).toMatch(/3 times, for RTP of the called side to 192\.0\.2\.10:4000/);
  });
});

describe("the notes of a capture", () => {
  it("tell what limits it", async () => {
    const file = pcap(datagram(START, UA, REGISTRAR, register(1)));
    const reader = new CaptureReader(file.subarray(0, 4));
    reader.feed(file.subarray(0, -3));
    const report = await readCapture(reader.finish());
    expect(report.capture.notes).toEqual([
      "The capture holds no packet.",
      "The file was not read to its end: it ends in the middle of packet 1. What came before counts.",
    ]);
  });
});
