import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import type { RegistrantOptions } from "../../src/sandbox/registrant.js";
import type { StoredSip } from "../../src/sandbox/store.js";
import { testCertificates } from "./certificates.js";
import { settingsFor } from "./registrant.js";
import { digestScript } from "./registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "./scripted-registrar.js";

/** What ends a server, in the order in which they were started. */
export type Closers = (() => Promise<unknown>)[];

/** Where a record registers, and how a registrant has to be set for it. */
export type Setting = { readonly settings: StoredSip; readonly options?: Partial<RegistrantOptions> };

/** A server on a stream, with the port on which it listens. */
async function listen(closers: Closers, server: Server): Promise<number> {
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
  const own: Closers = [];
  const port = await listen(own, createServer());
  await own.pop()?.();
  return port;
}

export async function scripted(
  closers: Closers,
  script: Script,
  transport: "udp" | "tcp" = "udp",
): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.start({ script, transports: [transport] });
  closers.push(() => registrar.close());
  return registrar;
}

export async function udp(closers: Closers, script: Script): Promise<Setting> {
  return { settings: settingsFor((await scripted(closers, script)).target().port) };
}

async function stream(closers: Closers, transport: "tcp" | "tls", server: Server): Promise<Setting> {
  return { settings: settingsFor(await listen(closers, server), { transport }) };
}

/** A TLS registrar, met by a registrant that verifies and trusts the tests' authority alone. */
export async function tls(
  closers: Closers,
  tls: TlsOptions,
  script: Script = digestScript(),
): Promise<Setting> {
  const { ca } = await testCertificates();
  const registrar = await ScriptedRegistrar.start({ script, transports: ["tls"], tls });
  closers.push(() => registrar.close());
  const settings = settingsFor(registrar.target("tls").port, { transport: "tls" });
  return { settings, options: { verifyTls: true, ca: [ca] } };
}

const OLD = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;

/** Causes for which no answer comes in time. */
export const SILENCES: readonly (readonly [cause: string, meet: (closers: Closers) => Promise<Setting>])[] = [
  ["silence", (closers) => udp(closers, () => undefined)],
  ["100 only", (closers) => udp(closers, () => ({ status: 100 }))],
  ["180 only", (closers) => udp(closers, () => ({ status: 180 }))],
  ["an answer after 40 s", (closers) => udp(closers, () => ({ status: 200, delayMs: 40_000 }))],
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
    (closers) =>
      stream(
        closers,
        "tcp",
        createServer((socket) => socket.destroy()),
      ),
  ],
  ["TCP that stays mute", (closers) => stream(closers, "tcp", createServer())],
  [
    "TLS to a port that speaks plain SIP",
    async (closers) => {
      const plain = await scripted(closers, digestScript(), "tcp");
      return { settings: settingsFor(plain.target("tcp").port, { transport: "tls" }) };
    },
  ],
  [
    "TCP to a port that speaks TLS",
    async (closers) =>
      stream(
        closers,
        "tcp",
        createTlsServer(pem((await testCertificates()).ok)).on("tlsClientError", () => {}),
      ),
  ],
  [
    "a certificate that signs itself",
    async (closers) => tls(closers, pem((await testCertificates()).selfSigned)),
  ],
  [
    "a server that wants a client certificate",
    async (closers) => {
      const { ok, ca } = await testCertificates();
      return tls(closers, {
        ...pem(ok),
        ca,
        requestCert: true,
        rejectUnauthorized: true,
        maxVersion: "TLSv1.2",
      });
    },
  ],
  [
    "a certificate that has expired",
    async (closers) => tls(closers, pem((await testCertificates()).expired)),
  ],
  [
    "a certificate that is not valid yet",
    async (closers) => tls(closers, pem((await testCertificates()).notYetValid)),
  ],
  [
    "a server with TLS 1.1 at most",
    async (closers) => tls(closers, { ...pem((await testCertificates()).ok), ...OLD }),
  ],
  [
    "a server that asks for a client certificate",
    async (closers) =>
      tls(closers, { ...pem((await testCertificates()).ok), requestCert: true, rejectUnauthorized: true }),
  ],
];

export function pem({ cert, key }: { cert: string; key: string }): TlsOptions {
  return { cert, key };
}
