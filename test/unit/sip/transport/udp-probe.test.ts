import { createSocket, type Socket } from "node:dgram";
import { expect, test } from "vitest";
import { localAddressTowards, refusalOfPort, watchForRefusal } from "../../../../src/sip/index.js";
import { sleep } from "../../../support/sip.js";

async function boundSocket(): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { socket, port: socket.address().port };
}

async function closedPort(): Promise<number> {
  const { socket, port } = await boundSocket();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

const NEVER = new AbortController().signal;

test("a closed port is seen as refused long before any SIP timer", async () => {
  const remote = { address: "127.0.0.1", port: await closedPort() };
  expect(await refusalOfPort(remote, 2_000, NEVER)).toMatchObject({ code: "ECONNREFUSED" });
});

test("an open port gets a keep-alive and refuses nothing, whatever it answers", async () => {
  const { socket, port } = await boundSocket();
  const received: string[] = [];
  socket.on("message", (bytes, from) => {
    received.push(bytes.toString());
    socket.send("HTTP/1.1 400 Bad\r\n\r\n", from.port, from.address);
  });
  expect(await refusalOfPort({ address: "127.0.0.1", port }, 300, NEVER)).toBeUndefined();
  expect(received).toEqual(["\r\n\r\n"]);
  socket.close();
});

test("an abort ends the wait, however long it may be", async () => {
  const { socket, port } = await boundSocket();
  const control = new AbortController();
  setTimeout(() => control.abort(), 20);
  expect(await refusalOfPort({ address: "127.0.0.1", port }, 600_000, control.signal)).toBeUndefined();
  socket.close();
});

test("nothing is sent once the signal has fired", async () => {
  const { socket, port } = await boundSocket();
  const received: string[] = [];
  socket.on("message", (bytes) => received.push(bytes.toString()));
  await refusalOfPort({ address: "127.0.0.1", port }, 300, AbortSignal.abort());
  await sleep(50);
  expect(received).toEqual([]);
  socket.close();
});

test("a watch reports the refusal of a port", async () => {
  const remote = { address: "127.0.0.1", port: await closedPort() };
  const code = await new Promise<string>((resolve) => {
    watchForRefusal(remote, { afterMs: 1, forMs: 2_000 }, (failure) => resolve(failure.code));
  });
  expect(code).toBe("ECONNREFUSED");
});

test("a watch that was ended reports nothing", async () => {
  const port = await closedPort();
  const reports: string[] = [];
  const remote = { address: "127.0.0.1", port };
  const stop = watchForRefusal(remote, { afterMs: 10, forMs: 500 }, ({ code }) => reports.push(code));
  stop();
  await sleep(60);
  expect(reports).toEqual([]);
});

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::1", "::1"],
])("the local address towards %s is %s", async (remote, local) => {
  expect(await localAddressTowards({ address: remote, port: 5060 })).toBe(local);
});
