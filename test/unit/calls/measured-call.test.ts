import { createSocket } from "node:dgram";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type MeasuredCallOptions, measureCall } from "../../../src/calls/measured-call.js";
import type { ScriptStep } from "../../../src/calls/script.js";
import { RtpSession } from "../../../src/media/rtp-session.js";
import { Secret } from "../../../src/redaction/secret.js";
import { Pbx } from "../../../src/sandbox/pbx.js";
import {
  Calls,
  dialogRequest,
  type IncomingCall,
  LocalSession,
  type SipRequest,
  SipServer,
  type SocketAddress,
  sdpAudio,
  Trace,
  type Transactions,
} from "../../../src/sip/index.js";
import { connected, QUICK, until } from "../../support/sip.js";

const LOOPBACK = "127.0.0.1";
const TONE: readonly ScriptStep[] = [
  { do: "wait", ms: 100 },
  { do: "tone", ms: 300 },
  { do: "wait", ms: 200 },
];

let pbx: Pbx;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  const accounts = new Map([["1001", new Secret("right")]]);
  const limits = { minExpires: 60, maxExpires: 3_600 };
  pbx = await Pbx.start({ host: LOOPBACK, port: 0, timers: QUICK, realm: "pbx", accounts, ...limits });
});
afterAll(() => pbx.close());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function call(port: number, more: Partial<MeasuredCallOptions> = {}, transport: "udp" | "tcp" = "udp") {
  const trace = new Trace();
  const remote = { address: LOOPBACK, port };
  const flow = await connected({ ...remote, transport }, { trace });
  closers.push(() => flow.close());
  const call = await measureCall({
    ...{ flow, remote, timers: QUICK, callee: "*43", script: TONE },
    account: { user: "1001", domain: LOOPBACK, port },
    mayHear: () => undefined,
    ...more,
  });
  /** How many requests, each counted once however often it was sent again. */
  const sent = (method: string) => {
    const numbers = trace.entries.flatMap((entry) => {
      if (entry.kind !== "message" || entry.direction !== "sent") return [];
      const { message } = entry;
      return message.kind === "request" && message.method === method ? message.headers.all("CSeq") : [];
    });
    return new Set(numbers).size;
  };
  return { call, sent };
}

/** A PBX that does with each INVITE what it is told to. */
async function scripted(behaviour: (incoming: IncomingCall, calls: Calls) => unknown): Promise<{
  port: number;
  calls: () => Calls;
  send: (request: SipRequest, peer: SocketAddress) => Promise<unknown>;
}> {
  let calls: Calls | undefined;
  let wire: Transactions | undefined;
  const server = await SipServer.start({
    listen: [{ transport: "udp", address: LOOPBACK, port: 0 }],
    timers: QUICK,
    onRequest: (transaction, transactions) => {
      wire = transactions;
      calls ??= new Calls(transactions, { contact: `sip:pbx@${LOOPBACK}:${server.port("udp")}` });
      if (!calls.handle(transaction)) void behaviour(calls.incoming(transaction), calls);
    },
  });
  closers.push(() => server.close());
  return {
    port: server.port("udp"),
    calls: () => calls as Calls,
    send: async (request, peer) => wire?.send(request, peer, { deadlineMs: 300 }).outcome,
  };
}

describe("a measured call to an echo test", () => {
  it.each(["udp", "tcp"] as const)("hears its own tone, and hangs up (%s)", async (transport) => {
    const { call: made, sent } = await call(pbx.port, { password: new Secret("right") }, transport);
    expect(made.setup).toMatchObject({ outcome: "answered", status: 200, credentialsSent: true });
    expect(made.audio).toMatchObject({ codec: "PCMU", aim: { target: { address: LOOPBACK } } });
    expect(made.audio?.tone.sentMs).toBe(300);
    expect(made.audio?.tone.returnedMs).toBeGreaterThan(100);
    const [stream] = made.audio?.received ?? [];
    expect(stream).toMatchObject({ from: { address: LOOPBACK }, payloadType: 0, duplicates: 0 });
    expect(stream?.packets).toBeGreaterThan(10);
    expect(made.end).toMatchObject({ by: "here", bye: 200 });
    expect(sent("BYE")).toBe(1);
  });

  it("sends a password once, and takes the second challenge for the answer", async () => {
    const { call: made, sent } = await call(pbx.port, { password: new Secret("wrong") });
    expect(made.setup).toMatchObject({ outcome: "refused", status: 401, credentialsSent: true });
    expect(made.audio).toBeUndefined();
    expect(sent("INVITE")).toBe(2);
  });

  it("tells a number that is not there, and that no password was asked for", async () => {
    const { call: made } = await call(pbx.port, { callee: "7777", password: new Secret("right") });
    expect(made.setup).toMatchObject({ outcome: "refused", status: 404, credentialsSent: false });
  });
});

describe("a measured call", () => {
  it("is hung up when it is called off", async () => {
    const stop = new AbortController();
    const onEvent: MeasuredCallOptions["onEvent"] = ({ kind }) => kind === "step" && stop.abort();
    const options = { password: new Secret("right"), signal: stop.signal, onEvent };
    const { call: made, sent } = await call(pbx.port, options);
    expect(made).toMatchObject({ steps: [{ do: "wait", cut: true }], end: { by: "here", bye: 200 } });
    expect(sent("BYE")).toBe(1);
  });

  it("is hung up at its limit, whatever its script still holds", async () => {
    const script: readonly ScriptStep[] = [{ do: "wait", ms: 60_000 }];
    const options = { password: new Secret("right"), script, longestMs: 50 };
    const { call: made, sent } = await call(pbx.port, options);
    expect(made).toMatchObject({ steps: [{ do: "wait", cut: true }], end: { by: "here", bye: 200 } });
    expect(sent("BYE")).toBe(1);
  });

  it("has a limit of 45 s, whatever longer one it is given", async () => {
    const waits = vi.spyOn(globalThis, "setTimeout");
    closers.push(() => waits.mockRestore());
    await call(pbx.port, { password: new Secret("right"), longestMs: 600_000 });
    const limits = waits.mock.calls.map(([, ms]) => ms ?? 0);
    expect(limits).toContain(45_000);
    expect(limits).not.toContain(600_000);
  });

  it("is cancelled while it rings, and has ended on the other side when that is over", async () => {
    const stop = new AbortController();
    let cancelled = false;
    const there = await scripted((incoming) => {
      incoming.ring();
      void incoming.cancelled.then(() => {
        cancelled = true;
        incoming.reject(487);
      });
    });
    const onEvent: MeasuredCallOptions["onEvent"] = ({ kind }) => kind === "ringing" && stop.abort();
    const { call: made, sent } = await call(there.port, { signal: stop.signal, onEvent });
    expect(made.setup.outcome).toBe("aborted");
    expect(made.setup.ringing.at(-1)?.status).toBe(180);
    expect(cancelled).toBe(true);
    expect(sent("ACK")).toBe(1);
  });

  it("hangs up an answer that crosses its CANCEL", async () => {
    const stop = new AbortController();
    const ended: string[] = [];
    const there = await scripted(async (incoming) => {
      incoming.ring();
      const answered = await incoming.answer();
      ended.push((await answered?.ended) ?? "no call");
    });
    const onEvent: MeasuredCallOptions["onEvent"] = ({ kind }) => kind === "ringing" && stop.abort();
    const { call: made } = await call(there.port, { signal: stop.signal, onEvent });
    expect(made.setup.outcome).toBe("aborted");
    await until(() => ended.length > 0);
    expect(ended).toEqual(["hung-up-there"]);
  });

  it.each([180, 181, 182])(
    "that may not ring is cancelled at a %i, and answered by no one",
    async (status) => {
      const there = await scripted((incoming) => incoming.transaction.respond(status));
      const { call: made, sent } = await call(there.port, { mayRing: false, answerMs: 5_000 });
      expect(made.setup.outcome).toBe("aborted");
      expect(sent("CANCEL")).toBe(1);
    },
  );

  it("gives up where no one answers in time", async () => {
    const there = await scripted((incoming) => incoming.ring());
    const { call: made, sent } = await call(there.port, { answerMs: 100 });
    expect(made.setup.outcome).toBe("unfinished");
    expect(sent("CANCEL")).toBe(1);
  });

  it("ends where the other side ends it, and notes what it hears until then", async () => {
    const there = await scripted(async (incoming) => {
      const voice = await RtpSession.open({ address: LOOPBACK, peer: LOOPBACK });
      closers.push(() => voice.close());
      const answered = await incoming.answer({ address: LOOPBACK, port: voice.port });
      voice.start("PCMU", sdpAudio(answered?.remoteSdp ?? Buffer.alloc(0)));
      voice.say(300);
      await until(() => !voice.isSpeaking);
      await answered?.hangUp();
    });
    const script = [{ do: "listen", mostMs: 8_000, quietMs: 5_000 }] as const;
    const { call: made } = await call(there.port, { script });
    expect(made.end).toMatchObject({ by: "there" });
    expect(made.requests).toMatchObject([{ method: "BYE" }]);
    expect(made.steps).toMatchObject([{ do: "listen", cut: true, heard: {} }]);
    expect(made.audio?.soundMs).toBeGreaterThan(100);
    expect(made.audio?.tone).toEqual({ sentMs: 0, returnedMs: 0 });
  });

  it("waits until a greeting is over before it speaks", async () => {
    const there = await scripted(async (incoming) => {
      const voice = await RtpSession.open({ address: LOOPBACK, peer: LOOPBACK });
      closers.push(() => voice.close());
      const answered = await incoming.answer({ address: LOOPBACK, port: voice.port });
      voice.start("PCMU", sdpAudio(answered?.remoteSdp ?? Buffer.alloc(0)));
      voice.say(300);
    });
    const script = [
      { do: "listen", mostMs: 8_000, quietMs: 200 },
      { do: "speak", ms: 100 },
    ] as const;
    const { call: made } = await call(there.port, { script });
    const [listened, spoke] = made.steps;
    const heardTo = listened?.heard?.toMs ?? Number.POSITIVE_INFINITY;
    expect(listened?.cut).toBeUndefined();
    expect(spoke?.fromMs).toBeGreaterThanOrEqual(heardTo + 200);
  });

  it("sends no packet to a port of another service", async () => {
    const there = await scripted((incoming) => incoming.answer({ address: LOOPBACK, port: 9 }));
    const { call: made } = await call(there.port);
    expect(made.audio).toMatchObject({ aim: { instead: "off" }, sent: 0, received: [] });
  });

  it("sends no voice to who agrees on no key, where it is to be encrypted", async () => {
    const body = new LocalSession({ address: LOOPBACK, port: 40_000 }).offer();
    const contact = ["Contact", `<sip:pbx@${LOOPBACK}>`] as const;
    const server = await SipServer.start({
      listen: [{ transport: "udp", address: LOOPBACK, port: 0 }],
      timers: QUICK,
      onRequest: (transaction) =>
        transaction.respond(200, { headers: [contact, ["Content-Type", "application/sdp"]], body }),
    });
    closers.push(() => server.close());
    const there = { port: server.port("udp") };
    const { call: made } = await call(there.port, { encrypted: true });
    expect(made.setup.outcome).toBe("answered");
    expect(made.audio).toMatchObject({ encrypted: true, aim: { instead: "off" }, sent: 0 });
  });

  it("counts no report on another stream than its own", async () => {
    const socket = createSocket("udp4");
    closers.push(() => socket.close());
    const there = await scripted(async (incoming) => {
      const answered = await incoming.answer({ address: LOOPBACK, port: 40_000 });
      const port = sdpAudio(answered?.remoteSdp ?? Buffer.alloc(0))?.port;
      // RFC 3550 6.4.2: a receiver report with one block, on a stream with the number 7.
      const report = `81c9000700000001${"00000007".padEnd(48, "0")}`;
      socket.send(Buffer.from(report, "hex"), port, LOOPBACK);
    });
    const { call: made } = await call(there.port);
    expect(made.setup.outcome).toBe("answered");
    expect(made.audio?.reports).toEqual([]);
  });

  it("moves its voice to where a second INVITE wants it", async () => {
    const moved = new LocalSession({ address: LOOPBACK, port: 40_002 });
    const there = await scripted(async (incoming) => {
      const answered = await incoming.answer({ address: LOOPBACK, port: 40_000 });
      if (answered === undefined) return;
      const { dialog } = answered;
      const again = dialogRequest(dialog, "INVITE", undefined, [
        ["Contact", `<sip:pbx@${LOOPBACK}>`],
        ["Content-Type", "application/sdp"],
      ]);
      await there.send({ ...again, body: moved.offer() }, dialog.peer);
    });
    const { call: made } = await call(there.port);
    expect(made.requests).toMatchObject([{ method: "INVITE" }]);
    expect(made.audio?.aim).toEqual({ target: { address: LOOPBACK, port: 40_002 } });
  });
});
