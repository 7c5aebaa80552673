import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { SLOW_ANSWER } from "../../../src/diagnosis/limits.js";
import { Secret } from "../../../src/redaction/secret.js";
import { testCertificates } from "../../support/certificates.js";
import { diagnoseQuickly, sure, targetOf, weighty } from "../../support/diagnosis.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What takes longer than a limit of ours, and what never comes. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => writeFaultTable("wire-cases-slow"));

const password = new Secret("secret");
const MINUTE = 60_000;
/** The test's own time: far less than the limits that it must not wait for. */
const SOON = 15_000;

async function tlsRegistrar(): Promise<ScriptedRegistrar> {
  const { ok } = await testCertificates();
  const registrar = await ScriptedRegistrar.start({ script: digestScript(), transports: ["tls"], tls: ok });
  closers.push(() => registrar.close());
  return registrar;
}

async function listen(accept: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    accept(socket.on("error", () => {}));
  });
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** A port that holds each connection back for a while and then leads to the registrar. */
function holdBack(registrar: ScriptedRegistrar, holdMs: (connection: number) => number): Promise<number> {
  const { port, address: host } = registrar.target("tls");
  let connections = 0;
  return listen((socket) => {
    connections += 1;
    const timer = setTimeout(() => {
      const onward = connect({ host, port });
      onward.on("error", () => socket.destroy()).on("close", () => socket.destroy());
      socket
        .on("close", () => onward.destroy())
        .pipe(onward)
        .pipe(socket);
    }, holdMs(connections));
    socket.on("close", () => clearTimeout(timer));
  });
}

describe("a TLS handshake that takes longer than its limit", () => {
  const limits = { again: 10_000, dead: 20_000 };

  it("is slow, and no failure", async () => {
    const registrar = await tlsRegistrar();
    const port = await holdBack(registrar, () => SLOW_ANSWER + 100);
    const { ca } = await testCertificates();
    const target = targetOf(registrar, "tls", { port });
    const report = await diagnoseQuickly(target, { password, trustedRoots: [ca], limits });
    recordFault(report);
    expect(weighty(report)).toEqual(["warning high slow-connection"]);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("is tried once more, where the first try alone was lost", async () => {
    const registrar = await tlsRegistrar();
    const port = await holdBack(registrar, (connection) => (connection === 1 ? MINUTE : 0));
    const { ca } = await testCertificates();
    const target = targetOf(registrar, "tls", { port });
    const report = await diagnoseQuickly(target, { password, trustedRoots: [ca], limits });
    recordFault(report);
    expect(weighty(report)).toEqual(["warning high slow-connection"]);
    expect(report.findings[0]?.evidence).toMatch(/a first try was given up after \d+ ms/);
  });

  it("is never reported as sure, where it does not come about at all", async () => {
    const port = await listen(() => {});
    const target = { sipDomain: "127.0.0.1", username: "1001", transport: "tls", port } as const;
    const report = await diagnoseQuickly(target, { limits: { again: 900, dead: 2_500 } });
    recordFault(report);
    expect(report.findings[0]?.id).toBe("tls-no-handshake");
    expect(report.findings[0]?.evidence).toMatch(/no TLS handshake in .*, seen from here$/);
    expect(sure(report)).toEqual([]);
  });
});

describe("a peer that says nothing at all", () => {
  const forever = { connect: 100, handshake: 100, again: MINUTE, options: MINUTE, register: MINUTE };
  const limits = { ...forever, otherEndpoint: MINUTE, patience: 50, dead: 700 };

  it.each(["tcp", "tls"] as const)(
    "is given up by one limit for all waits together, over %s",
    async (transport) => {
      const port = await listen(() => {});
      const target = { sipDomain: "127.0.0.1", username: "1001", transport, port };
      const timers = { t1: MINUTE, t2: MINUTE, t4: MINUTE };
      const report = await diagnoseQuickly(target, { limits, timers });
      recordFault(report);
      expect(report.findings[0]?.id).toBe(transport === "tls" ? "tls-no-handshake" : "open-but-mute");
    },
    SOON,
  );
});
