import { execFile, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as tcpConnect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Capture, CaptureReader } from "../../src/captures/index.js";
import { frame, type Link, pcap, pcapng, rtp, SYN, tcp, udp } from "../support/capture-file.js";
import { CALLER, inOrder, PBX, START, sdp, signalling, sipMessage, sound } from "../support/captured-call.js";
import { temporaryFolder } from "./support/folders.js";
import { findProgram, lacks } from "./support/programs.js";

/** The reader of captures against Wireshark's own, on the same files. */

const run = promisify(execFile);
let folder: string;
beforeAll(() => {
  folder = temporaryFolder("captures");
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(file: string): Capture {
  const bytes = readFileSync(file);
  const reader = new CaptureReader(bytes.subarray(0, 4));
  for (let at = 0; at < bytes.length; at += 1_500) reader.feed(Buffer.from(bytes.subarray(at, at + 1_500)));
  return reader.finish();
}

async function tshark(file: string, args: string[]): Promise<string[]> {
  const { command } = await findProgram("tshark");
  const options = ["-n", "-o", "tcp.reassemble_out_of_order:TRUE", "--enable-heuristic", "rtp_udp"];
  const { stdout } = await run(command[0], ["-r", file, ...options, ...args], { maxBuffer: 1e8 });
  return stdout.split("\n").filter((line) => line !== "");
}

/** `packet source > destination METHOD-or-status`, one a message. */
async function theirMessages(file: string): Promise<string[]> {
  const fields = [
    "frame.number",
    "ip.src",
    "ipv6.src",
    "ip.dst",
    "ipv6.dst",
    "sip.Method",
    "sip.Status-Code",
  ];
  const lines = await tshark(file, ["-Y", "sip", "-T", "fields", ...fields.flatMap((name) => ["-e", name])]);
  return lines.flatMap((line) => {
    const [number, from4, from6, to4, to6, methods = "", codes = ""] = line.split("\t");
    const each = [...methods.split(","), ...codes.split(",")].filter((word) => word !== "");
    return each.map((word) => `${number} ${from4 || from6} > ${to4 || to6} ${word}`);
  });
}

function ourMessages({ messages }: Capture): string[] {
  const host = (place: string) => place.slice(0, place.lastIndexOf(":")).replace(/[[\]]/g, "");
  return messages.map(
    ({ packet, from, to, message }) =>
      `${packet} ${host(from)} > ${host(to)} ${message.kind === "request" ? message.method : message.status}`,
  );
}

interface Stream {
  ends: string;
  packets: number;
  lost: number;
  meanJitter: number;
  maxJitter: number;
  seconds: number;
}

const STREAM =
  /^\s*([\d.]+)\s+([\d.]+)\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)\s+0x\w+\s+\S+\s+(\d+)\s+(-?\d+) \(\S+\)\s+\S+\s+\S+\s+\S+\s+\S+\s+([\d.]+)\s+([\d.]+)/;

async function theirStreams(file: string): Promise<Stream[]> {
  const lines = await tshark(file, ["-q", "-z", "rtp,streams"]);
  return lines.flatMap((line) => {
    const match = STREAM.exec(line);
    if (match === null) return [];
    const [, start, end, from, fromPort, to, toPort, packets, lost, mean, max] = match;
    return {
      ends: `${from}:${fromPort} > ${to}:${toPort}`,
      packets: Number(packets),
      lost: Number(lost),
      meanJitter: Number(mean),
      maxJitter: Number(max),
      seconds: Number(end) - Number(start),
    };
  });
}

function expectSameStreams({ streams }: Capture, theirs: readonly Stream[]): void {
  const byEnds = (left: { ends: string }, right: { ends: string }) => left.ends.localeCompare(right.ends);
  const ours = streams
    .map(({ source, destination, start, end, meanJitter = -1, maxJitter = -1, packets, lost }) => ({
      ...{ ends: `${source} > ${destination}`, packets, lost, meanJitter, maxJitter, seconds: end - start },
    }))
    .sort(byEnds);
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.map(({ ends, packets, lost }) => ({ ends, packets, lost }))).toEqual(
    theirs.toSorted(byEnds).map(({ ends, packets, lost }) => ({ ends, packets, lost })),
  );
  for (const [index, stream] of theirs.toSorted(byEnds).entries()) {
    const { seconds = -1, meanJitter = -1, maxJitter = -1 } = ours[index] ?? {};
    expect(seconds).toBeCloseTo(stream.seconds, 3);
    expect(Math.abs(meanJitter - stream.meanJitter)).toBeLessThan(0.05 + 0.01 * stream.meanJitter);
    expect(Math.abs(maxJitter - stream.maxJitter)).toBeLessThan(0.05 + 0.01 * stream.maxJitter);
  }
}

const [HERE, THERE] = [`${CALLER}:5060`, `${PBX}:5060`];
const V6 = ["[2001:db8:0:0:0:0:0:1]:5060", "[2001:db8:0:0:0:0:0:2]:5060"] as const;
const LONG = sipMessage(`REGISTER sip:${PBX} SIP/2.0`, "1 REGISTER", "reg-1", "", [
  `X-Long: ${"x".repeat(3_000)}`,
]);
const OTHER = sipMessage(`OPTIONS sip:${PBX} SIP/2.0`, "2 OPTIONS", "opt-1");
const on = (link: Link, packets: readonly Buffer[], options = {}) =>
  packets.map((packet, index) => ({ time: START + index / 10, frame: frame(link, packet, options) }));

const both = LONG + OTHER;
const segments = [
  tcp(HERE, THERE, 9, "", SYN),
  tcp(HERE, THERE, 10, both.slice(0, 1_000)),
  tcp(HERE, THERE, 2_010, both.slice(2_000)),
  tcp(HERE, THERE, 1_010, both.slice(1_000, 2_000)),
  tcp(HERE, THERE, 1_010, both.slice(1_000, 2_000)),
];

const FILES: Record<string, Buffer> = {
  "pcap, little-endian": pcap(signalling()),
  "pcap, big-endian with nanoseconds": pcap(signalling(), { little: false, nano: true }),
  "pcapng with two sections and interfaces": pcapng([
    {
      interfaces: [{ link: "ethernet" }, { link: "cooked", resolution: 9 }],
      packets: [
        ...signalling(),
        ...on("cooked", udp(HERE, THERE, OTHER)).map((each) => ({ ...each, port: 1 })),
      ],
    },
    { little: false, interfaces: [{ link: "raw" }], packets: on("raw", udp(HERE, THERE, LONG)) },
  ]),
  "VLAN in VLAN": pcap(on("ethernet", udp(HERE, THERE, LONG), { vlans: [3, 4] })),
  PPPoE: pcap(on("ethernet", udp(HERE, THERE, LONG), { pppoe: true })),
  "Linux cooked": pcap(on("cooked", udp(HERE, THERE, LONG)), { link: "cooked" }),
  "Linux cooked 2": pcap(on("cooked2", udp(HERE, THERE, LONG)), { link: "cooked2" }),
  loopback: pcap(on("null", udp(HERE, THERE, LONG)), { link: "null" }),
  "fragments of IPv4": pcap(on("ethernet", udp(HERE, THERE, LONG, { fragment: 800 }))),
  "fragments of IPv6 with extensions": pcap(
    on("ethernet", udp(...V6, LONG, { fragment: 800, extensions: true })),
  ),
  "TCP out of order": pcap(on("ethernet", segments)),
};

describe.skipIf(await lacks("tshark"))("the reader of captures finds what tshark finds:", () => {
  it.each(Object.entries(FILES))("SIP in %s", async (_name, bytes) => {
    const file = join(folder, "a");
    writeFileSync(file, bytes);
    const theirs = await theirMessages(file);
    expect(theirs.length).toBeGreaterThan(0);
    expect(ourMessages(read(file))).toEqual(theirs);
  });

  it.each([
    ["evenly", {}],
    ["with loss", { lost: new Set([5, 6, 7, 100, 250]) }],
    ["unevenly", { late: (index: number) => ((index * 7) % 11) * 0.002 }],
    ["out of order", { late: (index: number) => (index % 50 === 10 ? 0.05 : 0) }],
    ["over the end of its numbers", { sequence: 65_400, lost: new Set([135, 136]) }],
  ])("RTP that comes %s", async (_name, options) => {
    const file = join(folder, "b");
    const back = rtp({ from: `${PBX}:10000`, to: `${CALLER}:4000`, start: START + 1.1, count: 300, ssrc: 9 });
    writeFileSync(
      file,
      pcap(inOrder(signalling(), sound(`${CALLER}:4000`, `${PBX}:10000`, { ...options, count: 300 }), back)),
    );
    expectSameStreams(read(file), await theirStreams(file));
  });
});

describe.skipIf(await lacks("tshark", "tcpdump"))("a capture of tcpdump's on loopback", () => {
  it("holds the SIP over UDP and TCP and the RTP that were sent", async (context) => {
    const file = join(folder, "lo.pcap");
    const sockets = await Promise.all(Array.from({ length: 4 }, () => bound()));
    const [ua, pbx, uaRtp, pbxRtp] = sockets as [Socket, Socket, Socket, Socket];
    const server = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const tcpPort = portOf(server);
    const ports = [...sockets.map(portOf), tcpPort];
    const { command } = await findProgram("tcpdump");
    const dumped = spawn(command[0], [
      "-i",
      "lo",
      "-U",
      "--immediate-mode",
      "-w",
      file,
      ports.map((port) => `port ${port}`).join(" or "),
    ]);
    let said = "";
    dumped.stderr.on("data", (chunk) => {
      said += String(chunk);
    });
    const ended = once(dumped, "exit");
    await expect.poll(() => said).toMatch(/listening on|permi/i);
    // Packets may be captured by those alone who are permitted to.
    if (!/listening on/.test(said)) {
      for (const socket of sockets) socket.close();
      server.close();
      context.skip();
    }

    const [uaPlace, pbxPlace] = [uaRtp, pbxRtp].map((socket) => `127.0.0.1:${portOf(socket)}`) as [
      string,
      string,
    ];
    await send(ua, pbx, sipMessage("INVITE sip:1002@127.0.0.1 SIP/2.0", "1 INVITE", "lo", sdp(uaPlace)));
    await send(pbx, ua, sipMessage("SIP/2.0 200 OK", "1 INVITE", "lo", sdp(pbxPlace)));
    await send(ua, pbx, sipMessage("ACK sip:1002@127.0.0.1 SIP/2.0", "1 ACK", "lo"));
    for (const { frame: packet } of rtp({ from: HERE, to: THERE, start: 0, count: 150 })) {
      const payload = packet.subarray(42);
      await Promise.all([send(uaRtp, pbxRtp, payload), send(pbxRtp, uaRtp, payload)]);
      await wait(2);
    }
    const client = tcpConnect(tcpPort, "127.0.0.1");
    client.write(both);
    client.end();
    await once(client, "close");
    await wait(500);
    dumped.kill("SIGINT");
    await ended;
    for (const socket of sockets) socket.close();
    server.close();

    const capture = read(file);
    // tshark knows the ports of SIP alone, and takes others from a hint.
    const hints = [`udp.port==${portOf(ua)},sip`, `tcp.port==${tcpPort},sip`].flatMap((hint) => ["-d", hint]);
    const lines = await tshark(file, [
      ...hints,
      "-Y",
      "sip",
      "-T",
      "fields",
      "-e",
      "sip.Method",
      "-e",
      "sip.Status-Code",
    ]);
    const theirs = lines.flatMap((line) => line.split(/[\t,]/).filter((word) => word !== ""));
    expect(theirs.sort()).toEqual(["200", "ACK", "INVITE", "OPTIONS", "REGISTER"]);
    expect(
      capture.messages
        .map(({ message }) => (message.kind === "request" ? message.method : String(message.status)))
        .sort(),
    ).toEqual(theirs);
    expectSameStreams(capture, await theirStreams(file));
    expect(capture.streams.map(({ packets }) => packets)).toEqual([150, 150]);
  });
});

/** Ports by their sockets, also once those are closed. */
const known = new WeakMap<object, number>();

function portOf(socket: { address(): string | { port: number } | null }): number {
  const port = known.get(socket) ?? (socket.address() as { port: number }).port;
  known.set(socket, port);
  return port;
}

async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  portOf(socket);
  return socket;
}

function send(from: Socket, to: Socket, data: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    from.send(data, portOf(to), "127.0.0.1", (error) => (error ? reject(error) : resolve()));
  });
}
