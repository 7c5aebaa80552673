import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Capture, CaptureReader, isCapture } from "../../../src/captures/capture.js";
import {
  datagram,
  type FrameOptions,
  frame,
  type IpOptions,
  type Link,
  pcap,
  pcapng,
  portUnreachable,
  RST,
  SYN,
  tcp,
  udp,
} from "../../support/capture-file.js";
import { CALLER, PBX, START, sipMessage } from "../../support/captured-call.js";

/** Reads a file in pieces of a size. */
function read(file: Buffer, piece = 1_000): Capture {
  const reader = new CaptureReader(file.subarray(0, 4));
  for (let at = 0; at < file.length; at += piece) reader.feed(Buffer.from(file.subarray(at, at + piece)));
  return reader.finish();
}

const [HERE, THERE] = [`${CALLER}:5060`, `${PBX}:5060`];
const REGISTER = sipMessage(`REGISTER sip:${PBX} SIP/2.0`, "1 REGISTER", "reg-1");
const LONG = sipMessage(`REGISTER sip:${PBX} SIP/2.0`, "1 REGISTER", "reg-1", "", [
  `X-Long: ${"x".repeat(3_000)}`,
]);

function told({ messages }: Capture): string[] {
  return messages.map(
    ({ message, from, to, packet }) =>
      `${packet} ${from} > ${to} ${message.kind === "request" ? message.method : message.status}`,
  );
}

const ONE = [`1 ${HERE} > ${THERE} REGISTER`];

describe("pcap", () => {
  it.each([
    { little: true, nano: false },
    { little: false, nano: false },
    { little: true, nano: true },
    { little: false, nano: true },
  ])("is read with its times: %j", (format) => {
    const file = pcap(datagram(START + 0.123456, HERE, THERE, REGISTER), format);
    expect(isCapture(file)).toBe(true);
    const capture = read(file);
    expect(told(capture)).toEqual(ONE);
    expect(capture.messages[0]?.time).toBeCloseTo(START + 0.123456, 5);
  });

  it("is read whatever the pieces in which it comes", () => {
    const file = pcap([...datagram(START, HERE, THERE, REGISTER), ...datagram(START + 1, HERE, THERE, LONG)]);
    for (const piece of [1, 7, 23, 24, 40, 4_096]) expect(told(read(file, piece))).toHaveLength(2);
  });

  it("that breaks off says so, and counts what came before", () => {
    const file = pcap([...datagram(START, HERE, THERE, REGISTER), ...datagram(START, HERE, THERE, REGISTER)]);
    const capture = read(file.subarray(0, -5));
    expect(told(capture)).toEqual(ONE);
    expect(capture.damage).toBe("it ends in the middle of packet 2");
  });

  it("with a length that no packet has is not read on", () => {
    const file = pcap(datagram(START, HERE, THERE, REGISTER));
    const damaged = Buffer.concat([
      file,
      Buffer.alloc(8),
      Buffer.from("ffffffff00000000", "hex"),
      file.subarray(24),
    ]);
    const capture = read(damaged);
    expect(told(capture)).toEqual(ONE);
    expect(capture.damage).toBe("packet 2 claims 4294967295 bytes");
  });
});

describe("pcapng", () => {
  it("is read over sections of either byte order, each with interfaces of its own", () => {
    const [packet = Buffer.alloc(0)] = udp(HERE, THERE, REGISTER);
    const on = (link: Link, port: number, seconds: number) => ({
      time: START + seconds,
      frame: frame(link, packet),
      port,
    });
    const file = pcapng([
      {
        interfaces: [{ link: "ethernet" }, { link: "cooked", resolution: 9 }],
        packets: [on("cooked", 1, 0.25), on("ethernet", 0, 1.25)],
      },
      { little: false, interfaces: [{ link: "raw", resolution: 9 }], packets: [on("raw", 0, 2.25)] },
    ]);
    expect(isCapture(file)).toBe(true);
    const capture = read(file, 11);
    expect(told(capture)).toEqual([1, 2, 3].map((number) => `${number} ${HERE} > ${THERE} REGISTER`));
    expect(capture.messages.map(({ time }) => Math.round((time - START) * 1_000))).toEqual([250, 1250, 2250]);
    expect(capture.damage).toBeUndefined();
  });

  it("that breaks off says so", () => {
    const file = pcapng([
      { interfaces: [{ link: "ethernet" }], packets: datagram(START, HERE, THERE, REGISTER) },
    ]);
    expect(read(file.subarray(0, -8)).damage).toBe("it ends in the middle of a block, after packet 0");
  });
});

describe("links", () => {
  const cases: [Link, FrameOptions][] = [
    ["ethernet", {}],
    ["ethernet", { vlans: [12] }],
    ["ethernet", { vlans: [12, 400] }],
    ["ethernet", { pppoe: true }],
    ["ethernet", { padding: 20 }],
    ["cooked", {}],
    ["cooked", { vlans: [12] }],
    ["cooked2", {}],
    ["null", {}],
    ["loop", {}],
    ["pppoe", {}],
    ["raw", {}],
  ];
  it.each(cases)("%s %j", (link, options) => {
    const packets = udp(HERE, THERE, REGISTER).map((packet) => ({
      time: START,
      frame: frame(link, packet, options),
    }));
    expect(told(read(pcap(packets, { link })))).toEqual(ONE);
  });

  it("of an unknown kind are counted", () => {
    const file = pcap(datagram(START, HERE, THERE, REGISTER));
    file.writeUInt32LE(127, 20);
    expect(read(file)).toMatchObject({ messages: [], unknownLinks: 1, packets: 1 });
  });
});

describe("IP", () => {
  const V6 = ["[2001:db8:0:0:0:0:0:1]:5060", "[2001:db8:0:0:1:0:0:2]:5060"] as const;
  const cases: [string, string, string, IpOptions][] = [
    ["4", HERE, THERE, {}],
    ["4", HERE, THERE, { fragment: 1_480 }],
    ["6", ...V6, {}],
    ["6", ...V6, { extensions: true }],
    ["6", ...V6, { fragment: 1_232 }],
    ["6", ...V6, { fragment: 1_232, extensions: true }],
  ];
  it.each(cases)("version %s from %s to %s, %j", (_version, from, to, options) => {
    const packets = udp(from, to, LONG, options).map((packet) => ({
      time: START,
      frame: frame("ethernet", packet),
    }));
    const both = [packets, packets.toReversed()];
    for (const each of both) {
      const { messages } = read(pcap(each));
      expect(messages.map(({ message }) => message.headers.get("X-Long")?.length)).toEqual([3_000]);
    }
  });

  it("names addresses of version 6 in their short form", () => {
    const packets = udp(...V6, REGISTER).map((packet) => ({ time: START, frame: frame("ethernet", packet) }));
    expect(told(read(pcap(packets)))).toEqual(["1 [2001:db8::1]:5060 > [2001:db8::1:0:0:2]:5060 REGISTER"]);
  });

  it("gives a packet up of which a fragment never comes", () => {
    const packets = udp(HERE, THERE, LONG, { fragment: 800 }).map((packet) => ({
      time: START,
      frame: frame("ethernet", packet),
    }));
    expect(read(pcap(packets.toSpliced(1, 1))).messages).toEqual([]);
  });
});

describe("a message that a snapshot length has cut", () => {
  it("is read as far as its headers are whole", () => {
    const [whole] = datagram(START, HERE, THERE, REGISTER);
    const bytes = whole?.frame ?? Buffer.alloc(0);
    const cut = bytes.subarray(0, bytes.indexOf("CSeq") + 20);
    const capture = read(pcap([{ time: START, frame: cut, original: bytes.length }]));
    expect(told(capture)).toEqual(ONE);
    expect(capture.cut).toBe(1);
    expect(capture.messages[0]?.cutHead).toBe(true);
    expect(capture.messages[0]?.message.headers.get("CSeq")).toBe("1 REGISTER");
  });
});

describe("TCP", () => {
  const [CLIENT, SERVER] = [`${CALLER}:40000`, THERE];
  const OTHER = sipMessage(`REGISTER sip:${PBX} SIP/2.0`, "2 REGISTER", "reg-1", "v=0\r\n");
  const both = REGISTER + OTHER;
  const at = (index: number, packet: Buffer) => ({
    time: START + index / 10,
    frame: frame("ethernet", packet),
  });
  const cut = (sizes: number[]) => {
    let from = 0;
    return sizes.map((size) => {
      const segment = { from, text: both.slice(from, from + size) };
      from += size;
      return segment;
    });
  };
  const cseqs = (packets: Buffer[]) =>
    read(pcap(packets.map((packet, index) => at(index, packet)))).messages.map(({ message }) =>
      message.headers.get("CSeq"),
    );
  const segment = ({ from, text }: { from: number; text: string }) =>
    tcp(CLIENT, SERVER, 4_294_967_200 + from, text);
  const syn = tcp(CLIENT, SERVER, 4_294_967_199, "", SYN);
  const WHOLE = ["1 REGISTER", "2 REGISTER"];

  it("gives two messages in one segment", () => {
    expect(cseqs([syn, segment({ from: 0, text: both })])).toEqual(WHOLE);
  });

  it("puts a message together of segments of a byte each, after line ends that keep the connection", () => {
    const bytes = [...`\r\n\r\n${both}`].map((text, from) => segment({ from, text }));
    expect(cseqs([syn, ...bytes])).toEqual(WHOLE);
  });

  it("puts segments in order, over the end of the numbers, and drops what comes again", () => {
    const [a, b, c, d] = cut([100, 150, 200, 2_000]).map(segment) as [Buffer, Buffer, Buffer, Buffer];
    for (const order of [
      [a, b, c, d],
      [a, c, b, d],
      [d, c, b, a],
      [a, a, b, c, b, d, d],
    ]) {
      expect(cseqs([syn, ...order])).toEqual(WHOLE);
    }
  });

  it("takes of a segment that overlaps only what is new", () => {
    const overlapping = segment({ from: 50, text: both.slice(50) });
    expect(cseqs([syn, segment({ from: 0, text: both.slice(0, 120) }), overlapping])).toEqual(WHOLE);
  });

  it("is in step again after a segment that was not captured", () => {
    const tail = segment({ from: REGISTER.length, text: OTHER });
    expect(cseqs([syn, segment({ from: 0, text: REGISTER.slice(0, 50) }), tail])).toEqual(["2 REGISTER"]);
  });

  it("is read from the middle of a connection", () => {
    expect(cseqs([segment({ from: 0, text: both })])).toEqual(WHOLE);
  });

  it("begins anew where the ports are used again", () => {
    const again = [tcp(CLIENT, SERVER, 5, "", SYN), tcp(CLIENT, SERVER, 6, OTHER)];
    expect(cseqs([syn, segment({ from: 0, text: REGISTER.slice(0, 80) }), ...again])).toEqual(["2 REGISTER"]);
  });

  it("tells of TLS at a port of SIP, and of a connection that is refused", () => {
    const TLS = `${PBX}:5061`;
    const hello = Buffer.from("160301000501000001", "hex");
    const packets = [
      tcp(CLIENT, TLS, 1, hello),
      tcp(CLIENT, SERVER, 1, "", SYN),
      tcp(SERVER, CLIENT, 0, "", RST),
    ];
    const capture = read(pcap(packets.map((packet, index) => at(index, packet))));
    expect(capture.encrypted).toEqual([TLS]);
    expect(capture.refusals).toMatchObject([{ packet: 3, place: SERVER, transport: "tcp" }]);
  });
});

describe("what else a capture tells", () => {
  it("is who refused a datagram", () => {
    const [packet = Buffer.alloc(0)] = udp(HERE, THERE, REGISTER);
    const capture = read(
      pcap([
        { time: START, frame: frame("ethernet", packet) },
        { time: START + 1, frame: frame("ethernet", portUnreachable(packet)) },
      ]),
    );
    expect(capture.refusals).toMatchObject([{ packet: 2, place: THERE, transport: "udp" }]);
  });

  it("is not a message twice that was captured on two interfaces: the outer addresses count", () => {
    const inside = datagram(START, "172.17.0.3:5060", THERE, REGISTER);
    const outside = datagram(START + 0.0001, HERE, THERE, REGISTER);
    expect(told(read(pcap([...inside, ...outside])))).toEqual(ONE);
    const later = datagram(START + 0.5, HERE, THERE, REGISTER);
    expect(told(read(pcap([...inside, ...outside, ...later])))).toHaveLength(2);
  });

  it("keeps the dialogs heard of last where there are too many messages", () => {
    const messages = Array.from({ length: 3_050 }, (_, index) =>
      datagram(START + index, HERE, THERE, sipMessage(`OPTIONS sip:${PBX} SIP/2.0`, "1 OPTIONS", `${index}`)),
    ).flat();
    const capture = read(pcap(messages), 100_000);
    expect(capture.messages).toHaveLength(3_000);
    expect(capture.messagesLeftOut).toBe(50);
    expect(capture.messages[0]?.packet).toBe(51);
  });
});

describe("bytes that are no capture", () => {
  const files = [
    pcap(
      udp(HERE, THERE, LONG, { fragment: 800 }).map((packet) => ({
        time: START,
        frame: frame("ethernet", packet),
      })),
    ),
    pcap([{ time: START, frame: frame("cooked2", tcp(HERE, THERE, 1, REGISTER)) }], { link: "cooked2" }),
    pcapng([{ interfaces: [{ link: "ethernet" }], packets: datagram(START, HERE, THERE, REGISTER) }]),
  ];

  it("never make the reader throw", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
        fc.nat(),
        (file, changes, size) => {
          const bytes = Buffer.from(file);
          for (const [at, value] of changes) if (at % bytes.length > 3) bytes[at % bytes.length] = value;
          read(bytes.subarray(0, 4 + (size % bytes.length)), 1 + (size % 700));
        },
      ),
      { numRuns: 500 },
    );
  });
});
