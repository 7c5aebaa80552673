import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { connectTcp, type Flow, SipServer, Transactions } from "../../../../src/sip/index.js";
import { type Script, ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { connected, QUICK, testRequest, until } from "../../../support/sip.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function against(script: Script) {
  const registrar = await ScriptedRegistrar.start({ script, transports: ["tcp"] });
  const flow: Flow = await connected(registrar.target("tcp"));
  closers.push(
    () => registrar.close(),
    () => flow.close(),
  );
  const transactions = new Transactions(flow, { timers: QUICK });
  return {
    registrar,
    flow,
    send: () => transactions.send(testRequest("OPTIONS"), registrar.target("tcp")).outcome,
  };
}

async function rawServer(accept: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    closers.push(() => socket.destroy());
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  const address = server.address();
  return { server, port: typeof address === "object" && address ? address.port : 0 };
}

test("an answer that comes byte by byte is one answer", async () => {
  const { send } = await against(() => ({ status: 200, segmentBytes: 1, body: "v=0\r\n" }));
  const outcome = await send();
  expect(outcome).toMatchObject({ kind: "response", response: { status: 200 } });
});

test("two answers in one segment are two answers", async () => {
  const { send } = await against(() => [{ status: 100, joinNext: true }, { status: 403 }]);
  expect(await send()).toMatchObject({ kind: "response", response: { status: 403 } });
});

test("an answer with bare LF is taken", async () => {
  const { send } = await against(() => ({ status: 200, bareLf: true }));
  expect((await send()).kind).toBe("response");
});

test("an answer without Content-Length ends the connection, with what was wrong", async () => {
  const { send, flow } = await against(() => ({ status: 200, without: ["Content-Length"] }));
  const outcome = await send();
  expect(outcome).toMatchObject({ kind: "transport-error", code: "FLOW_MALFORMED" });
  expect(flow.isClosed).toBe(true);
});

test("a peer that closes without a word is distinguished from one that is silent", async () => {
  const { send } = await against(() => ({ raw: "", close: true }));
  expect(await send()).toMatchObject({ kind: "transport-error", code: "FLOW_ENDED_BY_PEER" });
});

test("a port that no one listens on is refused", async () => {
  const { server, port } = await rawServer(() => {});
  await new Promise((resolve) => server.close(resolve));
  const outcome = await connectTcp({ address: "127.0.0.1", port }, { timeoutMs: 1000 });
  expect(outcome).toMatchObject({ kind: "transport-error", phase: "connect", code: "ECONNREFUSED" });
});

test("an abort before connecting is an outcome", async () => {
  const signal = AbortSignal.abort();
  const outcome = await connectTcp({ address: "127.0.0.1", port: 5060 }, { timeoutMs: 1000, signal });
  expect(outcome.kind).toBe("aborted");
});

test("a server answers a CRLF ping with one CRLF, over chunk borders too", async () => {
  const server = await SipServer.start({
    listen: [{ transport: "tcp", address: "127.0.0.1", port: 0 }],
    onRequest: (transaction) => transaction.respond(200),
  });
  closers.push(() => server.close());
  const socket = connect(server.port("tcp"), "127.0.0.1");
  closers.push(() => socket.destroy());
  let heard = "";
  socket.on("data", (chunk) => {
    heard += chunk.toString();
  });
  socket.setNoDelay(true);
  for (const piece of ["\r", "\n\r", "\n"]) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await until(() => heard.length > 0);
  expect(heard).toBe("\r\n");
});

test("a client hears the pong to its ping", async () => {
  const { flow, registrar } = await against(() => undefined);
  const heard: string[] = [];
  flow.subscribe({ keepAlive: (what) => heard.push(what) });
  expect(await flow.ping(registrar.target("tcp"))).toBeUndefined();
  await until(() => heard.length > 0);
  expect(heard).toEqual(["pong"]);
});

test("closing a flow resolves although the peer never reads", async () => {
  const { port } = await rawServer((socket) => socket.pause());
  const outcome = await connectTcp({ address: "127.0.0.1", port }, { timeoutMs: 1000 });
  if (outcome.kind !== "connected") throw new Error("not connected");
  const { flow } = outcome;
  const big = testRequest("OPTIONS", "sip:pbx.test", "x".repeat(60_000));
  // More than the socket buffers of both sides hold: the peer never reads.
  const sends = Array.from({ length: 400 }, () => flow.send(big));
  await flow.close();
  const failures = await Promise.all(sends);
  expect(failures.some((failure) => failure?.code === "FLOW_TOO_LARGE")).toBe(true);
});
