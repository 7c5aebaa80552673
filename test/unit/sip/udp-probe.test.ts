import { createSocket, type Socket } from "node:dgram";
import { expect, test } from "vitest";
import { localAddressTowards, probeUdpPort, watchForRefusal } from "../../../src/sip/index.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";
import { sleep, testRequest } from "../../support/sip.js";

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

test("a closed port is seen as refused long before any SIP timer", async () => {
  const port = await closedPort();
  const outcome = await probeUdpPort({ address: "127.0.0.1", port }, { timeoutMs: 2000 });
  expect(outcome).toMatchObject({ kind: "transport-error", code: "ECONNREFUSED" });
});

test("an open port that says nothing is silent, after the time given", async () => {
  const { socket, port } = await boundSocket();
  const outcome = await probeUdpPort({ address: "127.0.0.1", port }, { timeoutMs: 60 });
  expect(outcome.kind).toBe("silent");
  socket.close();
});

test("a request sent as probe comes back answered", async () => {
  const registrar = await ScriptedRegistrar.start({ script: () => ({ status: 403 }) });
  const request = testRequest("OPTIONS");
  request.headers.prepend("Via", "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKprobe;rport");
  const outcome = await probeUdpPort(registrar.target(), { request, timeoutMs: 1000 });
  expect(outcome).toMatchObject({ kind: "answered", message: { status: 403 } });
  await registrar.close();
});

test("an abort ends the probe at once", async () => {
  const { socket, port } = await boundSocket();
  const control = new AbortController();
  const started = performance.now();
  setTimeout(() => control.abort(), 20);
  const outcome = await probeUdpPort(
    { address: "127.0.0.1", port },
    { timeoutMs: 5000, signal: control.signal },
  );
  expect(outcome.kind).toBe("aborted");
  expect(performance.now() - started).toBeLessThan(1000);
  socket.close();
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
