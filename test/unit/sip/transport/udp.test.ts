import { createSocket } from "node:dgram";
import { afterEach, expect, test } from "vitest";
import { type Malformed, openUdpFlow, type SipMessage, type UdpFlow } from "../../../../src/sip/index.js";
import { testRequest, until } from "../../../support/sip.js";

const open: UdpFlow[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((flow) => flow.close()));
});

async function udp(address = "127.0.0.1", port = 0): Promise<UdpFlow> {
  const outcome = await openUdpFlow({ address, port });
  if (outcome.kind !== "connected") throw new Error(JSON.stringify(outcome));
  open.push(outcome.flow);
  return outcome.flow;
}

test.each(["127.0.0.1", "::1"])("a message sent over UDP on %s arrives with its source", async (address) => {
  const [one, other] = [await udp(address), await udp(address)];
  const heard: [SipMessage, unknown][] = [];
  other.subscribe({ message: (message, source) => heard.push([message, source]) });
  expect(await one.send(testRequest("OPTIONS"), other.local)).toBeUndefined();
  await until(() => heard.length === 1);
  expect(heard[0]?.[0]).toMatchObject({ kind: "request", method: "OPTIONS" });
  expect(heard[0]?.[1]).toEqual(one.local);
});

test("a datagram that is not a SIP message is reported as malformed, with its source and its first bytes", async () => {
  const flow = await udp();
  const heard: Malformed[] = [];
  flow.subscribe({ malformed: (malformed) => heard.push(malformed) });
  const stranger = createSocket("udp4");
  stranger.send("HTTP/1.1 400 Bad Request\r\n\r\n", flow.local.port, "127.0.0.1");
  await until(() => heard.length === 1);
  expect(heard[0]?.error.code).toBe("start-line");
  expect(heard[0]?.bytes.toString()).toContain("HTTP/1.1");
  expect(heard[0]?.source.port).toBe(stranger.address().port);
  stranger.close();
});

test("a CRLF keep-alive is neither a message nor malformed", async () => {
  const [one, other] = [await udp(), await udp()];
  const heard: string[] = [];
  other.subscribe({
    keepAlive: (what) => heard.push(what),
    malformed: () => heard.push("malformed"),
    message: () => heard.push("message"),
  });
  await one.ping(other.local);
  await until(() => heard.length > 0);
  expect(heard).toEqual(["ping"]);
});

test("binding a port that is taken is an outcome, not an exception", async () => {
  const taken = await udp();
  const outcome = await openUdpFlow(taken.local);
  expect(outcome).toMatchObject({ kind: "transport-error", phase: "bind", code: "EADDRINUSE" });
});

test("sending on a closed flow, or a message that cannot be written, is a failure and no exception", async () => {
  const flow = await udp();
  const smuggling = testRequest("OPTIONS");
  smuggling.headers.append("Subject", "a\r\nb: c");
  expect(await flow.send(smuggling, flow.local)).toMatchObject({ code: "header-value" });
  const reasons: string[] = [];
  flow.subscribe({ closed: ({ code }) => reasons.push(code) });
  await flow.close();
  expect(reasons).toEqual(["FLOW_CLOSED"]);
  expect(await flow.send(testRequest("OPTIONS"), flow.local)).toMatchObject({ code: "FLOW_CLOSED" });
});
