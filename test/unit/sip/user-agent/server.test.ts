import { expect, test } from "vitest";
import { SipServer, Transactions } from "../../../../src/sip/index.js";
import { connected, testRequest, until } from "../../../support/sip.js";

const local = { address: "127.0.0.1", port: 0 };

test("one server listens on several transports and tells their ports", async () => {
  const server = await SipServer.start({
    listen: [
      { transport: "udp", ...local },
      { transport: "tcp", ...local },
    ],
    onRequest: (transaction) => transaction.respond(200),
  });
  for (const transport of ["udp", "tcp"] as const) {
    const target = { transport, address: "127.0.0.1", port: server.port(transport) };
    const flow = await connected(target);
    const { outcome } = new Transactions(flow).send(testRequest("OPTIONS"), target);
    expect((await outcome).kind).toBe("response");
    await flow.close();
  }
  expect(server.addresses.map(({ transport }) => transport)).toEqual(["udp", "tcp"]);
  expect(() => server.port("tls")).toThrow("does not listen on tls");
  await server.close();
});

test("a port that is taken is an error with Node's code, and nothing stays open", async () => {
  const first = await SipServer.start({ listen: [{ transport: "udp", ...local }], onRequest: () => {} });
  const taken = { transport: "udp", address: "127.0.0.1", port: first.port("udp") } as const;
  const listen = [{ transport: "tcp", ...local } as const, taken];
  await expect(SipServer.start({ listen, onRequest: () => {} })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  await first.close();
});

test("TLS without a certificate is refused", async () => {
  const listen = [{ transport: "tls", ...local }] as const;
  await expect(SipServer.start({ listen, onRequest: () => {} })).rejects.toThrow("certificate");
});

test("a server can send a request on the connection that a client opened", async () => {
  const server = await SipServer.start({
    listen: [{ transport: "tcp", ...local }],
    onRequest: async (transaction, transactions) => {
      transaction.respond(200);
      const { outcome } = transactions.send(testRequest("OPTIONS"), transaction.source);
      answers.push((await outcome).kind);
    },
  });
  const answers: string[] = [];
  const target = { transport: "tcp", address: "127.0.0.1", port: server.port("tcp") } as const;
  const flow = await connected(target);
  const client = new Transactions(flow, { onRequest: (transaction) => transaction.respond(200) });
  await client.send(testRequest("REGISTER"), target).outcome;
  await until(() => answers.length === 1);
  expect(answers).toEqual(["response"]);
  await flow.close();
  await server.close();
});

test("closing the server ends its connections", async () => {
  const server = await SipServer.start({ listen: [{ transport: "tcp", ...local }], onRequest: () => {} });
  const flow = await connected({ transport: "tcp", address: "127.0.0.1", port: server.port("tcp") });
  await server.close();
  await until(() => flow.isClosed);
});
