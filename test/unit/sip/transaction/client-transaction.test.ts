import { afterEach, expect, test } from "vitest";
import {
  buildResponse,
  type Flow,
  openUdpFlow,
  parseMessage,
  RFC_TIMERS,
  type SendOptions,
  type SipRequest,
  Transactions,
} from "../../../../src/sip/index.js";
import { startReflector, withHop } from "../../../support/reflector.js";
import { type Script, ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { connected, QUICK, sleep, testRequest, until } from "../../../support/sip.js";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function against(script: Script, transport: "udp" | "tcp" = "udp") {
  const registrar = await ScriptedRegistrar.start({ script, transports: [transport] });
  const flow: Flow = await connected(registrar.target(transport));
  const transactions = new Transactions(flow, { timers: QUICK });
  closers.push(
    () => registrar.close(),
    async () => {
      transactions.close();
      await flow.close();
    },
  );
  const send = (method: string, options: SendOptions = {}, request: SipRequest = testRequest(method)) =>
    transactions.send(request, registrar.target(transport), options).outcome;
  return { registrar, flow, transactions, send };
}

test("a final response is the outcome, with where it came from and how often was sent", async () => {
  const { send, registrar } = await against(() => ({ status: 404 }));
  const outcome = await send("OPTIONS", { timers: RFC_TIMERS });
  expect(outcome).toMatchObject({ kind: "response", response: { status: 404 }, sends: 1 });
  expect(outcome).toHaveProperty("source.port", registrar.target().port);
});

test("an answer from another port is taken", async () => {
  const { send, registrar } = await against(() => ({ status: 200, fromAnotherPort: true }));
  const outcome = await send("OPTIONS");
  expect(outcome).toMatchObject({ kind: "response", response: { status: 200 } });
  expect(outcome).not.toHaveProperty("source.port", registrar.target().port);
});

test("a silent UDP peer gets the request again at T1, doubling to T2, until the deadline", async () => {
  const { send, registrar } = await against(() => undefined);
  // 0, 40, 120, 280, 440, 600, 760 ms.
  const outcome = await send("OPTIONS", { deadlineMs: 900, timers: { t1: 40, t2: 160, t4: 200 } });
  expect(outcome).toMatchObject({ kind: "timeout", malformed: [] });
  expect(outcome).not.toHaveProperty("provisional");
  if (outcome.kind !== "timeout") return;
  expect(outcome.waitedMs).toBeGreaterThan(890);
  // How often is counted in client-timers.test.ts, where the clock is ours.
  expect(outcome.sends).toBeGreaterThan(2);
  await until(() => registrar.copies === outcome.sends);
});

test("without a deadline the transaction ends after 64 times T1", async () => {
  const { send } = await against(() => undefined);
  const outcome = await send("OPTIONS", { timers: { t1: 5, t2: 20, t4: 20 } });
  expect(outcome.kind).toBe("timeout");
  if (outcome.kind !== "timeout") return;
  expect(outcome.waitedMs).toBeGreaterThan(310);
});

test("over TCP nothing is sent twice", async () => {
  const { send } = await against(() => undefined, "tcp");
  expect(await send("OPTIONS", { deadlineMs: 500 })).toMatchObject({ kind: "timeout", sends: 1 });
});

test("a lost answer is made up for by a retransmission", async () => {
  const { send, registrar } = await against(() => ({ status: 200, delayMs: 50 }));
  const outcome = await send("OPTIONS", { deadlineMs: 1000 });
  expect(outcome.kind).toBe("response");
  expect(registrar.copies).toBeGreaterThan(1);
});

test("endless 100 Trying ends at the deadline, for INVITE too, and the 100 is shown", async () => {
  const { send } = await against(() => ({ status: 100, everyMs: 20 }));
  for (const method of ["REGISTER", "INVITE"]) {
    const outcome = await send(method, { deadlineMs: 500 });
    expect(outcome).toMatchObject({ kind: "timeout", provisional: { status: 100 } });
  }
});

test("a provisional response is told and stops the retransmission of INVITE", async () => {
  const { transactions, registrar } = await against(() => [{ status: 180 }, { status: 200, delayMs: 350 }]);
  const heard: number[] = [];
  let sends = 0;
  const transaction = transactions.send(testRequest("INVITE"), registrar.target(), {
    onProvisional({ status }) {
      heard.push(status);
      sends ||= transaction.sends;
    },
  });
  expect(await transaction.outcome).toMatchObject({ kind: "response", response: { status: 200 }, sends });
  expect(heard).toContain(180);
});

test("a refused INVITE is acknowledged with its own branch, again for each retransmission", async () => {
  const { send, registrar } = await against((request) =>
    request.method === "ACK" ? undefined : [{ status: 486 }, { status: 486, delayMs: 30 }],
  );
  const outcome = await send("INVITE");
  expect(outcome).toMatchObject({ kind: "response", response: { status: 486 } });
  await until(() => registrar.copies >= 3);
  const [invite, ack] = registrar.requests;
  expect(ack?.method).toBe("ACK");
  expect(ack?.headers.get("Via")).toBe(invite?.headers.get("Via"));
  expect(ack?.headers.get("To")).toContain("tag=scripted");
  expect(ack?.headers.get("CSeq")).toBe("1 ACK");
});

test("an abort ends the wait at once and nothing more is sent", async () => {
  const { send, registrar } = await against(() => undefined);
  const control = new AbortController();
  setTimeout(() => control.abort(), 30);
  const outcome = await send("OPTIONS", { signal: control.signal });
  expect(outcome.kind).toBe("aborted");
  if (outcome.kind !== "aborted") return;
  await until(() => registrar.copies === outcome.sends);
  await sleep(120);
  expect(registrar.copies).toBe(outcome.sends);
});

test("a signal that has fired before sends nothing", async () => {
  const { send, registrar } = await against(() => ({ status: 200 }));
  expect(await send("OPTIONS", { signal: AbortSignal.abort() })).toMatchObject({ kind: "aborted", sends: 0 });
  await sleep(20);
  expect(registrar.copies).toBe(0);
});

test("what is not a SIP message does not end the wait, but is reported with the timeout", async () => {
  const { send } = await against(() => ({ raw: "SIP/2.0 what?\r\n\r\n" }));
  const outcome = await send("OPTIONS", { deadlineMs: 500 });
  expect(outcome.kind).toBe("timeout");
  if (outcome.kind === "timeout") expect(outcome.malformed[0]?.error.code).toBe("status");
});

test("a Content-Length larger than the datagram is reported as truncated", async () => {
  const { send } = await against(() => ({ status: 200, contentLength: 500 }));
  const outcome = await send("OPTIONS", { deadlineMs: 500 });
  expect(outcome.kind).toBe("timeout");
  expect(outcome).toHaveProperty("malformed.0.error.code", "truncated");
});

test("on a stream a message that never ends is reported with the timeout", async () => {
  const { send } = await against(() => ({ status: 200, contentLength: 500 }), "tcp");
  const outcome = await send("OPTIONS", { deadlineMs: 500 });
  expect(outcome.kind).toBe("timeout");
  expect(outcome).toHaveProperty("malformed.0.error.code", "unfinished");
});

test("a connection that closes in the middle of the answer is its own transport error", async () => {
  const { send } = await against(() => ({ status: 200, closeAfterBytes: 40 }), "tcp");
  expect(await send("OPTIONS")).toMatchObject({ kind: "transport-error", code: "FLOW_ENDED_IN_MESSAGE" });
});

test("a response with a second Via is not ours", async () => {
  const strays: number[] = [];
  const registrar = await ScriptedRegistrar.start({
    script: () => ({ status: 200, rewrite: (text) => text.replace(/^Via: .*$/m, "$&, SIP/2.0/UDP x.test") }),
  });
  const flow = await connected(registrar.target());
  const transactions = new Transactions(flow, {
    timers: QUICK,
    onStray: ({ status }) => strays.push(status),
  });
  const { outcome } = transactions.send(testRequest("OPTIONS"), registrar.target(), { deadlineMs: 60 });
  expect((await outcome).kind).toBe("timeout");
  expect(strays).toContain(200);
  await flow.close();
  await registrar.close();
});

/** An answer with something changed in it, as a peer that mixes things up would send it. */
const changed = (from: RegExp, to: string): Script => {
  return () => ({ status: 200, rewrite: (text) => text.replace(from, to) });
};

test.each([
  ["another branch", /branch=[^;\r]*/, "branch=z9hG4bKguess", ["Via branch"]],
  ["no branch", /;branch=[^;\r]*/, "", ["Via branch"]],
  ["no Via", /^Via:.*\r\n/m, "", ["Via branch"]],
  ["another Call-ID", /^Call-ID: call/m, "Call-ID: other", ["Call-ID"]],
  ["no Call-ID", /^Call-ID:.*\r\n/m, "", ["Call-ID"]],
  ["another CSeq number", /^CSeq: 1 /m, "CSeq: 2 ", ["CSeq number"]],
  ["another CSeq method", /^CSeq: 1 .*$/m, "CSeq: 1 INVITE", ["CSeq method"]],
  ["another From tag", /tag=from/, "tag=other", ["From tag"]],
  ["no From tag", /;tag=from/, "", ["From tag"]],
] as const)(
  "a response with %s is not counted, and is named when no answer comes",
  async (_what, from, to, differs) => {
    const overEach = (["udp", "tcp"] as const).map(async (transport) => {
      const { send, registrar } = await against(changed(from, to), transport);
      const outcome = await send("OPTIONS", { deadlineMs: 500 });
      expect(outcome.kind).toBe("timeout");
      expect(outcome).toHaveProperty(
        "misfits.0",
        expect.objectContaining({ kind: "unfit", status: 200, differs }),
      );
      registrar.follow(() => [
        { status: 200, rewrite: (text) => text.replace(from, to) },
        { status: 403, delayMs: 10 },
      ]);
      expect(await send("OPTIONS")).toMatchObject({ kind: "response", response: { status: 403 } });
    });
    await Promise.all(overEach);
  },
);

test("a Call-ID whose address was rewritten on the way is still ours", async () => {
  const request = testRequest("OPTIONS");
  request.headers.set("Call-ID", "0123456789abcdef@192.168.1.5");
  const { send } = await against(changed(/@192\.168\.1\.5/, "@203.0.113.7"));
  expect(await send("OPTIONS", {}, request)).toMatchObject({ kind: "response" });
});

test("what others send to the socket is laid to no request", async () => {
  const { send, flow } = await against(() => undefined);
  const stranger = await openUdpFlow({ address: "127.0.0.2", port: 0 });
  if (stranger.kind !== "connected") throw new Error(stranger.kind);
  closers.push(() => stranger.flow.close());
  const arrived = new Promise((resolve) => flow.subscribe({ message: resolve }));
  const waiting = send("OPTIONS", { deadlineMs: 300 });
  const text = `SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKguess\r\nCSeq: 1 OPTIONS\r\n\r\n`;
  await stranger.flow.send(parseMessage(Buffer.from(text)), flow.local);
  await arrived;
  const outcome = await waiting;
  expect(outcome).toMatchObject({ kind: "timeout", misfits: [] });
});

test.each([
  ["udp", undefined],
  ["tcp", undefined],
  ["udp", withHop],
  ["tcp", withHop],
] as const)(
  "a request that comes back over %s, perhaps by a hop, is no answer, and is not answered (%#)",
  async (transport, put) => {
    const reflector = await startReflector(transport, put);
    const flow = await connected(reflector.target);
    closers.push(
      () => reflector.close(),
      () => flow.close(),
    );
    const asked: string[] = [];
    const transactions = new Transactions(flow, {
      timers: QUICK,
      onRequest: (transaction) => {
        asked.push(transaction.request.method);
        transaction.respond(501);
      },
    });
    const outcome = await transactions.send(testRequest("REGISTER"), reflector.target, {
      deadlineMs: 150,
    }).outcome;
    expect(outcome).toMatchObject({ kind: "timeout" });
    expect(outcome).toHaveProperty("misfits.0.kind", "reflected");
    expect(asked).toEqual([]);
    expect(new Set(reflector.got)).toEqual(new Set(["REGISTER"]));
  },
);

test("at most fifty requests are in flight on a UDP socket, and each that ends lets one follow", async () => {
  const peer = await openUdpFlow({ address: "127.0.0.1", port: 0 });
  if (peer.kind !== "connected") throw new Error(peer.kind);
  const flow = await connected({ ...peer.flow.local, transport: "udp" });
  const transactions = new Transactions(flow, { timers: { t1: 150, t2: 600, t4: 500 } });
  closers.push(
    () => peer.flow.close(),
    async () => {
      transactions.close();
      await flow.close();
    },
  );
  const asked = new Map<string, () => unknown>();
  let copies = 0;
  peer.flow.subscribe({
    message(request, source) {
      if (request.kind !== "request") return;
      copies += 1;
      const answer = () => peer.flow.send(buildResponse(request, 200, "OK", { toTag: "peer" }), source);
      asked.set(String(request.headers.get("Via")), answer);
    },
  });
  const outcomes = Array.from(
    { length: 120 },
    () => transactions.send(testRequest("OPTIONS"), peer.flow.local).outcome,
  );
  // Time for more than fifty to come, since some came twice.
  await until(() => copies > 60);
  expect(asked.size).toBe(50);
  for (let answered = 0; answered < 120; answered += 1) {
    await [...asked.values()][answered]?.();
    await until(() => asked.size >= Math.min(answered + 51, 120));
    expect(asked.size).toBe(Math.min(answered + 51, 120));
  }
  expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(Array(120).fill("response"));
});

test("closing the flow ends what is under way", async () => {
  const { send, flow } = await against(() => undefined);
  setTimeout(() => flow.close(), 20);
  expect(await send("OPTIONS")).toMatchObject({ kind: "transport-error", code: "FLOW_CLOSED" });
});

test("a request that cannot be written is thrown back before anything is sent", async () => {
  const { transactions, registrar } = await against(() => ({ status: 200 }));
  const request = testRequest("OPTIONS", "sip:pbx .test");
  expect(() => transactions.send(request, registrar.target())).toThrow("Request-URI");
});
