import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { DiagnosisReport } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { testCertificates } from "../../support/certificates.js";
import { diagnoseQuickly, weighty } from "../../support/diagnosis.js";
import { startDnsServer } from "../../support/dns-server.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** A name with two addresses, of which one does not serve: what answers is not kept waiting by the other, in either order. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const MINUTE = 60_000;
/** Whatever is waited for to its end here outlasts the test. */
const ENDLESS = {
  ...{ connect: MINUTE, handshake: MINUTE, options: MINUTE, register: MINUTE, again: MINUTE },
  ...{ dead: MINUTE, total: MINUTE, patience: 150, beside: 300 },
};
const OTHER = "127.0.0.2";

/** Takes packets or connections at the other address, and says nothing. */
async function mute(transport: "udp" | "tcp" | "tls", port: number): Promise<void> {
  if (transport === "udp") {
    const socket = createSocket("udp4").bind(port, OTHER);
    await once(socket, "listening");
    closers.push(() => socket.close());
    return;
  }
  const open = new Set<Socket>();
  const server = createServer((socket) => open.add(socket.on("error", () => {}))).listen(port, OTHER);
  await once(server, "listening");
  closers.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
}

async function look(
  transport: "udp" | "tcp" | "tls",
  order: "first" | "second",
  other: (port: number) => Promise<unknown>,
  more: { password?: Secret; username?: string | undefined } = {},
): Promise<DiagnosisReport> {
  const { ok, ca } = await testCertificates();
  const registrar = await ScriptedRegistrar.start({
    ...{ script: digestScript(), transports: [transport], tls: ok },
  });
  const { port } = registrar.target(transport);
  await other(port);
  const sound = { type: "A", address: "127.0.0.1" } as const;
  const dead = { type: "A", address: OTHER } as const;
  const dns = await startDnsServer({ "pbx.test": order === "first" ? [dead, sound] : [sound, dead] });
  closers.push(
    () => registrar.close(),
    () => dns.close(),
  );
  const { password, username = "1001" } = more;
  return diagnoseQuickly(
    { sipDomain: "pbx.test", transport, port, username },
    {
      ...{ dnsServers: [dns.server], limits: ENDLESS, trustedRoots: [ca], ignoreCertificate: true },
      ...(password ? { password } : {}),
    },
  );
}

const good = new Secret("secret");

describe.each(["udp", "tcp", "tls"] as const)("over %s an address that says nothing", (transport) => {
  it.each(["first", "second"] as const)("holds nothing up where it stands %s in DNS", async (order) => {
    const report = await look(transport, order, (port) => mute(transport, port), { password: good });
    expect(report.evidence.credentials?.outcome).toBe("accepted");
    const seen = report.evidence.endpoints.find(({ endpoint }) => endpoint.address === OTHER);
    expect(seen?.reach.kind === "silent" || seen?.options?.result === "silent").toBe(true);
    if (transport !== "tls") expect(weighty(report)).toEqual(["warning medium some-addresses-dead"]);
  });
});

describe("an address that refuses while the other accepts", () => {
  const refusing: Script = () => ({ status: 403, reason: "Forbidden" });

  it.each(["first", "second"] as const)("is a problem in either order (%s)", async (order) => {
    const report = await look(
      ...(["udp", order] as const),
      async (port) => {
        const other = await ScriptedRegistrar.start({ script: refusing, host: OTHER, port });
        closers.push(() => other.close());
      },
      { password: good },
    );
    expect(report.verdict.outcome).toBe("problem");
    expect(report.findings.map(({ id }) => id)).toContain("addresses-differ");
  });
});

describe("an address that answers OPTIONS and takes no registration", () => {
  it.each([
    ["first", 404],
    ["second", 404],
    ["first", 503],
    ["second", 503],
    ["first", 302],
    ["second", 302],
  ] as const)("is named, and so is the sound one (%s in DNS, %i)", async (order, status) => {
    const script: Script = ({ method }) => ({ status: method === "REGISTER" ? status : 200 });
    const report = await look(
      ...(["udp", order] as const),
      async (port) => {
        const other = await ScriptedRegistrar.start({ script, host: OTHER, port });
        closers.push(() => other.close());
      },
      { password: good },
    );
    expect(weighty(report)).toEqual(["warning medium addresses-differ"]);
    expect(report.verdict.outcome).toBe("problem");
    expect(report.evidence.credentials?.outcome).toBe("accepted");
    const [found] = report.findings;
    expect(found?.evidence).toMatch(
      new RegExp(`127\\.0\\.0\\.2.*REGISTER is answered ${status}.*sound is udp 127\\.0\\.0\\.1`),
    );
  });
});

describe("an address with another certificate", () => {
  it.each(["first", "second"] as const)("is named in either order (%s)", async (order) => {
    const { expired } = await testCertificates();
    const report = await look(
      ...(["tls", order] as const),
      async (port) => {
        const other = await ScriptedRegistrar.start({
          ...{ script: digestScript(), transports: ["tls"], tls: expired, host: OTHER, port },
        });
        closers.push(() => other.close());
      },
      { password: good },
    );
    expect(report.verdict.outcome).toBe("problem");
    const found = report.findings.find(({ id }) => id === "certificate-expired");
    expect(found?.evidence).toMatch(/\(tls 127\.0\.0\.2:\d+; not so at tls 127\.0\.0\.1:\d+\)/);
  });
});
