import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerJson, refuseAndClose } from "../../../src/hosting/answer.js";

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

  it("is not begun for a client that has gone", async () => {
    const res = await asked();
    socket.destroy();
    await new Promise((resolve) => res.once("close", resolve));
    answerJson(res, 200, { late: true });
    expect(res.headersSent).toBe(false);
  });

  it("has its length in bytes", async () => {
    answerJson(await asked(), 200, "ü");
    await new Promise((resolve) => socket.once("close", resolve));
    expect(received).toMatch(/^Content-Length: 4\r$/im);
  });
});

describe("a refusal before the body was read", () => {
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
