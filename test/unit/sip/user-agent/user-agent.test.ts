import { createSocket } from "node:dgram";
import { afterEach, expect, test } from "vitest";
import { Secret } from "../../../../src/redaction/secret.js";
import { answerOptions, type Target, Transactions } from "../../../../src/sip/index.js";
import { digestScript } from "../../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { connected, sleep, testAgent, testRequest, unaskedRequest, until } from "../../../support/sip.js";

const password = new Secret("secret");
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function against(script: Script, options: Parameters<typeof testAgent>[1] = {}) {
  const registrar = await ScriptedRegistrar.start({ script, transports: ["udp", "tcp"] });
  const made = await testAgent(registrar.target(), options);
  closers.push(
    () => registrar.close(),
    () => made.agent.close(),
  );
  return { registrar, ...made };
}

async function closedPort(): Promise<Target> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return { transport: "udp", address: "127.0.0.1", port };
}

test("OPTIONS carries the account's own user and answers no challenge", async () => {
  const headers = [["WWW-Authenticate", 'Digest realm="asterisk", nonce="n", qop="auth"']] as const;
  const { agent, registrar } = await against(() => ({ status: 401, headers }));
  const { outcome, facts } = await agent.options();
  expect(outcome).toMatchObject({ kind: "response", response: { status: 401 } });
  expect(facts?.received?.unwrap()).toBe("127.0.0.1");
  expect(registrar.requests.length).toBe(1);
  expect(registrar.requests[0]?.headers.get("From")).toContain("sip:1001@pbx.test");
  expect(registrar.requests[0]?.headers.get("User-Agent")).toBe("telzino-sip-mcp/0.0.0");
});

test("a refused UDP port is told when the system says so, not after the timers", async () => {
  const { agent } = await testAgent(await closedPort(), { timers: { t1: 60_000, t2: 60_000, t4: 60_000 } });
  closers.push(() => agent.close());
  const { outcome } = await agent.options();
  expect(outcome).toMatchObject({ kind: "transport-error", code: "ECONNREFUSED", sends: 1 });
});

test("a registrar that goes away is reported as refused at the next request", async () => {
  const { agent, registrar } = await against(digestScript());
  expect((await agent.register({ password })).outcome.kind).toBe("ok");
  await registrar.close();
  expect((await agent.register({ password })).outcome).toMatchObject({ code: "ECONNREFUSED" });
});

test("an outbound proxy goes into Route with lr, and the Request-URI stays the registrar", async () => {
  const { agent, registrar } = await against(digestScript(), { proxy: "sip:proxy.test:5070;transport=udp" });
  await agent.fetchBindings();
  const [request] = registrar.requests;
  expect(request?.headers.get("Route")).toBe("<sip:proxy.test:5070;transport=udp;lr>");
  expect(request?.uri).toBe("sip:pbx.test");
});

test("a port of the registrar is in the Request-URI and not in the AOR", async () => {
  const account = { user: "1001", domain: "pbx.test", port: 5070 };
  const { agent, registrar } = await against(digestScript(), { account });
  await agent.fetchBindings();
  expect(registrar.requests[0]?.uri).toBe("sip:pbx.test:5070");
  expect(registrar.requests[0]?.headers.get("To")).toBe("<sip:1001@pbx.test>");
});

test("awkward characters of the user are escaped in URIs and plain in the digest", async () => {
  const user = "jürgen #1";
  const account = { user, domain: "pbx.test" };
  const { agent, registrar } = await against(digestScript({ users: { [user]: "secret" } }), { account });
  expect((await agent.register({ password })).outcome.kind).toBe("ok");
  expect(registrar.requests[0]?.headers.get("From")).toContain("<sip:j%C3%BCrgen%20%231@pbx.test>");
});

test.each(["127.0.0.1", "::1"])("registering over TCP on %s says so in Via and Contact", async (host) => {
  const registrar = await ScriptedRegistrar.start({ script: digestScript(), transports: ["tcp"], host });
  const { agent } = await testAgent(registrar.target("tcp"));
  closers.push(
    () => registrar.close(),
    () => agent.close(),
  );
  const result = await agent.register({ password });
  expect(result.outcome).toMatchObject({ kind: "ok", bindings: { own: { uri: agent.contact } } });
  const literal = host === "::1" ? "[::1]" : host;
  expect(registrar.requests[0]?.headers.get("Via")).toContain(`SIP/2.0/TCP ${literal}:`);
  expect(agent.contact).toContain(`@${literal}:`);
  expect(agent.contact).toContain(";transport=tcp");
});

test("over UDP and IPv6 the exchange is the same", async () => {
  const registrar = await ScriptedRegistrar.start({ script: digestScript(), host: "::1" });
  const { agent } = await testAgent(registrar.target());
  closers.push(
    () => registrar.close(),
    () => agent.close(),
  );
  const result = await agent.register({ password });
  expect(result.outcome.kind).toBe("ok");
  expect(result.facts?.received?.unwrap()).toBe("::1");
});

test("a user agent that is to be reached answers: OPTIONS 200, what is not known 501", async () => {
  const { agent } = await against(digestScript(), { onRequest: answerOptions });
  const remote = agent.flow.local;
  const flow = await connected({ ...remote, transport: "udp" });
  closers.push(() => flow.close());
  const transactions = new Transactions(flow);
  for (const [method, status] of [
    ["OPTIONS", 200],
    ["MESSAGE", 501],
  ] as const) {
    const outcome = await transactions.send(testRequest(method), remote).outcome;
    expect(outcome).toMatchObject({ kind: "response", response: { status } });
  }
});

test.each(["udp", "tcp"] as const)(
  "by itself a user agent answers no request over %s, whatever it is",
  async (transport) => {
    const methods = ["INVITE", "OPTIONS", "BYE", "CANCEL", "ACK", "REGISTER", "NOTIFY", "FOO"];
    const unasked = methods.map((method) => unaskedRequest(method, "127.0.0.1:9", transport.toUpperCase()));
    const faulty = unaskedRequest("INVITE", "127.0.0.1:9").replace(/^From:.*\r\n/m, "");
    const script: Script = () => [{ status: 200 }, ...[...unasked, faulty].map((raw) => ({ raw }))];
    const registrar = await ScriptedRegistrar.start({ script, transports: [transport] });
    const { agent, trace } = await testAgent(registrar.target(transport));
    closers.push(
      () => registrar.close(),
      () => agent.close(),
    );
    await agent.fetchBindings();
    await until(() => trace.entries.length === 2 + methods.length + 1);
    // A server would say Trying to an INVITE by then.
    await sleep(250);
    const sent = trace.entries.filter((entry) => entry.kind === "message" && entry.direction === "sent");
    expect(sent).toHaveLength(1);
  },
);

test("a closed user agent leaves no socket and no timer behind", async () => {
  const registrar = await ScriptedRegistrar.start({ script: () => undefined });
  closers.push(() => registrar.close());
  const kinds = ["UDPWrap", "Timeout"];
  const counts = () => {
    const all = process.getActiveResourcesInfo();
    return kinds.map((kind) => all.filter((name) => name === kind).length);
  };
  const before = counts();
  const { agent } = await testAgent(registrar.target());
  const pending = agent.options();
  await until(() => registrar.copies > 0);
  for (const [index, count] of counts().entries()) {
    expect(count, kinds[index]).toBeGreaterThan(before[index] ?? 0);
  }
  await agent.close();
  expect((await pending).outcome).toMatchObject({ kind: "transport-error", code: "FLOW_CLOSED" });
  // Fewer where something else has ended meanwhile.
  await until(() => counts().every((count, index) => count <= (before[index] ?? 0)));
});

test("a proxy that is not SIP URI is refused when the user agent is made", async () => {
  await expect(testAgent(await closedPort(), { proxy: "proxy.test" })).rejects.toThrow("not a sip");
});
