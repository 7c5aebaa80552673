import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Exchange } from "../../../src/mcp/exchange.js";
import type { Acceptable } from "../../../src/mcp/http-headers.js";

const BOTH: Acceptable = { json: true, stream: true };
const REQUEST = { jsonrpc: "2.0", id: 1, method: "tools/call" } as const;
const RESULT: JSONRPCMessage = { jsonrpc: "2.0", id: 1, result: {} };
const progress = (message: string): JSONRPCMessage => ({
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken: 1, progress: 1, message },
});

let server: Server;
let answer: Promise<IncomingMessage>;
let leave: () => void;

/** The timers of the exchange continue only when a test says so. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
});
afterEach(async () => {
  vi.useRealTimers();
  leave();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function begin(accepts: Acceptable): Promise<{ exchange: Exchange; res: ServerResponse }> {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const asked = new Promise<ServerResponse>((resolve) => {
    server.once("request", (_req, res) => resolve(res));
  });
  const req = request({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, agent: false });
  leave = () => req.destroy();
  answer = new Promise((resolve) => req.once("response", resolve));
  req.on("error", () => {}).end();
  const res = await asked;
  const exchange = new Exchange(res, REQUEST, accepts);
  await exchange.start();
  return { exchange, res };
}

async function textOf(): Promise<string> {
  let text = "";
  for await (const chunk of (await answer).setEncoding("utf8")) text += chunk;
  return text;
}

describe("an exchange", () => {
  it("is one JSON document where nothing was said before the result", async () => {
    const { exchange } = await begin(BOTH);
    await exchange.send(RESULT);
    expect((await answer).headers["content-type"]).toBe("application/json");
    expect(JSON.parse(await textOf())).toEqual(RESULT);
  });

  it("is a stream once something has been said before the result", async () => {
    const { exchange } = await begin(BOTH);
    await exchange.send(progress("half"));
    await exchange.send(RESULT);
    expect((await answer).headers["content-type"]).toBe("text/event-stream");
    expect(await textOf()).toMatch(/^event: message\n.*"half".*\n\nevent: message\n.*"result".*\n\n$/);
  });

  it("is a stream for a client that reads nothing else", async () => {
    const { exchange } = await begin({ json: false, stream: true });
    await exchange.send(RESULT);
    expect((await answer).headers["content-type"]).toBe("text/event-stream");
    expect(await textOf()).toContain('"result"');
  });

  it("says nothing before the result to a client that reads no stream", async () => {
    const { exchange } = await begin({ json: true, stream: false });
    await exchange.send(progress("half"));
    await exchange.send(RESULT);
    expect(JSON.parse(await textOf())).toEqual(RESULT);
  });

  it("keeps little for a client that does not read, and its result anyway", async () => {
    const { exchange, res } = await begin(BOTH);
    const words = "x".repeat(1_000);
    for (let times = 0; times < 1_000; times += 1) await exchange.send(progress(words));
    expect(res.writableLength).toBeLessThan(res.writableHighWaterMark + 2_000);
    await exchange.send(RESULT);
    const events = (await textOf()).trimEnd().split("\n\n");
    expect(events.length).toBeLessThan(1_000);
    expect(events.at(-1)).toContain('"result"');
  });

  it("says nothing more once it has been answered", async () => {
    const { exchange } = await begin(BOTH);
    await exchange.send(RESULT);
    await exchange.send(progress("late"));
    await exchange.send(RESULT);
    expect(JSON.parse(await textOf())).toEqual(RESULT);
  });

  it("asks the client nothing", async () => {
    const { exchange } = await begin(BOTH);
    await expect(exchange.send({ jsonrpc: "2.0", id: 9, method: "elicitation/create" })).rejects.toThrow();
  });

  it("tells once that the client has gone before its answer, and not after it", async () => {
    const gone = await begin(BOTH);
    const onclose = vi.fn();
    gone.exchange.onclose = onclose;
    leave();
    await new Promise((resolve) => gone.res.once("close", resolve));
    await gone.exchange.close();
    expect(onclose).toHaveBeenCalledTimes(1);
    await new Promise((resolve) => server.close(resolve));

    const answered = await begin(BOTH);
    const late = vi.fn();
    answered.exchange.onclose = late;
    await answered.exchange.send(RESULT);
    await textOf();
    leave();
    await answered.exchange.close();
    expect(late).not.toHaveBeenCalled();
  });
});

describe("a silence of ten seconds", () => {
  it("is filled by comments, for a client that reads streams", async () => {
    const { exchange } = await begin(BOTH);
    vi.advanceTimersByTime(20_000);
    await exchange.send(RESULT);
    expect(await textOf()).toMatch(/^: keep-alive\n\n: keep-alive\n\nevent: message\n/);
  });

  it("is left to a client that reads none", async () => {
    const { exchange } = await begin({ json: true, stream: false });
    vi.advanceTimersByTime(20_000);
    await exchange.send(RESULT);
    expect(JSON.parse(await textOf())).toEqual(RESULT);
  });

  it("fills no memory where the client does not read", async () => {
    const { exchange, res } = await begin(BOTH);
    await exchange.send(progress("x".repeat(res.writableHighWaterMark)));
    const before = res.writableLength;
    vi.advanceTimersByTime(20 * 10_000);
    expect(res.writableLength).toBe(before);
  });
});

describe("an answer that does not come", () => {
  const LIFE_MS = 5 * 60_000;

  it.each([
    ["one document", { json: true, stream: false }],
    ["a stream", BOTH],
  ])("is an error after five minutes (%s), and what runs for it is cancelled", async (_form, accepts) => {
    const { exchange } = await begin(accepts);
    const onclose = vi.fn();
    exchange.onclose = onclose;
    vi.advanceTimersByTime(LIFE_MS - 1);
    expect(onclose).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onclose).toHaveBeenCalledTimes(1);
    await exchange.send(RESULT);
    const text = await textOf();
    expect(text).toMatch(/"id":1,"error":\{"code":-32001,"message":"[^"]*was ended"/);
    expect(text).not.toContain('"result"');
  });

  it("is not waited for where the client reads nothing", async () => {
    const { exchange, res } = await begin(BOTH);
    const closed = new Promise((resolve) => res.once("close", resolve));
    await exchange.send(progress("x".repeat(50_000_000)));
    await exchange.send(RESULT);
    vi.advanceTimersByTime(LIFE_MS);
    expect(res.destroyed).toBe(false);
    vi.advanceTimersByTime(10_000);
    await closed;
  });
});
