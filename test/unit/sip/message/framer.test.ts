import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type FramerEvent, type FramerOptions, StreamFramer } from "../../../../src/sip/message/framer.js";
import { Headers } from "../../../../src/sip/message/message.js";
import { serializeMessage } from "../../../../src/sip/message/serialize.js";

function options(callId: string, body = ""): Buffer {
  return serializeMessage({
    kind: "request",
    method: "OPTIONS",
    uri: "sip:example.com",
    headers: new Headers([["Call-ID", callId]]),
    body: Buffer.from(body),
  });
}

function feed(chunks: Iterable<Buffer>, settings: FramerOptions = {}): FramerEvent[] {
  const framer = new StreamFramer(settings);
  const events: FramerEvent[] = [];
  for (const chunk of chunks) events.push(...framer.feed(chunk));
  return [...events, ...framer.end()];
}

/** One line an event: what matters for comparing two chunkings. */
function brief(events: readonly FramerEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === "message")
      return `${event.message.headers.get("Call-ID")}:${event.message.body.toString("hex")}`;
    return event.kind === "error" ? `error ${event.error.code}` : event.kind;
  });
}

function bytewise(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.from([byte]));
}

const hex = (text: string) => Buffer.from(text).toString("hex");

describe("StreamFramer", () => {
  it("cuts messages that come in one chunk, with bodies that look like line ends", () => {
    const bytes = Buffer.concat([
      options("1", "\r\n\r\n"),
      options("2"),
      options("3", "OPTIONS sip:x SIP/2.0\r\n\r\n"),
    ]);
    const expected = [`1:${hex("\r\n\r\n")}`, "2:", `3:${hex("OPTIONS sip:x SIP/2.0\r\n\r\n")}`];
    expect(brief(feed([bytes]))).toEqual(expected);
    expect(brief(feed(bytewise(bytes)))).toEqual(expected);
  });

  it("gives the same events for any chunking", () => {
    const piece = fc.oneof(
      fc
        .tuple(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ maxLength: 30 }))
        .map(([id, body]) => options(id, body)),
      fc.constantFrom("\r\n", "\r\n\r\n", "\r\n\r\n\r\n").map((text) => Buffer.from(text)),
      fc.constantFrom("OPTIONS sip:a SIP/2.0\nCall-ID: lf\nl:2\n\nhi").map((text) => Buffer.from(text)),
      fc.constantFrom("OPTIONS sip:a SIP/2.0\r\n\r\n", "x: y\r\r\n\r\n").map((text) => Buffer.from(text)),
    );
    const stream = fc.array(piece, { maxLength: 8 }).map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (bytes, sizes) => {
        const chunks: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(brief(feed(chunks))).toEqual(brief(feed([bytes])));
      }),
      { numRuns: 300 },
    );
  });

  it("tells a ping of two line ends, also when a chunk ends within it", () => {
    const ping = Buffer.from("\r\n\r\n");
    expect(brief(feed([ping]))).toEqual(["ping"]);
    expect(brief(feed(bytewise(ping)))).toEqual(["ping"]);
    expect(brief(feed([Buffer.from("\r\n"), options("1"), Buffer.from("\r\n"), options("2")]))).toEqual([
      "1:",
      "2:",
    ]);
    expect(brief(feed([ping, ping, options("1"), ping]))).toEqual(["ping", "ping", "1:", "ping"]);
  });

  it("tells the answers to its own pings on the client's side", () => {
    const events = feed([Buffer.from("\r\n"), options("1"), Buffer.from("\r"), Buffer.from("\n")], {
      keepAlive: "pong",
    });
    expect(brief(events)).toEqual(["pong", "1:", "pong"]);
  });

  it("reads lines that end in LF alone, and notes it", () => {
    const [event] = feed(bytewise(Buffer.from("OPTIONS sip:a SIP/2.0\nCall-ID: 1\nContent-Length: 2\n\nhi")));
    expect(event).toMatchObject({ kind: "message", notes: ["bare-lf"] });
  });

  it("refuses a message without Content-Length, and reads nothing after", () => {
    const framer = new StreamFramer();
    const [event] = framer.feed(Buffer.from("OPTIONS sip:a SIP/2.0\r\nCall-ID: 1\r\n\r\n"));
    expect(event).toMatchObject({ kind: "error", error: { code: "content-length-missing" } });
    expect(framer.feed(options("2"))).toEqual([]);
    expect(framer.end()).toEqual([]);
  });

  it("says immediately that a stream does not speak SIP, and shows what came", () => {
    const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);
    const [event] = feed([alert]);
    expect(event).toMatchObject({ kind: "error", error: { code: "start-line" }, bytes: alert });
  });

  it("names a stream that ends in the middle of a message, in its headers or its body", () => {
    const bytes = options("1", "body");
    expect(brief(feed([bytes.subarray(0, 20)]))).toEqual(["error truncated"]);
    expect(brief(feed([bytes.subarray(0, -1)]))).toEqual(["error truncated"]);
    expect(brief(feed([Buffer.from("\r\n")]))).toEqual([]);
  });

  it("refuses a Content-Length over the limit before the body comes, and endless headers", () => {
    expect(brief(feed([Buffer.from("OPTIONS sip:a SIP/2.0\r\nl: 4000000000\r\n\r\n")]))).toEqual([
      "error too-large",
    ]);
    const framer = new StreamFramer();
    const chunk = Buffer.alloc(16_384, "x");
    const events = Array.from({ length: 10 }, () => framer.feed(chunk)).flat();
    expect(brief(events)).toEqual(["error too-large"]);
  });

  it("takes a large message byte by byte with as many bytes copied as in proportion to its size", () => {
    const bytes = options("1", "x".repeat(60_000));
    const pieces = bytewise(bytes);
    const copy = vi.spyOn(Buffer.prototype, "copy");
    const concat = vi.spyOn(Buffer, "concat");
    try {
      expect(feed(pieces)).toHaveLength(1);
      const copied = copy.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
      expect(copied).toBeGreaterThanOrEqual(bytes.length);
      // Each byte once, and what is there when the store doubles: 2 + 4 + … + 64 KiB.
      expect(copied).toBeLessThan(4 * bytes.length);
      expect(concat).not.toHaveBeenCalled();
    } finally {
      copy.mockRestore();
      concat.mockRestore();
    }
  });
});
