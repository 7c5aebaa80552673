import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Body, readJsonBody } from "../../../../src/hosting/front/body.js";
import { Turns } from "../../../../src/hosting/limits/turns.js";

const MAX = 100;

let server: Server;
let socket: Socket;
let turns: Turns;
let maxBytes: number;
/** Of the request that comes next. */
let arrived: Promise<{ req: IncomingMessage; body: Promise<Body> }>;

beforeEach(async () => {
  turns = new Turns();
  maxBytes = MAX;
  server = createServer();
  arrived = new Promise((resolve) => {
    server.once("request", (req) => resolve({ req, body: readJsonBody(req, maxBytes, turns) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
});
afterEach(async () => {
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function head(...headers: string[]): string {
  return ["POST / HTTP/1.1", "Host: 127.0.0.1", ...headers, "", ""].join("\r\n");
}

const lengthOf = (text: string) => `Content-Length: ${Buffer.byteLength(text)}`;
const CHUNKED = "Transfer-Encoding: chunked";
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** Sends each piece once the one before it has been read. */
async function sendInPieces(start: string, pieces: readonly string[]): Promise<Body> {
  socket.write(start);
  const { req, body } = await arrived;
  for (const piece of pieces) {
    const read = new Promise((resolve) => req.once("data", resolve));
    socket.write(piece);
    await read;
  }
  return body;
}

async function sendWhole(text: string): Promise<Body> {
  socket.write(head(lengthOf(text)) + text);
  return (await arrived).body;
}

describe("a body", () => {
  it.each([
    ["one piece", ['{"name":"Büro"}']],
    ["two pieces", ['{"name":', '"Büro"}']],
    ["three pieces", ['{"na', 'me":"Bü', 'ro"}']],
  ])("in %s is read whole", async (_count, pieces) => {
    const start = head(lengthOf(pieces.join("")));
    expect(await sendInPieces(start, pieces)).toEqual({ kind: "json", value: { name: "Büro" } });
  });

  it("that is cut within a character is read whole", async () => {
    const bytes = Buffer.from('"ü"');
    socket.write(head(`Content-Length: ${bytes.length}`));
    const { req, body } = await arrived;
    const read = new Promise((resolve) => req.once("data", resolve));
    socket.write(bytes.subarray(0, 2));
    await read;
    socket.write(bytes.subarray(2));
    expect(await body).toEqual({ kind: "json", value: "ü" });
  });

  it("without a length is read in its chunks", async () => {
    const pieces = [chunk("[1,"), chunk("2]")];
    socket.write(head(CHUNKED));
    const { req, body } = await arrived;
    const read = new Promise((resolve) => req.once("data", resolve));
    socket.write(pieces[0] ?? "");
    await read;
    socket.write(`${pieces[1]}0\r\n\r\n`);
    expect(await body).toEqual({ kind: "json", value: [1, 2] });
  });

  it("may be as large as the limit, and no larger", async () => {
    const text = JSON.stringify("x".repeat(MAX - 2));
    expect(await sendWhole(text)).toMatchObject({ kind: "json" });
  });

  it("whose length says that it is larger than the limit is not read", async () => {
    socket.write(head(`Content-Length: ${MAX + 1}`));
    expect(await (await arrived).body).toEqual({ kind: "too_large" });
  });

  it("that turns out to be larger than the limit is not read on", async () => {
    const start = head(CHUNKED) + chunk("x".repeat(MAX));
    socket.write(start);
    const { req, body } = await arrived;
    socket.write(chunk("y"));
    expect(await body).toEqual({ kind: "too_large" });
    expect(req.isPaused()).toBe(true);
  });

  it.each(["", "{", "[1,]", "nonsense"])("%j is told to be no JSON", async (text) => {
    expect(await sendWhole(text)).toEqual({ kind: "broken" });
  });

  it("with more values than a message has is not parsed", async () => {
    maxBytes = 10_000;
    expect(await sendWhole(JSON.stringify(Array(1_500).fill(1)))).toEqual({ kind: "immodest" });
  });

  it.each([
    ["before it has sent anything", ""],
    ["in its middle", '{"na'],
  ])("whose sender goes away %s is told to have gone", async (_when, sent) => {
    socket.write(head("Content-Length: 20") + sent);
    const { body } = await arrived;
    socket.destroy();
    expect(await body).toEqual({ kind: "gone" });
  });

  it("whose connection is ended at this side is told to have gone", async () => {
    socket.write(head("Content-Length: 20"));
    const { req, body } = await arrived;
    req.destroy();
    expect(await body).toEqual({ kind: "gone" });
  });

  it("whose connection fails is told to have gone, and the failure ends nothing else", async () => {
    socket.write(head("Content-Length: 20"));
    const { req, body } = await arrived;
    expect(req.listenerCount("error")).toBe(1);
    req.emit("error", new Error("the connection has failed"));
    expect(await body).toEqual({ kind: "gone" });
  });

  it.each([
    ["whole", () => sendWhole("{}")],
    ["too large", () => sendInPieces(head(CHUNKED), [chunk("x".repeat(MAX + 1))])],
  ])("that is %s leaves no listener of its own behind", async (_what, send) => {
    await send();
    const { req } = await arrived;
    for (const event of ["data", "end", "close", "error"])
      expect([event, req.listenerCount(event)]).toEqual([event, 0]);
  });
});

describe("its own turn", () => {
  /** Turns that are given when the test says so. */
  class HeldTurns extends Turns {
    asked = 0;
    give = () => {};
    override next(): Promise<void> {
      this.asked += 1;
      return new Promise((resolve) => {
        this.give = resolve;
      });
    }
  }

  it("is not waited for by a body of less than 4,096 bytes", async () => {
    maxBytes = 100_000;
    const held = new HeldTurns();
    turns = held;
    expect(await sendWhole(JSON.stringify("x".repeat(4_093)))).toMatchObject({ kind: "json" });
    expect(held.asked).toBe(0);
  });

  it("comes before a large body is parsed", async () => {
    maxBytes = 100_000;
    const held = new HeldTurns();
    turns = held;
    const text = JSON.stringify("x".repeat(4_094));
    socket.write(head(lengthOf(text)) + text);
    const { body } = await arrived;
    let settled = false;
    void body.then(() => {
      settled = true;
    });
    await expect.poll(() => held.asked).toBe(1);
    expect(settled).toBe(false);
    held.give();
    expect(await body).toMatchObject({ kind: "json" });
  });
});
