import { Buffer } from "node:buffer";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Flow, Headers, RFC_TIMERS, type SipMessage, type SipResponse } from "../../../src/sip/index.js";
import { ClientTransaction } from "../../../src/sip/transaction/client-transaction.js";
import { Slots } from "../../../src/sip/transport/flow.js";
import { testRequest } from "../../support/sip.js";

/** The timers of RFC 3261 17.1, table 4, on a flow without a network and its own clock. */

const PEER = { address: "192.0.2.1", port: 5060 };
const { t1, t2, t4 } = RFC_TIMERS;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function begin(method: string, reliable = false) {
  const started = Date.now();
  const sent: { at: number; method: string }[] = [];
  const flow: Flow = {
    transport: reliable ? "tcp" : "udp",
    reliable,
    local: { address: "192.0.2.2", port: 5060 },
    remote: reliable ? PEER : undefined,
    slots: new Slots(1),
    isClosed: false,
    async send(message: SipMessage) {
      sent.push({ at: Date.now() - started, method: message.kind === "request" ? message.method : "" });
      return undefined;
    },
    ping: async () => undefined,
    subscribe: () => () => {},
    close: async () => {},
  };
  let terminatedAt: number | undefined;
  const transaction = new ClientTransaction(flow, testRequest(method), PEER, {}, () => {
    terminatedAt = Date.now() - started;
  });
  transaction.start();
  return {
    times: (of = method) => sent.filter((each) => each.method === of).map(({ at }) => at),
    receive: (status: number) => transaction.receive(response(status), PEER),
    terminatedAt: () => terminatedAt,
  };
}

function response(status: number): SipResponse {
  const headers = new Headers([["To", "<sip:1001@pbx.test>;tag=a"]]);
  return { kind: "response", status, reason: "Said So", headers, body: Buffer.alloc(0) };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("retransmission over UDP", () => {
  it("of a request doubles from T1 to T2, until 64 times T1 are over (timers E and F)", async () => {
    const { times, terminatedAt } = begin("OPTIONS");
    await pass(100 * t1);
    const doubling = [0, t1, 3 * t1, 7 * t1];
    const steady = [1, 2, 3, 4, 5, 6, 7].map((count) => 7 * t1 + count * t2);
    expect(times()).toEqual([...doubling, ...steady].filter((at) => at < 64 * t1));
    expect(terminatedAt()).toBe(64 * t1);
  });

  it("of a request that has got a 1xx continues at T2 (17.1.2.2)", async () => {
    const { times, receive } = begin("OPTIONS");
    await pass(t1 / 2);
    receive(100);
    await pass(t1 + 3 * t2);
    expect(times()).toEqual([0, t1, t1 + t2, t1 + 2 * t2, t1 + 3 * t2]);
  });

  it("of an INVITE doubles without end, and stops at a 1xx (timer A)", async () => {
    const silent = begin("INVITE");
    await pass(63 * t1);
    expect(silent.times()).toEqual([0, t1, 3 * t1, 7 * t1, 15 * t1, 31 * t1, 63 * t1]);
    const ringing = begin("INVITE");
    await pass(t1);
    ringing.receive(180);
    await pass(20 * t1);
    expect(ringing.times()).toEqual([0, t1]);
  });

  it("ends with a final answer", async () => {
    const { times, receive } = begin("OPTIONS");
    await pass(t1 / 2);
    receive(200);
    await pass(20 * t1);
    expect(times()).toEqual([0]);
  });
});

describe("the end of a transaction", () => {
  it.each([
    ["OPTIONS", 200, false, t4],
    ["OPTIONS", 200, true, 0],
    ["OPTIONS", 404, true, 0],
    ["INVITE", 486, false, 64 * t1],
    ["INVITE", 486, true, 0],
    ["INVITE", 200, false, 64 * t1],
    ["INVITE", 200, true, 64 * t1],
  ])("of %s after %d, over a stream: %s, comes %d ms after it (timers D, K and M)", async (...row) => {
    const [method, status, reliable, linger] = row;
    const { receive, terminatedAt } = begin(method, reliable);
    await pass(10);
    receive(status);
    await pass(200 * t1);
    expect(terminatedAt()).toBe(10 + linger);
  });

  it("is waited for by an INVITE that rings beyond 64 times T1, and by no other request", async () => {
    const ringing = begin("INVITE");
    await pass(10);
    ringing.receive(180);
    await pass(100 * t1);
    expect(ringing.terminatedAt()).toBeUndefined();
    const trying = begin("OPTIONS");
    await pass(10);
    trying.receive(100);
    await pass(100 * t1);
    expect(trying.terminatedAt()).toBe(64 * t1);
  });

  it("acknowledges a refused INVITE again whenever its answer comes again, until then", async () => {
    const { receive, times } = begin("INVITE");
    await pass(10);
    receive(486);
    receive(486);
    receive(180);
    expect(times("ACK")).toEqual([10, 10]);
    await pass(65 * t1);
    receive(486);
    expect(times("ACK")).toHaveLength(2);
  });
});
