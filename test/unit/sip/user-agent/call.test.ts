import { createHash } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { Secret } from "../../../../src/redaction/secret.js";
import {
  type Call,
  Calls,
  type IncomingCall,
  type ServerTransaction,
  SipServer,
  sdpAudio,
  Trace,
  Transactions,
  type TransportName,
} from "../../../../src/sip/index.js";
import { ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { connected, QUICK, testRequest, until } from "../../../support/sip.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Callee {
  readonly answered: (Call | undefined)[];
  readonly server: SipServer;
  readonly calls: Calls;
}

/** A callee that does with each INVITE what it is told to. */
async function callee(
  transport: TransportName,
  behaviour: (incoming: IncomingCall) => Promise<Call | undefined> | undefined,
): Promise<Callee> {
  const answered: (Call | undefined)[] = [];
  const made = new Map<Transactions, Calls>();
  const callsOf = (transactions: Transactions) => {
    const known = made.get(transactions) ?? new Calls(transactions, { contact: "sip:1001@127.0.0.1:5999" });
    made.set(transactions, known);
    return known;
  };
  const onRequest = async (transaction: ServerTransaction, transactions: Transactions) => {
    const calls = callsOf(transactions);
    if (calls.handle(transaction)) return;
    if (transaction.request.method !== "INVITE") return void transaction.respond(501);
    const result = behaviour(calls.incoming(transaction));
    if (result) answered.push(await result);
  };
  const listen = [{ transport, address: "127.0.0.1", port: 0 }] as const;
  const server = await SipServer.start({ listen, onRequest, timers: QUICK });
  closers.push(() => server.close());
  return {
    answered,
    server,
    get calls() {
      return [...made.values()][0] as Calls;
    },
  };
}

async function caller(transport: TransportName, port: number) {
  const peer = { address: "127.0.0.1", port };
  const trace = new Trace();
  const flow = await connected({ ...peer, transport }, { trace });
  let calls: Calls | undefined;
  const transactions = new Transactions(flow, {
    timers: QUICK,
    onRequest: (transaction) => {
      if (!calls?.handle(transaction)) transaction.respond(501);
    },
  });
  calls = new Calls(transactions, { contact: `sip:pbx@127.0.0.1:${flow.local.port}` });
  closers.push(async () => {
    transactions.close();
    await flow.close();
  });
  const options = { uri: `sip:1001@127.0.0.1:${port}`, from: "sip:anna@pbx.test", peer };
  return { calls, options, transactions, trace };
}

test.each(["udp", "tcp"] as const)(
  "a call over %s rings, is answered, and the caller hangs up",
  async (transport) => {
    const { server, answered } = await callee(transport, (incoming) => {
      incoming.ring();
      return incoming.answer();
    });
    const { calls, options } = await caller(transport, server.port(transport));
    const rings: number[] = [];
    const placed = calls.place({ ...options, onProvisional: ({ status }) => rings.push(status) });
    const outcome = await placed.outcome;
    if (outcome.kind !== "answered") throw new Error(outcome.kind);
    expect(rings).toEqual([180]);
    expect(sdpAudio(outcome.call.remoteSdp)).toMatchObject({ payloadType: 0 });
    await until(() => answered.length === 1);
    expect(await outcome.call.hangUp()).toMatchObject({ kind: "response", response: { status: 200 } });
    expect(await answered[0]?.ended).toBe("hung-up-there");
    expect(await outcome.call.ended).toBe("hung-up-here");
    expect(calls.active).toEqual([]);
  },
);

test("the callee hangs up", async () => {
  const { server, answered } = await callee("udp", (incoming) => incoming.answer());
  const { calls, options } = await caller("udp", server.port("udp"));
  const outcome = await calls.place(options).outcome;
  if (outcome.kind !== "answered") throw new Error(outcome.kind);
  await until(() => answered.length === 1);
  expect(await answered[0]?.hangUp()).toMatchObject({ kind: "response", response: { status: 200 } });
  expect(await outcome.call.ended).toBe("hung-up-there");
});

test("a busy callee is a rejection", async () => {
  const { server } = await callee("udp", (incoming) => {
    incoming.reject(486);
    return undefined;
  });
  const { calls, options } = await caller("udp", server.port("udp"));
  expect(await calls.place(options).outcome).toMatchObject({ kind: "rejected", response: { status: 486 } });
});

test("a cancelled call ends with 487 at the caller and is told to the callee", async () => {
  let cancelled = false;
  const { server } = await callee("udp", (incoming) => {
    incoming.ring();
    void incoming.cancelled.then(() => {
      cancelled = true;
    });
  });
  const { calls, options } = await caller("udp", server.port("udp"));
  const placed = calls.place({ ...options, onProvisional: () => placed.cancel() });
  expect(await placed.outcome).toMatchObject({ kind: "rejected", response: { status: 487 } });
  expect(cancelled).toBe(true);
});

test("an abort while it rings ends the wait at once and cancels at the callee", async () => {
  let cancelled = false;
  const { server } = await callee("udp", (incoming) => {
    incoming.ring();
    void incoming.cancelled.then(() => {
      cancelled = true;
    });
  });
  const { calls, options } = await caller("udp", server.port("udp"));
  const control = new AbortController();
  const placed = calls.place({ ...options, signal: control.signal, onProvisional: () => control.abort() });
  expect((await placed.outcome).kind).toBe("aborted");
  await until(() => cancelled);
});

test("no one answers: the deadline ends it, and the callee is told", async () => {
  let cancelled = false;
  const { server } = await callee("udp", (incoming) => {
    incoming.ring();
    void incoming.cancelled.then(() => {
      cancelled = true;
    });
  });
  const { calls, options } = await caller("udp", server.port("udp"));
  const outcome = await calls.place({ ...options, deadlineMs: 120 }).outcome;
  expect(outcome).toMatchObject({ kind: "timeout", provisional: { status: 180 } });
  await until(() => cancelled);
});

test("an offer without G.711 is answered 488", async () => {
  const { server } = await callee("udp", (incoming) => incoming.answer());
  const { transactions, options } = await caller("udp", server.port("udp"));
  const invite = testRequest("INVITE", options.uri, "v=0\r\nm=audio 4000 RTP/AVP 111\r\n");
  const outcome = await transactions.send(invite, options.peer).outcome;
  expect(outcome).toMatchObject({ kind: "response", response: { status: 488 } });
});

test("a call that is never acknowledged is hung up", async () => {
  const { server, answered } = await callee("udp", (incoming) => incoming.answer());
  const { transactions, options, trace } = await caller("udp", server.port("udp"));
  const offer = "v=0\r\nm=audio 4000 RTP/AVP 8\r\n";
  const outcome = await transactions.send(testRequest("INVITE", options.uri, offer), options.peer).outcome;
  expect(outcome.kind).toBe("response");
  await until(() => answered.length === 1);
  expect(answered[0]).toBeUndefined();
  const requests = trace.entries.flatMap((entry) =>
    entry.kind === "message" && entry.direction === "received" && entry.message.kind === "request"
      ? [entry.message.method]
      : [],
  );
  expect(requests).toContain("BYE");
});

test("a BYE for no call is answered 481", async () => {
  const { server } = await callee("udp", () => {});
  const { transactions, options } = await caller("udp", server.port("udp"));
  const bye = testRequest("BYE", options.uri);
  bye.headers.set("To", "<sip:1001@pbx.test>;tag=nobody");
  const outcome = await transactions.send(bye, options.peer).outcome;
  expect(outcome).toMatchObject({ kind: "response", response: { status: 481 } });
});

test("a lost ACK is sent again when the 200 comes again", async () => {
  const ok = { status: 200, headers: [["Contact", "<sip:1001@127.0.0.1>"]] } as const;
  const registrar = await ScriptedRegistrar.start({
    script: ({ method }) => (method === "INVITE" ? [ok, { ...ok, delayMs: 30 }] : undefined),
  });
  closers.push(() => registrar.close());
  const { calls, options } = await caller("udp", registrar.target().port);
  expect((await calls.place(options).outcome).kind).toBe("answered");
  // One INVITE, two ACKs that are the same to the last byte of their Via.
  await until(() => registrar.copies >= 3);
  expect(registrar.requests.map(({ method }) => method)).toEqual(["INVITE", "ACK"]);
});

test("a call ends when its connection does", async () => {
  const { server } = await callee("tcp", (incoming) => incoming.answer());
  const { calls, options } = await caller("tcp", server.port("tcp"));
  const outcome = await calls.place(options).outcome;
  if (outcome.kind !== "answered") throw new Error(outcome.kind);
  await server.close();
  expect(await outcome.call.ended).toBe("closed");
});

test.each([
  [401, "WWW-Authenticate", "Authorization"],
  [407, "Proxy-Authenticate", "Proxy-Authorization"],
] as const)(
  "a challenge of %i to an INVITE is answered once, in the same call",
  async (status, asks, answers) => {
    const seen: (string | undefined)[][] = [];
    const listen = [{ transport: "udp", address: "127.0.0.1", port: 0 }] as const;
    const server = await SipServer.start({
      listen,
      timers: QUICK,
      onRequest: (transaction) => {
        const { headers } = transaction.request;
        seen.push([headers.get("CSeq"), headers.get("Call-ID"), headers.get("From"), headers.get(answers)]);
        transaction.respond(status, { headers: [[asks, 'Digest realm="pbx", nonce="n1", qop="auth"']] });
      },
    });
    closers.push(() => server.close());
    const { calls, options } = await caller("udp", server.port("udp"));
    const credentials = { username: "1001", password: new Secret("pw-1001") };
    const held: string[] = [];
    const onDigest = (secret: Secret) => void held.push(secret.reveal());
    expect(await calls.place({ ...options, credentials, onDigest }).outcome).toMatchObject({
      ...{ kind: "rejected", response: { status } },
    });
    // Before it is sent: what the other side has instead of the password may come back too.
    const ha1 = createHash("md5").update("1001:pbx:pw-1001").digest();
    expect(held).toEqual(expect.arrayContaining([ha1.toString("hex"), ha1.toString("base64url")]));
    const [first, second] = seen;
    expect(seen).toHaveLength(2);
    expect([first?.[0], second?.[0]]).toEqual(["1 INVITE", "2 INVITE"]);
    expect(second?.slice(1, 3)).toEqual(first?.slice(1, 3));
    expect(first?.[3]).toBeUndefined();
    expect(second?.[3]).toMatch(/^Digest username="1001", realm="pbx", nonce="n1"/);
    // Without a password, or without a challenge that can be answered, it is not tried again.
    expect(await calls.place(options).outcome).toMatchObject({ kind: "rejected" });
    expect(seen).toHaveLength(3);
  },
);

test("an INVITE that is given up meanwhile is not sent again with credentials", async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const listen = [{ transport: "udp", address: "127.0.0.1", port: 0 }] as const;
  const server = await SipServer.start({
    listen,
    timers: QUICK,
    onRequest: (transaction) => {
      seen.push(transaction.request.method);
      stop.abort();
      transaction.respond(401, { headers: [["WWW-Authenticate", 'Digest realm="pbx", nonce="n1"']] });
    },
  });
  closers.push(() => server.close());
  const { calls, options } = await caller("udp", server.port("udp"));
  const credentials = { username: "1001", password: new Secret("pw-1001") };
  const placed = calls.place({ ...options, credentials, signal: stop.signal });
  expect((await placed.outcome).kind).toBe("aborted");
  await calls.place(options).outcome;
  expect(seen).toEqual(["INVITE", "INVITE"]);
});
