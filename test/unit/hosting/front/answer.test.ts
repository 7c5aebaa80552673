import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answerJson } from "../../../../src/base/answer-json.js";
import { INVALID_REQUEST, PARSE_ERROR } from "../../../../src/base/json-rpc.js";
import { refuse, refuseAndClose } from "../../../../src/hosting/front/answer.js";

let server: Server;
let socket: Socket;
let received: string;
let answering: Promise<ServerResponse>;

beforeEach(async () => {
  server = createServer();
  answering = new Promise((resolve) => {
    server.once("request", (_req, res) => resolve(res));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  received = "";
  socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {}).setEncoding("utf8");
  socket.on("data", (text) => {
    received += text;
  });
});
afterEach(async () => {
  vi.useRealTimers();
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function asked(): Promise<ServerResponse> {
  socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  return answering;
}

describe("an answer", () => {
  it("is given once: a second one changes nothing and throws nothing", async () => {
    const res = await asked();
    answerJson(res, 200, { first: true });
    answerJson(res, 500, { second: true });
    await new Promise((resolve) => socket.once("close", resolve));
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received).toContain('{"first":true}');
    expect(received).not.toContain("second");
  });

  it("is not started for a client that has gone", async () => {
    const res = await asked();
    socket.destroy();
    await new Promise((resolve) => res.once("close", resolve));
    answerJson(res, 200, { late: true });
    expect(res.headersSent).toBe(false);
  });

  it("is JSON, with the headers that are given", async () => {
    answerJson(await asked(), 200, {}, { "Cache-Control": "no-store" });
    await new Promise((resolve) => socket.once("close", resolve));
    expect(received).toMatch(/^Content-Type: application\/json\r$/im);
    expect(received).toMatch(/^Cache-Control: no-store\r$/im);
  });

  it("has its length in bytes", async () => {
    answerJson(await asked(), 200, "ü");
    await new Promise((resolve) => socket.once("close", resolve));
    expect(received).toMatch(/^Content-Length: 4\r$/im);
  });
});

describe("a refusal", () => {
  async function refused(...rest: [string, { code?: number; headers?: Record<string, string> }?]) {
    refuse(await asked(), 400, ...rest);
    await new Promise((resolve) => socket.once("close", resolve));
    return JSON.parse(received.split("\r\n\r\n")[1] ?? "") as unknown;
  }

  it("is an error of JSON-RPC that belongs to no request", async () => {
    expect(await refused("no way", { headers: { Allow: "POST" } })).toEqual({
      jsonrpc: "2.0",
      error: { code: -32_000, message: "no way" },
      id: null,
    });
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(received).toMatch(/^Allow: POST\r$/im);
  });

  it.each([
    [PARSE_ERROR, -32_700],
    [INVALID_REQUEST, -32_600],
  ])("has the code of JSON-RPC that it is given: %i", async (code, written) => {
    expect(await refused("no", { code })).toMatchObject({ error: { code: written } });
  });
});

describe("a refusal before the body was read", () => {
  it("cuts a client off that continues sending, after a second", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    socket.write("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n");
    const res = await answering;
    const cut = vi.spyOn(res.socket as Socket, "destroy");
    refuseAndClose(res, 413, "too large");
    vi.advanceTimersByTime(999);
    expect(cut).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(cut).toHaveBeenCalledOnce();
  });

  it("waits no more for a client that has closed the connection", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    socket.write("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n");
    const res = await answering;
    const closed = new Promise((resolve) => res.socket?.once("close", resolve));
    const before = vi.getTimerCount();
    refuseAndClose(res, 413, "too large");
    expect(vi.getTimerCount()).toBe(before + 1);
    socket.destroy();
    await closed;
    expect(vi.getTimerCount()).toBe(before);
  });

  it("throws nothing where the connection has gone before", async () => {
    const res = await asked();
    socket.destroy();
    await new Promise((resolve) => res.once("close", resolve));
    Object.defineProperty(res, "socket", { value: null });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    expect(() => refuseAndClose(res, 413, "too large")).not.toThrow();
    expect(() => vi.advanceTimersByTime(1_000)).not.toThrow();
  });

  it("is sent whole, and ends the connection that the rest of the body is on", async () => {
    const length = 1_000_000;
    socket.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\n\r\n`);
    refuseAndClose(await answering, 413, "too large");
    socket.write("x".repeat(length));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(received).toMatch(/^Connection: close\r$/im);
    expect(received).toContain("too large");
  });
});
