import { createServer } from "node:net";
import { createSecureContext, type TlsOptions } from "node:tls";
import { afterEach, beforeAll, expect, test } from "vitest";
import {
  type Flow,
  judgeCertificate,
  legacyTlsVersion,
  openFlow,
  SipServer,
  type TlsFacts,
  Transactions,
} from "../../../../src/sip/index.js";
import { type TestCertificates, testCertificates } from "../../../support/certificates.js";
import { ScriptedRegistrar } from "../../../support/scripted-registrar.js";
import { testRequest } from "../../../support/sip.js";

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await testCertificates();
});

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function tlsRegistrar(tls: TlsOptions) {
  const registrar = await ScriptedRegistrar.start({
    script: () => ({ status: 200 }),
    transports: ["tls"],
    tls,
  });
  closers.push(() => registrar.close());
  return registrar;
}

async function shake(tls: TlsOptions, serverName = "pbx.test"): Promise<{ facts: TlsFacts; flow: Flow }> {
  const registrar = await tlsRegistrar(tls);
  const outcome = await openFlow(registrar.target("tls", serverName), { ca: [certificates.ca] });
  if (outcome.kind !== "connected") throw new Error(JSON.stringify(outcome));
  closers.push(() => outcome.flow.close());
  return { facts: outcome.flow.tls as TlsFacts, flow: outcome.flow };
}

function judge(facts: TlsFacts, domain = "pbx.test") {
  const [leaf, ...issuers] = facts.chain;
  if (!leaf) throw new Error("no certificate");
  return judgeCertificate({
    chain: [leaf, ...issuers],
    domain,
    ...(facts.authorizationError ? { authorizationError: facts.authorizationError } : {}),
  });
}

test("a good certificate is trusted, and version, cipher and chain are reported", async () => {
  const { facts } = await shake(certificates.ok);
  expect(facts.authorizationError).toBeUndefined();
  expect(facts.protocol).toBe("TLSv1.3");
  expect(facts.cipher).toContain("AES");
  expect(facts.serverName).toBe("pbx.test");
  expect(facts.chain[0]?.dnsNames).toContain("pbx.test");
  expect(judge(facts)).toMatchObject({ identity: { ok: true }, chain: { ok: true }, dates: { ok: true } });
});

test("SIP goes both ways over TLS", async () => {
  const server = await SipServer.start({
    listen: [{ transport: "tls", address: "127.0.0.1", port: 0, tls: certificates.ok }],
    onRequest: (transaction) => transaction.respond(200),
  });
  closers.push(() => server.close());
  const target = { transport: "tls", address: "127.0.0.1", port: server.port("tls") } as const;
  const outcome = await openFlow(target, { ca: [certificates.ca] });
  if (outcome.kind !== "connected") throw new Error("not connected");
  const transactions = new Transactions(outcome.flow);
  const answer = await transactions.send(testRequest("OPTIONS"), target).outcome;
  expect(answer).toMatchObject({ kind: "response", response: { status: 200 } });
  if (answer.kind === "response")
    expect(answer.response.headers.get("Via")).toContain("SIP/2.0/TLS 127.0.0.1:");
  await outcome.flow.close();
});

const faults: [keyof TestCertificates, string][] = [
  ["expired", "CERT_HAS_EXPIRED"],
  ["notYetValid", "CERT_NOT_YET_VALID"],
  ["selfSigned", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ["incompleteChain", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
];
test.each(faults)("the %s certificate still connects, with the verdict %s", async (name, code) => {
  const { facts } = await shake(certificates[name] as TlsOptions);
  expect(facts.authorizationError).toBe(code);
  expect(facts.chain.length).toBeGreaterThan(0);
});

test("an intermediate that is sent along makes the chain whole", async () => {
  const { facts } = await shake(certificates.chained);
  expect(facts.authorizationError).toBeUndefined();
  expect(facts.chain.length).toBeGreaterThanOrEqual(2);
});

test("another name does not spoil the chain's verdict, it is judged by itself", async () => {
  const { facts } = await shake(certificates.wrongName);
  expect(facts.authorizationError).toBeUndefined();
  expect(judge(facts)).toMatchObject({ identity: { ok: false }, chain: { ok: true } });
});

test("a SIP URI in the certificate is good for SIP and unknown to the web's rules", async () => {
  const { facts } = await shake(certificates.sipUri);
  expect(judge(facts)).toMatchObject({ identity: { ok: true, decidedBy: "uri" }, web: { ok: false } });
});

test("a wildcard is good for the web and not for SIP", async () => {
  const { facts } = await shake(certificates.wildcard, "pbx.example.test");
  expect(judge(facts, "pbx.example.test")).toMatchObject({
    identity: { ok: false, wildcard: true },
    web: { ok: true },
  });
});

test("the domain is sent as server name, and an IP literal is not", async () => {
  const asked: string[] = [];
  const tls: TlsOptions = {
    ...certificates.ok,
    SNICallback: (name, done) => {
      asked.push(name);
      done(null, createSecureContext(certificates.ok));
    },
  };
  await shake(tls, "pbx.test");
  const { facts } = await shake(tls, "127.0.0.1");
  expect(asked).toEqual(["pbx.test"]);
  expect(facts).not.toHaveProperty("serverName");
});

test("TLS to a port that is silent ends with the handshake's own time-out", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const target = { transport: "tls", address: "127.0.0.1", port } as const;
  const outcome = await openFlow(target, { handshakeTimeoutMs: 80 });
  expect(outcome).toMatchObject({ kind: "timeout", phase: "handshake" });
  server.close();
});

test("an abort during the handshake ends it", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const control = new AbortController();
  setTimeout(() => control.abort(), 40);
  const target = { transport: "tls", address: "127.0.0.1", port } as const;
  expect(await openFlow(target, { signal: control.signal })).toEqual({ kind: "aborted" });
  server.close();
});

test("a port that answers in plain text is a handshake error", async () => {
  const server = createServer((socket) =>
    socket
      .on("error", () => {})
      .resume()
      .end("SIP/2.0 400 Bad Request\r\n\r\n"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const outcome = await openFlow({ transport: "tls", address: "127.0.0.1", port });
  expect(outcome).toMatchObject({ kind: "transport-error", phase: "handshake" });
  server.close();
});

test("plain SIP to a TLS port is closed or answered by bytes that are no SIP, never a crash", async () => {
  const registrar = await tlsRegistrar(certificates.ok);
  const target = { ...registrar.target("tls"), transport: "tcp" } as const;
  const outcome = await openFlow(target);
  if (outcome.kind !== "connected") throw new Error("not connected");
  const transactions = new Transactions(outcome.flow);
  const answer = await transactions.send(testRequest("OPTIONS"), target, { deadlineMs: 2000 }).outcome;
  expect(answer.kind).toBe("transport-error");
  await outcome.flow.close();
});

test("a server that knows only TLS 1.0 fails the handshake, and the old version can be asked for by itself", async () => {
  const old = { ...certificates.ok, minVersion: "TLSv1", maxVersion: "TLSv1" } as const;
  const registrar = await tlsRegistrar({ ...old, ciphers: "DEFAULT:@SECLEVEL=0" });
  const target = registrar.target("tls", "pbx.test");
  expect(await openFlow(target)).toMatchObject({ kind: "transport-error", phase: "handshake" });
  const options = { timeoutMs: 1000, handshakeTimeoutMs: 1000, serverName: "pbx.test" };
  expect(await legacyTlsVersion(target, options)).toBe("TLSv1");
});
