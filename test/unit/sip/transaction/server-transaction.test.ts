import { createSocket, type Socket } from "node:dgram";
import { afterEach, expect, test } from "vitest";
import {
  parseMessage,
  type ServerTransaction,
  type SipMessage,
  SipServer,
  serializeMessage,
} from "../../../../src/sip/index.js";
import { QUICK, sleep, testRequest, until } from "../../../support/sip.js";

/** A peer of bytes: what it sends is not helped by the engine. */
class RawPeer {
  readonly socket: Socket = createSocket("udp4");
  readonly heard: SipMessage[] = [];

  async open(): Promise<this> {
    this.socket.on("message", (bytes) => this.heard.push(parseMessage(bytes)));
    await new Promise<void>((resolve) => this.socket.bind(0, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    return this.socket.address().port;
  }

  statuses(): number[] {
    return this.heard.map((message) => (message.kind === "response" ? message.status : 0));
  }
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setUp(onRequest: (transaction: ServerTransaction) => void) {
  const server = await SipServer.start({
    listen: [{ transport: "udp", address: "127.0.0.1", port: 0 }],
    onRequest,
    timers: QUICK,
  });
  const peer = await new RawPeer().open();
  closers.push(
    () => server.close(),
    () => peer.socket.close(),
  );
  const send = (method: string, via = `127.0.0.1:${peer.port};branch=z9hG4bKone;rport`, callId = "c1") => {
    const request = testRequest(method);
    request.headers.set("Call-ID", callId).prepend("Via", `SIP/2.0/UDP ${via}`);
    peer.socket.send(serializeMessage(request), server.port("udp"), "127.0.0.1");
  };
  return { server, peer, send };
}

test("a retransmitted request is answered as before and not handed over twice", async () => {
  let handed = 0;
  const { peer, send } = await setUp((transaction) => {
    handed += 1;
    transaction.respond(404);
  });
  send("OPTIONS");
  send("OPTIONS");
  await until(() => peer.heard.length === 2);
  expect(handed).toBe(1);
  expect(peer.statuses()).toEqual([404, 404]);
  expect(peer.heard[0]?.headers.get("To")).toBe(peer.heard[1]?.headers.get("To"));
});

test("received and rport tell the client which address was seen", async () => {
  const { peer, send } = await setUp((transaction) => transaction.respond(200));
  send("OPTIONS", "10.1.2.3:5060;branch=z9hG4bKnat;rport");
  await until(() => peer.heard.length === 1);
  const via = peer.heard[0]?.headers.get("Via");
  expect(via).toContain("received=127.0.0.1");
  expect(via).toContain(`rport=${peer.port}`);
});

test("without rport the answer goes to the port in Via", async () => {
  const { peer, send } = await setUp((transaction) => transaction.respond(200));
  const other = await new RawPeer().open();
  closers.push(() => other.socket.close());
  send("OPTIONS", `127.0.0.1:${other.port};branch=z9hG4bKplain`);
  await until(() => other.heard.length === 1);
  expect(peer.heard).toEqual([]);
});

test("maddr aims no answer at someone else", async () => {
  const { peer, send } = await setUp((transaction) => transaction.respond(200));
  send("OPTIONS", `127.0.0.1:${peer.port};maddr=127.0.0.2;branch=z9hG4bKmaddr;rport`);
  await until(() => peer.heard.length === 1);
});

test("a 2xx to INVITE is repeated until the ACK is there", async () => {
  const acknowledged: Promise<boolean>[] = [];
  const { peer, send } = await setUp((transaction) => {
    acknowledged.push(transaction.acknowledged);
    transaction.respond(200);
  });
  send("INVITE");
  await until(() => peer.heard.length >= 3);
  send("ACK", `127.0.0.1:${peer.port};branch=z9hG4bKtheack;rport`);
  expect(await acknowledged[0]).toBe(true);
  const count = peer.heard.length;
  await sleep(150);
  expect(peer.heard.length).toBe(count);
});

test("a refusal of INVITE is repeated until the ACK is there", async () => {
  const { peer, send } = await setUp((transaction) => transaction.respond(486));
  send("INVITE");
  await until(() => peer.heard.length >= 2);
  send("ACK");
  await sleep(40);
  const count = peer.heard.length;
  await sleep(150);
  expect(peer.heard.length).toBe(count);
});

test("without an ACK the wait ends after 64 times T1", async () => {
  let acknowledged: Promise<boolean> | undefined;
  const { send } = await setUp((transaction) => {
    acknowledged = transaction.acknowledged;
    transaction.respond(200);
  });
  send("INVITE");
  await until(() => acknowledged !== undefined);
  expect(await acknowledged).toBe(false);
});

test("an INVITE that is not answered soon gets a 100", async () => {
  const { peer, send } = await setUp(() => {});
  send("INVITE");
  await until(() => peer.heard.length === 1);
  expect(peer.statuses()).toEqual([100]);
  expect(peer.heard[0]?.headers.get("To")).not.toContain("tag=");
});

test("a CANCEL is answered 200 and the INVITE 487", async () => {
  let cancelled = false;
  const { peer, send } = await setUp((transaction) => {
    transaction.onCancel(() => {
      cancelled = true;
    });
    transaction.respond(180);
  });
  send("INVITE");
  await until(() => peer.heard.length === 1);
  send("CANCEL");
  await until(() => peer.heard.length >= 3);
  expect(peer.statuses().slice(0, 3)).toEqual([180, 200, 487]);
  expect(cancelled).toBe(true);
});

test("a CANCEL of nothing is answered 481", async () => {
  const { peer, send } = await setUp(() => {});
  send("CANCEL");
  await until(() => peer.heard.length === 1);
  expect(peer.statuses()).toEqual([481]);
});

test("a second final response is not sent", async () => {
  const results: unknown[] = [];
  const { peer, send } = await setUp((transaction) => {
    results.push(transaction.respond(200), transaction.respond(500));
  });
  send("OPTIONS");
  await until(() => peer.heard.length === 1);
  await sleep(30);
  expect(peer.statuses()).toEqual([200]);
  expect(results[1]).toBeUndefined();
});

test("a request without Call-ID is answered 400 and handed to no one", async () => {
  let handed = 0;
  const { server, peer } = await setUp(() => {
    handed += 1;
  });
  const request = testRequest("OPTIONS");
  request.headers
    .delete("Call-ID")
    .prepend("Via", `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bKx;rport`);
  peer.socket.send(serializeMessage(request), server.port("udp"), "127.0.0.1");
  await until(() => peer.heard.length === 1);
  expect(peer.statuses()).toEqual([400]);
  expect(handed).toBe(0);
});

test("garbage and responses that no one asked for are passed over", async () => {
  const { server, peer, send } = await setUp((transaction) => transaction.respond(200));
  for (const bytes of [
    "nonsense",
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nCSeq: 1 X\r\n\r\n",
  ]) {
    peer.socket.send(bytes, server.port("udp"), "127.0.0.1");
  }
  send("OPTIONS");
  await until(() => peer.heard.length === 1);
  expect(peer.statuses()).toEqual([200]);
});
