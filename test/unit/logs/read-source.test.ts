import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LogFileError, type LogSource, openLogFile } from "../../../src/logs/log-source.js";
import { readLogWithPreset } from "../../../src/logs/read-log.js";
import { readSource, type SourceReport } from "../../../src/logs/read-source.js";
import { datagram, pcap } from "../../support/capture-file.js";
import { CALLER, inOrder, PBX, START, signalling, sipMessage, sound } from "../../support/captured-call.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "read-source-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const REFUSED =
  "[2026-11-23 05:24:04] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '192.0.2.9:5060' (callid: 7f) - Failed to authenticate\n";
const CAPTURE = pcap(
  inOrder(signalling(), sound(`${CALLER}:4000`, `${PBX}:10000`), sound(`${PBX}:10000`, `${CALLER}:4000`)),
);

const never = new AbortController().signal;

async function read(
  bytes: Buffer | string,
  {
    signal = never,
    progress,
  }: { signal?: AbortSignal; progress?: (done: number, total?: number) => void } = {},
): Promise<SourceReport> {
  const file = join(folder, "file");
  writeFileSync(file, bytes);
  const source = await openLogFile(file);
  try {
    return await readSource(
      source,
      {},
      {
        signal,
        readText: readLogWithPreset,
        ...(progress ? { progress } : {}),
      },
    );
  } finally {
    await source.close();
  }
}

/** A source without a file. */
function streamed(...chunks: Buffer[]): LogSource {
  async function* each() {
    yield* chunks;
  }
  return { chunks: each(), close: async () => {} };
}

describe("a file", () => {
  it("is read as text, as a capture, and gzipped as either", async () => {
    for (const bytes of [Buffer.from(REFUSED), gzipSync(REFUSED)]) {
      expect(await read(bytes)).toMatchObject({ outcome: "refused", lines: 1, notes: [] });
    }
    for (const bytes of [CAPTURE, gzipSync(CAPTURE)]) {
      expect(await read(bytes)).toMatchObject({ capture: { messages: 5 }, lines: 965 });
    }
  });

  it("is read in UTF-16, as Windows writes it", async () => {
    const little = Buffer.from(`\uFEFF${REFUSED}`, "utf16le");
    expect(await read(little)).toMatchObject({ outcome: "refused", lines: 1 });
    expect(await read(Buffer.from(little).swap16())).toMatchObject({ outcome: "refused", lines: 1 });
  });

  it("that is a long text is read at its end, with the numbers of its lines", async () => {
    const filler =
      "nothing that is known to anybody, and a hundred characters long, or nearly so, all in all, it is\n";
    const count = Math.ceil(5_300_000 / filler.length);
    const report = await read(filler.repeat(count) + REFUSED);
    expect(report.events).toMatchObject([{ line: count + 1 }]);
    expect(report.findings[0]?.evidence).toMatch(new RegExp(`^line ${count + 1}: `));
    expect(report.notes).toEqual([
      expect.stringMatching(/^The text is long: its last \d+ lines were read, from line \d+ on\.$/),
    ]);
  });

  it("that holds more messages than are kept is told by its last ones", async () => {
    const register = (number: number, status: string) =>
      [
        ...["REGISTER sip:pbx.example.com SIP/2.0", status].map((first) =>
          [first, "To: <sip:1001@pbx.example.com>", `Call-ID: ${number}`, "CSeq: 1 REGISTER", ""].join("\n"),
        ),
        "",
      ].join("\n");
    const good = Array.from({ length: 2_000 }, (_, number) => register(number, "SIP/2.0 200 OK"));
    expect(await read([...good, register(2_000, "SIP/2.0 404 Not Found")].join("\n"))).toMatchObject({
      outcome: "refused",
    });
  });

  it("that is gzip broken off counts up to there, and says so", async () => {
    const packed = gzipSync(CAPTURE);
    const report = await read(packed.subarray(0, packed.length - 200));
    expect(report.capture?.messages).toBeGreaterThan(0);
    expect(report.notes[0]).toMatch(/^The gzip data breaks off or is damaged/);
  });

  it.each<[string, Buffer, RegExp]>([
    ["bytes of a program", Buffer.from("7f454c46020101000000", "hex"), /neither text nor a capture/],
    ["odd bytes without a zero", Buffer.alloc(500, 3), /neither text nor a capture/],
    ["a zip archive", Buffer.from("504b03041400", "hex"), /a zip archive: unpack it first/],
    ["gzip in gzip", gzipSync(gzipSync(CAPTURE)), /packed twice/],
    ["gzip of nothing", gzipSync(""), /nothing in it that could be unpacked/],
  ])("that holds %s is refused", async (_what, bytes, why) => {
    const failed = read(bytes);
    await expect(failed).rejects.toThrow(LogFileError);
    await expect(failed).rejects.toThrow(why);
  });

  it("tells how far it is, and ends when its reader does", async () => {
    const large = Buffer.concat([CAPTURE, ...datagramsOf(12_000_000)]);
    const told: (number | undefined)[][] = [];
    await read(large, { progress: (...amounts) => told.push(amounts) });
    expect(told.length).toBeGreaterThan(1);
    expect(told.every(([done = 0, total]) => done <= large.length && total === large.length)).toBe(true);
    const ended = new AbortController();
    const failed = read(large, { signal: ended.signal, progress: () => ended.abort(new Error("gone")) });
    await expect(failed).rejects.toThrow("gone");
    const packed = read(gzipSync(large, { level: 0 }), {
      signal: AbortSignal.abort(new Error("gone before")),
    });
    await expect(packed).rejects.toThrow("gone before");
  });

  it("may not hold or unpack to more than is read", async () => {
    const watch = { signal: never, readText: readLogWithPreset, most: 100_000 };
    const large = Buffer.alloc(200_000, "a line\n");
    const tooLarge = readSource(streamed(large.subarray(0, 90_000), large.subarray(90_000)), {}, watch);
    await expect(tooLarge).rejects.toThrow(/^it has more than 200 MB/);
    const bomb = readSource(streamed(gzipSync(large)), {}, watch);
    await expect(bomb).rejects.toThrow(/^unpacked it has more than 200 MB/);
  });
});

function datagramsOf(bytes: number): Buffer[] {
  const one = pcap(
    datagram(
      START,
      `${CALLER}:5060`,
      `${PBX}:5060`,
      sipMessage(`OPTIONS sip:${PBX} SIP/2.0`, "1 OPTIONS", "o", "", [`X: ${"x".repeat(8_000)}`]),
    ),
  ).subarray(24);
  return Array.from({ length: Math.ceil(bytes / one.length) }, () => one);
}

describe("what is no file to be read", () => {
  const refused = (path: string) => expect(openLogFile(path)).rejects;

  it("is refused with a reason: folder, device, pipe, nothing, nobody's, another machine's", async () => {
    mkdirSync(join(folder, "inner"));
    await refused(join(folder, "inner")).toThrow(/^that is a folder/);
    await refused("/dev/zero").toThrow(/^that is a device, pipe or socket/);
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await refused(join(folder, "pipe")).toThrow(/^that is a device, pipe or socket/);
    await refused(join(folder, "none")).toThrow(/^there is no such file/);
    await refused(join(folder, "none", "x".repeat(300))).toThrow(
      /^(?:there is no such file|the name is too long)/,
    );
    for (const start of ["\\\\", "//", "\\/", "/\\"])
      await refused(`${start}192.0.2.1\\share\\a.pcap`).toThrow(/^only a file of this machine/);
    await refused("a\0b").toThrow(/^only a file of this machine/);
    writeFileSync(join(folder, "empty"), "");
    await refused(join(folder, "empty")).toThrow(/^the file is empty/);
  });

  it("is refused for its size before it is read", async () => {
    const file = join(folder, "large");
    writeFileSync(file, "x");
    truncateSync(file, 201 * 1_048_576);
    await refused(file).toThrow(/more than 200 MB\. Cut it/);
  });

  it("is a stream without anything", async () => {
    const failed = readSource(streamed(), {}, { signal: never, readText: readLogWithPreset });
    await expect(failed).rejects.toThrow("there is nothing in it");
  });
});

describe("a stream", () => {
  it("is read whatever its pieces", async () => {
    const pieces = Array.from({ length: 200 }, (_, index) =>
      CAPTURE.subarray(index * 1_000, (index + 1) * 1_000),
    );
    const report = await readSource(
      streamed(...pieces, CAPTURE.subarray(200_000)),
      {},
      { signal: never, readText: readLogWithPreset },
    );
    expect(report).toMatchObject({ capture: { messages: 5 } });
  });
});
