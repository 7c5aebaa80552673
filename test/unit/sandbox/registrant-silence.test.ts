import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import type { RegistrantOptions } from "../../../src/sandbox/registrant.js";
import type { StoredSip } from "../../../src/sandbox/store.js";
import { testCertificates } from "../../support/certificates.js";
import { registersOf, settingsFor, TestRecord, VERSIONS } from "../../support/registrant.js";
import { digestScript, instead } from "../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** Whatever keeps the answer away, OpenSIPS waits 30 s for it, and then says that it has timed out. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Setting = { readonly settings: StoredSip; readonly options?: Partial<RegistrantOptions> };

/** A server on a stream, with the port on which it listens. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A port on which nothing listens. */
async function deadPort(): Promise<number> {
  const port = await listen(createServer());
  await closers.pop()?.();
  return port;
}

async function scripted(script: Script, transport: "udp" | "tcp" = "udp"): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.start({ script, transports: [transport] });
  closers.push(() => registrar.close());
  return registrar;
}

async function udp(script: Script): Promise<Setting> {
  return { settings: settingsFor((await scripted(script)).target().port) };
}

async function stream(transport: "tcp" | "tls", server: Server): Promise<Setting> {
  return { settings: settingsFor(await listen(server), { transport }) };
}

/** A TLS registrar, met by a registrant that verifies and trusts the tests' authority alone. */
async function tls(tls: TlsOptions, script: Script = digestScript()): Promise<Setting> {
  const { ca } = await testCertificates();
  const registrar = await ScriptedRegistrar.start({ script, transports: ["tls"], tls });
  closers.push(() => registrar.close());
  const settings = settingsFor(registrar.target("tls").port, { transport: "tls" });
  return { settings, options: { verifyTls: true, ca: [ca] } };
}

const OLD = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;

const SILENCES: readonly (readonly [cause: string, meet: () => Promise<Setting>])[] = [
  ["silence", () => udp(() => undefined)],
  ["100 only", () => udp(() => ({ status: 100 }))],
  ["180 only", () => udp(() => ({ status: 180 }))],
  ["an answer after 40 s", () => udp(() => ({ status: 200, delayMs: 40_000 }))],
  ["a UDP port that is refused", async () => ({ settings: settingsFor(await deadPort()) })],
  // No socket may send there without SO_BROADCAST.
  [
    "an address to which UDP cannot send",
    async () => ({ settings: settingsFor(5060, { sipDomain: "255.255.255.255" }) }),
  ],
  [
    "a TCP port that is refused",
    async () => ({ settings: settingsFor(await deadPort(), { transport: "tcp" }) }),
  ],
  [
    "a TLS port that is refused",
    async () => ({ settings: settingsFor(await deadPort(), { transport: "tls" }) }),
  ],
  [
    "TCP that is closed at once",
    () =>
      stream(
        "tcp",
        createServer((socket) => socket.destroy()),
      ),
  ],
  ["TCP that stays mute", () => stream("tcp", createServer())],
  [
    "TLS to a port that speaks plain SIP",
    async () => {
      const plain = await scripted(digestScript(), "tcp");
      return { settings: settingsFor(plain.target("tcp").port, { transport: "tls" }) };
    },
  ],
  [
    "TCP to a port that speaks TLS",
    async () =>
      stream(
        "tcp",
        createTlsServer(pem((await testCertificates()).ok)).on("tlsClientError", () => {}),
      ),
  ],
  ["a certificate that signs itself", async () => tls(pem((await testCertificates()).selfSigned))],
  [
    "a server that wants a client certificate",
    async () => {
      const { ok, ca } = await testCertificates();
      return tls({ ...pem(ok), ca, requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" });
    },
  ],
  ["a certificate that has expired", async () => tls(pem((await testCertificates()).expired))],
  ["a certificate that is not valid yet", async () => tls(pem((await testCertificates()).notYetValid))],
  ["a server with TLS 1.1 at most", async () => tls({ ...pem((await testCertificates()).ok), ...OLD })],
  [
    "a server that asks for a client certificate",
    async () => tls({ ...pem((await testCertificates()).ok), requestCert: true, rejectUnauthorized: true }),
  ],
];

function pem({ cert, key }: { cert: string; key: string }): TlsOptions {
  return { cert, key };
}

describe.each(VERSIONS)("the registrant like OpenSIPS %s", (version) => {
  async function meet({ settings, options }: Setting): Promise<TestRecord> {
    const record = new TestRecord(version, settings, options);
    closers.push(() => record.close());
    await record.tick();
    return record;
  }

  it.each(SILENCES)("is REGISTERING for 30 s with %s, and then timed out", async (_, setting) => {
    const record = await meet(await setting());
    await expect.poll(() => record.state).toBe("REGISTERING_STATE");
    // Time for what fails at once.
    await delay(50);
    const sent = record.sentAt;
    await record.clock.advance(29.9);
    expect(record.state).toBe("REGISTERING_STATE");
    await record.clock.advance(0.1);
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTER_TIMEOUT_STATE");
    expect(record.sentAt).toBe(sent);
    expect(await record.secondsToNext()).toBe(version === "3.4" ? 40 : 3_620);
  });

  it("is AUTHENTICATING for 30 s where credentials are met with silence", async () => {
    const silent = instead("REGISTER", (request, asked) =>
      request.headers.has("Authorization") ? undefined : digestScript()(request, asked),
    );
    const record = await meet(await udp(silent));
    await expect.poll(() => record.state).toBe("AUTHENTICATING_STATE");
    await record.clock.advance(29.9);
    expect(record.state).toBe("AUTHENTICATING_STATE");
    await record.clock.advance(0.1);
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTER_TIMEOUT_STATE");
  });

  it("takes an answer that comes late and within 30 s", async () => {
    const registrar = await scripted((request) => ({
      status: 200,
      headers: [["Contact", request.headers.get("Contact") ?? ""]],
      delayMs: 100,
    }));
    const record = await meet({ settings: settingsFor(registrar.target().port) });
    await expect.poll(() => registersOf(registrar)).toHaveLength(1);
    await record.clock.advance(3);
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTERED_STATE");
  });

  it.each([
    [
      "a trusted authority and the name of somebody else",
      async () => tls(pem((await testCertificates()).wrongName)),
    ],
    [
      "TLS 1.3 alone",
      async () => tls({ ...pem((await testCertificates()).ok), minVersion: "TLSv1.3" as const }),
    ],
  ])("registers over TLS with %s", async (_, setting) => {
    const record = await meet(await setting());
    await record.registrant.cycle;
    expect(record.state).toBe("REGISTERED_STATE");
  });

  it.each(["udp", "tcp"] as const)(
    "ends at once, with nothing sent, where the name does not resolve (%s)",
    async (transport) => {
      const record = await meet({ settings: settingsFor(5060, { sipDomain: "nobody.invalid", transport }) });
      await record.registrant.cycle;
      const { state, lastRegisterSent } = record.registrant.snapshot;
      expect(state).toBe("INTERNAL_ERROR_STATE");
      expect(lastRegisterSent).toBeUndefined();
      await record.cycle();
      expect(record.registrant.snapshot.lastRegisterSent).toBeUndefined();
    },
  );
});
