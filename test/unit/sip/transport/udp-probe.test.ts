import { createSocket, type Socket } from "node:dgram";
import { expect, test } from "vitest";
import {
  localAddressTowards,
  probeUdpPort,
  type SipRequest,
  watchForRefusal,
} from "../../../../src/sip/index.js";
import { startReflector, withHop } from "../../../support/reflector.js";
import { ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { sleep, testRequest } from "../../../support/sip.js";

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
  const outcome = await probeUdpPort({ address: "127.0.0.1", port }, { timeoutMs: 700 });
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

function probe(): SipRequest {
  const request = testRequest("OPTIONS");
  request.headers.prepend("Via", "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKprobe;rport");
  return request;
}

test.each([
  ["branch", /z9hG4bKprobe/, "z9hG4bKother", "Via branch"],
  ["Call-ID", /^Call-ID: call/m, "Call-ID: other", "Call-ID"],
  ["CSeq", /^CSeq: 1 /m, "CSeq: 2 ", "CSeq number"],
] as const)(
  "a response with another %s is no answer, and the wait goes on",
  async (_what, from, to, differs) => {
    const registrar = await ScriptedRegistrar.start({
      script: () => ({ status: 200, rewrite: (text) => text.replace(from, to) }),
    });
    const wrong = await probeUdpPort(registrar.target(), { request: probe(), timeoutMs: 700 });
    expect(wrong).toMatchObject({
      kind: "misfit",
      misfit: { kind: "unfit", status: 200, differs: [differs] },
    });
    registrar.follow(() => [
      { status: 200, rewrite: (text) => text.replace(from, to) },
      { status: 403, delayMs: 20 },
    ]);
    const request = probe();
    request.headers.set("Via", "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKprobe2;rport");
    const right = await probeUdpPort(registrar.target(), { request, timeoutMs: 2_000 });
    expect(right).toMatchObject({ kind: "answered", message: { status: 403 } });
    await registrar.close();
  },
);

const PROBES: [what: string, request: SipRequest | undefined][] = [
  ["a request", probe()],
  ["a keep-alive", undefined],
];

test.each(PROBES)("%s that comes back is a reflection, not an answer", async (_what, request) => {
  const { socket, port } = await boundSocket();
  socket.on("message", (bytes, from) => socket.send(bytes, from.port, from.address));
  const options = { timeoutMs: 700, ...(request ? { request } : {}) };
  const outcome = await probeUdpPort({ address: "127.0.0.1", port }, options);
  expect(outcome).toMatchObject({ kind: "misfit", misfit: { kind: "reflected" } });
  socket.close();
});

test("a request that comes back with the Via of a hop on top is a reflection as well", async () => {
  const reflector = await startReflector("udp", withHop);
  const outcome = await probeUdpPort(reflector.target, { timeoutMs: 700, request: probe() });
  expect(outcome).toMatchObject({ kind: "misfit", misfit: { kind: "reflected" } });
  await reflector.close();
});

test("bytes that are no SIP are reported as such when nothing better comes", async () => {
  const registrar = await ScriptedRegistrar.start({ script: () => ({ raw: "HTTP/1.1 400 Bad\r\n\r\n" }) });
  const outcome = await probeUdpPort(registrar.target(), { request: probe(), timeoutMs: 700 });
  expect(outcome.kind).toBe("malformed");
  await registrar.close();
});

test("an abort ends the probe, however long it may wait", async () => {
  const { socket, port } = await boundSocket();
  const control = new AbortController();
  setTimeout(() => control.abort(), 20);
  const outcome = await probeUdpPort(
    { address: "127.0.0.1", port },
    { timeoutMs: 600_000, signal: control.signal },
  );
  expect(outcome.kind).toBe("aborted");
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
