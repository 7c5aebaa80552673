import { afterEach, expect, test } from "vitest";
import { Secret } from "../../../../src/redaction/secret.js";
import { DIGEST_ALGORITHMS, type RegisterResult, readCredentials } from "../../../../src/sip/index.js";
import { plain } from "../../../support/plain.js";
import { algRewrite, alter, bannedAfter, digestScript, instead } from "../../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { testAgent } from "../../../support/sip.js";

const password = new Secret("secret");
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function against(script: Script, options: Parameters<typeof testAgent>[1] = {}) {
  const registrar = await ScriptedRegistrar.start({ script });
  const { agent, trace } = await testAgent(registrar.target(), options);
  closers.push(
    () => registrar.close(),
    () => agent.close(),
  );
  return { registrar, agent, trace };
}

function statuses({ attempts }: RegisterResult): number[] {
  return attempts.map(({ outcome }) => (outcome.kind === "response" ? outcome.response.status : 0));
}

test("a REGISTER is challenged, answered once, and accepted", async () => {
  const { agent, registrar } = await against(digestScript({ headers: [["Server", "Scripted PBX 1.0"]] }));
  const result = await agent.register({ password, expires: 120 });
  expect(statuses(result)).toEqual([401, 200]);
  expect(result.credentialedSends).toBe(1);
  expect(result.outcome).toMatchObject({
    kind: "ok",
    bindings: { own: { uri: agent.contact }, others: [], grantedExpires: 120 },
  });
  expect(plain(result.facts)).toMatchObject({
    server: "Scripted PBX 1.0",
    received: "127.0.0.1",
    rewritten: [],
  });
  expect(result.facts?.rport).toBe(agent.flow.local.port);
  const [first, second] = registrar.requests;
  expect(first?.uri).toBe("sip:pbx.test");
  expect(first?.headers.get("To")).toBe("<sip:1001@pbx.test>");
  expect(first?.headers.get("Call-ID")).toContain("@127.0.0.1");
  expect(second?.headers.get("Call-ID")).toBe(first?.headers.get("Call-ID"));
  const numbers = [first, second].map((request) => Number.parseInt(request?.headers.get("CSeq") ?? "", 10));
  expect(numbers[1]).toBe((numbers[0] ?? 0) + 1);
  expect(first?.headers.get("Via")).not.toBe(second?.headers.get("Via"));
});

test.each(DIGEST_ALGORITHMS)("%s is answered so the registrar accepts it", async (algorithm) => {
  const { agent } = await against(digestScript({ algorithms: [algorithm] }));
  expect((await agent.register({ password })).outcome.kind).toBe("ok");
});

test("a challenge without qop is answered in the old form", async () => {
  const { agent } = await against(digestScript({ qop: [] }));
  expect((await agent.register({ password })).outcome.kind).toBe("ok");
});

test("of two challenges the topmost that is known is answered", async () => {
  const { agent, registrar } = await against(digestScript({ algorithms: ["SHA-256", "MD5"] }));
  expect((await agent.register({ password })).outcome.kind).toBe("ok");
  const header = registrar.requests[1]?.headers.get("Authorization") ?? "";
  expect(readCredentials(header)).toMatchObject({ algorithm: "SHA-256" });
});

test("a wrong password costs one answer and no more", async () => {
  const { agent, registrar } = await against(digestScript());
  const result = await agent.register({ password: new Secret("wrong") });
  expect(result.outcome.kind).toBe("refused");
  expect(result.credentialedSends).toBe(1);
  expect(registrar.requests.length).toBe(2);
});

test("403 after the credentials is distinguished from 403 before", async () => {
  const refusing = await against(digestScript({ refusal: { status: 403 } }));
  const after = await refusing.agent.register({ password: new Secret("wrong") });
  expect(after.outcome).toMatchObject({ kind: "rejected", response: { status: 403 } });
  expect(after.credentialedSends).toBe(1);
  const closed = await against(() => ({ status: 403 }));
  const before = await closed.agent.register({ password });
  expect(before.outcome).toMatchObject({ kind: "rejected", response: { status: 403 } });
  expect(before.credentialedSends).toBe(0);
});

test("without a password the exchange ends at the challenge", async () => {
  const { agent, registrar } = await against(digestScript());
  const result = await agent.register();
  expect(result.outcome).toMatchObject({ kind: "challenged", response: { status: 401 } });
  expect(registrar.requests.length).toBe(1);
});

test("a stale nonce gets one more answer", async () => {
  const { agent } = await against(digestScript({ staleOnce: true }));
  const result = await agent.register({ password });
  expect(statuses(result)).toEqual([401, 401, 200]);
  expect(result.credentialedSends).toBe(2);
});

test("a registrar that calls every nonce stale gets two answers and no third", async () => {
  const stale = {
    status: 401,
    headers: [["WWW-Authenticate", 'Digest realm="r", nonce="n", stale=true']],
  } as const;
  const { agent } = await against(() => stale);
  const result = await agent.register({ password });
  expect(result.outcome.kind).toBe("refused");
  expect(result.credentialedSends).toBe(2);
});

test("401 and then 407 of another realm each get one answer", async () => {
  const { agent } = await against(digestScript({ thenProxyRealm: "proxy.test" }));
  const result = await agent.register({ password });
  expect(statuses(result)).toEqual([401, 407, 200]);
  expect(result.attempts[2]?.credentialsFor).toEqual(["pbx.test", "proxy.test"]);
});

test("a server that invents realms gets two answers at most", async () => {
  let count = 0;
  const { agent } = await against(() => {
    count += 1;
    return { status: 401, headers: [["WWW-Authenticate", `Digest realm="r${count}", nonce="n"`]] };
  });
  const result = await agent.register({ password });
  expect(result.outcome.kind).toBe("refused");
  expect(result.credentialedSends).toBe(2);
});

test.each([
  ["NTLM", "unanswerable"],
  ['Basic realm="inner"', "unanswerable"],
  ['Digest realm="inner", nonce="n", algorithm=SHA3', "unanswerable"],
  // The same challenge again is a refusal, whatever is offered beside it.
  ['NTLM, Digest realm="outer", nonce="n"', "refused"],
] as const)("a %s challenge after an answered one is %s", async (second, kind) => {
  const { agent } = await against((request) =>
    request.headers.has("Proxy-Authorization")
      ? { status: 407, headers: [["Proxy-Authenticate", second]] }
      : { status: 407, headers: [["Proxy-Authenticate", 'Digest realm="outer", nonce="n"']] },
  );
  const result = await agent.register({ password });
  expect(result.outcome.kind).toBe(kind);
  expect(result.credentialedSends).toBe(1);
});

test("407 is answered in Proxy-Authorization", async () => {
  const { agent, registrar } = await against(digestScript({ challengeStatus: 407 }));
  expect((await agent.register({ password })).outcome.kind).toBe("ok");
  expect(registrar.requests[1]?.headers.has("Proxy-Authorization")).toBe(true);
  expect(registrar.requests[1]?.headers.has("Authorization")).toBe(false);
});

test.each([
  ["no challenge", []],
  ["no realm", [["WWW-Authenticate", 'Digest nonce="n"']]],
  ["an unknown algorithm", [["WWW-Authenticate", 'Digest realm="r", nonce="n", algorithm=SHA3']]],
  ["Basic", [["WWW-Authenticate", 'Basic realm="r"']]],
] as const)("a 401 with %s cannot be answered, and no password is sent", async (_name, headers) => {
  const { agent, registrar } = await against(() => ({ status: 401, headers }));
  const result = await agent.register({ password });
  expect(result.outcome.kind).toBe("unanswerable");
  expect(registrar.requests.length).toBe(1);
});

test("423 is tried again with Min-Expires", async () => {
  const { agent } = await against(digestScript({ minExpires: 600 }));
  const result = await agent.register({ password, expires: 60 });
  expect(result.outcome).toMatchObject({ kind: "ok", bindings: { grantedExpires: 600 } });
  expect(result.askedExpires).toBe(600);
});

test.each([
  ["no Min-Expires", []],
  ["a Min-Expires beyond a day", [["Min-Expires", "86401"]]],
  ["a Min-Expires below what was asked", [["Min-Expires", "10"]]],
] as const)("423 with %s is final", async (_name, headers) => {
  const { agent, registrar } = await against(() => ({ status: 423, headers }));
  const result = await agent.register({ password, expires: 60 });
  expect(result.outcome).toMatchObject({ kind: "rejected", response: { status: 423 } });
  expect(registrar.requests.length).toBe(1);
});

test("423 again and again is tried once more and not for ever", async () => {
  let minimum = 600;
  const { agent, registrar } = await against(() => {
    minimum += 100;
    return { status: 423, headers: [["Min-Expires", String(minimum)]] };
  });
  expect((await agent.register({ password, expires: 60 })).outcome.kind).toBe("rejected");
  expect(registrar.requests.length).toBe(2);
});

test("a redirect is reported and not followed", async () => {
  const headers = [["Contact", "<sip:evil.test>"]] as const;
  const { agent, registrar } = await against(() => ({ status: 302, headers }));
  const result = await agent.register({ password });
  expect(result.outcome).toMatchObject({ kind: "redirected", contacts: [{ uri: "sip:evil.test" }] });
  expect(registrar.requests.length).toBe(1);
});

test("a query has no Contact and lists who is registered", async () => {
  const { agent, registrar } = await against(digestScript({ bindings: ["sip:1001@192.0.2.9:5060"] }));
  const result = await agent.fetchBindings({ password });
  expect(result.outcome).toMatchObject({
    kind: "ok",
    bindings: { all: [{ uri: "sip:1001@192.0.2.9:5060" }], others: [{ expires: 300 }] },
  });
  expect(registrar.requests.some((request) => request.headers.has("Contact"))).toBe(false);
  expect(registrar.requests.some((request) => request.headers.has("Expires"))).toBe(false);
});

test("un-registering removes our own binding and leaves the others", async () => {
  const { agent, registrar } = await against(digestScript({ bindings: ["sip:1001@192.0.2.9:5060"] }));
  await agent.register({ password });
  const result = await agent.unregister({ password });
  expect(result.outcome).toMatchObject({
    kind: "ok",
    bindings: { all: [{ uri: "sip:1001@192.0.2.9:5060" }] },
  });
  const contacts = registrar.requests.map((request) => request.headers.get("Contact"));
  expect(contacts).not.toContain("*");
  expect(contacts.at(-1)).toBe(`<${agent.contact}>;expires=0`);
});

test("a 200 that does not list us says so, and the Expires header counts", async () => {
  const contacts = () => ["<sip:1001@198.51.100.7:1024>;expires=90"];
  const { agent } = await against(digestScript({ contacts, headers: [["Expires", "77"]] }));
  const { outcome } = await agent.register({ password, expires: 120 });
  expect(outcome).toMatchObject({ kind: "ok", bindings: { grantedExpires: 77 } });
  expect(outcome).not.toHaveProperty("bindings.own");
});

test.each(["", ";expires=soon", ";expires=-1", ";expires=99999999999"])(
  "what was asked for is no grant (%s)",
  async (param) => {
    let local = 0;
    const contacts = () => [`<sip:1001@127.0.0.1:${local}>${param}`];
    const { agent } = await against(
      digestScript({ contacts, headers: param === "" ? [] : [["Expires", "300"]] }),
    );
    local = agent.flow.local.port;
    const { outcome } = await agent.register({ password, expires: 120 });
    expect(outcome).toMatchObject({ kind: "ok", bindings: { own: {} } });
    expect(outcome).not.toHaveProperty("bindings.grantedExpires");
  },
);

test("our Contact is known again with parameters added or taken away", async () => {
  const contacts = (_bindings: readonly string[]) => [`<sip:1001@127.0.0.1:${local};ob>;expires=119;q=1.0`];
  let local = 0;
  const { agent } = await against(digestScript({ contacts }));
  local = agent.flow.local.port;
  const { outcome } = await agent.register({ password, expires: 120 });
  expect(outcome).toMatchObject({ kind: "ok", bindings: { grantedExpires: 119, others: [] } });
});

test("rewritten Via and Call-ID are noticed, and the answer is taken anyway", async () => {
  const { agent } = await against(alter(digestScript(), algRewrite("127.0.0.1", "203.0.113.5")));
  const result = await agent.register({ password });
  expect(result.outcome.kind).toBe("ok");
  expect(result.facts?.rewritten.map(({ what }) => what)).toEqual(["via-sent-by", "call-id"]);
});

test("silence after the refusals is a timeout that follows them", async () => {
  const { agent } = await against(bannedAfter(1, digestScript()));
  expect((await agent.register({ password: new Secret("wrong") })).outcome.kind).toBe("refused");
  const next = await agent.register({ password, deadlineMs: 150 });
  expect(next.outcome.kind).toBe("timeout");
});

test("the deadline covers the whole exchange, not each request", async () => {
  const slow: Script = alter(digestScript(), (reply) => ({ ...reply, delayMs: 150 }));
  const { agent } = await against(slow);
  const result = await agent.register({ password, deadlineMs: 220 });
  // Each answer comes within the deadline.
  expect(result.outcome.kind).toBe("timeout");
});

test("an abort ends the exchange", async () => {
  const { agent } = await against(instead("REGISTER", undefined));
  const control = new AbortController();
  setTimeout(() => control.abort(), 30);
  expect((await agent.register({ password, signal: control.signal })).outcome.kind).toBe("aborted");
});

test("a user that no header can carry ends the exchange without a word of the password", async () => {
  const account = { user: "1001", domain: "pbx.test", authUser: "10\u000001" };
  const { agent, registrar } = await against(digestScript(), { account });
  expect((await agent.register({ password })).outcome.kind).toBe("unanswerable");
  expect(registrar.requests.length).toBe(1);
});

test("its own authentication user goes into the digest and not into the AOR", async () => {
  const account = { user: "1001", domain: "pbx.test", authUser: "auth-77" };
  const { agent, registrar } = await against(digestScript({ users: { "auth-77": "secret" } }), { account });
  expect((await agent.register({ password })).outcome.kind).toBe("ok");
  expect(registrar.requests[1]?.headers.get("From")).toContain("sip:1001@pbx.test");
});
