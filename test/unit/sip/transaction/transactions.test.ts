import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { expect, test, vi } from "vitest";
import { SipServer, Transactions } from "../../../../src/sip/index.js";
import { connected, sleep, testRequest } from "../../../support/sip.js";

const BASE = [
  "INVITE sip:1001@127.0.0.1 SIP/2.0",
  'Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKa;rport;x="y"',
  'From: "Anna" <sip:anna@pbx.test>;tag=f',
  "To: <sip:1001@pbx.test>",
  "Call-ID: c@127.0.0.1",
  "CSeq: 1 INVITE",
  "Contact: <sip:anna@127.0.0.1>",
  "Record-Route: <sip:127.0.0.1;lr>",
  "Content-Length: 0",
  "",
  "",
].join("\r\n");

const ODD = [
  "\u0000",
  "\u0001",
  '"',
  "\\",
  "<",
  ">",
  ",",
  ";",
  "=",
  "@",
  "[",
  "]",
  "%",
  "\u00ff",
  "\t",
  "\r\n",
  "",
];

test("no datagram, however it is bent, brings a server down", async () => {
  const server = await SipServer.start({
    listen: [{ transport: "udp", address: "127.0.0.1", port: 0 }],
    onRequest: (transaction) => transaction.respond(486),
    // No answer is sent twice: thousands of requests would have the server busy with that.
    timers: { t1: 60_000, t2: 60_000, t4: 60_000 },
  });
  const peer = createSocket("udp4");
  const target = { transport: "udp", address: "127.0.0.1", port: server.port("udp") } as const;
  let sent = 0;
  for (let at = 0; at < BASE.length; at += 1) {
    for (const odd of ODD) {
      const bent = `${BASE.slice(0, at)}${odd}${BASE.slice(at + 1)}`.replace("z9hG4bKa", `z9hG4bK${sent}`);
      peer.send(Buffer.from(bent), target.port, target.address);
      sent += 1;
      if (sent % 40 === 0) await sleep(1);
    }
  }
  expect(sent).toBeGreaterThan(4000);
  const flow = await connected(target);
  const outcome = await new Transactions(flow).send(testRequest("OPTIONS"), target).outcome;
  expect(outcome).toMatchObject({ kind: "response", response: { status: 486 } });
  await flow.close();
  await new Promise<void>((resolve) => peer.close(() => resolve()));
  await server.close();
});

test("a request to who answers none gets no answer at all, not even where it is faulty", async () => {
  const peer = createSocket("udp4");
  await new Promise<void>((resolve) => peer.bind(0, "127.0.0.1", resolve));
  const target = { transport: "udp", address: "127.0.0.1", port: peer.address().port } as const;
  const flow = await connected(target);
  const client = new Transactions(flow);
  const received: string[] = [];
  const answered = new Promise<void>((resolve) => {
    peer.on("message", (message) => {
      received.push(message.toString().split(" ")[0] ?? "");
      if (received.includes("OPTIONS")) resolve();
    });
  });
  let seen = 0;
  flow.subscribe({ message: () => (seen += 1) });
  const faulty = BASE.replace("Call-ID: c@127.0.0.1\r\n", "").replace("z9hG4bKa", "z9hG4bKb");
  const cancel = BASE.replaceAll("INVITE", "CANCEL").replace("z9hG4bKa", "z9hG4bKc");
  for (const request of [BASE, faulty, cancel]) peer.send(request, flow.local.port, flow.local.address);
  await vi.waitFor(() => expect(seen).toBe(3));
  // Whatever had been answered would come before it.
  client.send(testRequest("OPTIONS"), target, { timers: { t1: 60_000, t2: 60_000, t4: 60_000 } });
  await answered;
  expect(received).toEqual(["OPTIONS"]);
  client.close();
  await flow.close();
  await new Promise<void>((resolve) => peer.close(() => resolve()));
});
