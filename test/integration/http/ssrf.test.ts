import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_NETWORKS, readNetworks } from "../../../src/base/networks.js";
import type { DiagnosisReport, DiagnosisTarget, TargetPolicy } from "../../../src/diagnosis/index.js";
import { allowingAlso, publicTargetsOnly } from "../../../src/hosting/tenants/target-policy.js";
import { Secret } from "../../../src/redaction/secret.js";
import { diagnoseQuickly } from "../../support/diagnosis.js";
import { startDnsServer, type Zone } from "../../support/dns-server.js";
import { openAuthenticator } from "../../support/hosting.js";
import { connectInProcess } from "../../support/mcp.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

const strict = publicTargetsOnly(NO_NETWORKS);
const closers: (() => unknown)[] = [];
let inner: Inner;

/** A service on this machine that no one outside may reach. Notices every datagram and every connection. */
interface Inner {
  port: number;
  touched: string[];
}

async function startInner(): Promise<Inner> {
  const touched: string[] = [];
  const sockets = new Set<Socket>();
  const tcp: Server = createServer((socket) => {
    touched.push("tcp");
    sockets.add(socket.on("error", () => {}));
  });
  // All addresses of this machine, IPv4 and IPv6, on one port.
  tcp.listen(0, "::");
  await once(tcp, "listening");
  const { port } = tcp.address() as { port: number };
  const udp: UdpSocket = createSocket("udp6");
  udp.on("message", () => touched.push("udp"));
  udp.bind(port, "::");
  await once(udp, "listening");
  closers.push(async () => {
    udp.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => tcp.close(resolve));
  });
  return { port, touched };
}

async function dnsWith(zone: Zone): Promise<{ servers: string[]; questions: string[] }> {
  const dns = await startDnsServer(zone);
  closers.push(() => dns.close());
  return { servers: [dns.server], questions: dns.questions };
}

async function look(
  target: DiagnosisTarget,
  policy: TargetPolicy = strict,
  zone: Zone = {},
): Promise<DiagnosisReport> {
  const { servers } = await dnsWith(zone);
  return diagnoseQuickly(
    { username: "1001", ...target },
    { policy, dnsServers: servers, password: new Secret("secret"), ignoreCertificate: true },
  );
}

const TRANSPORTS = ["udp", "tcp", "tls"] as const;

beforeEach(async () => {
  inner = await startInner();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Each host is what a caller gives as `sipDomain`. */
const INSIDE = [
  ...[
    "127.0.0.1",
    "[::1]",
    "::1",
    "::ffff:127.0.0.1",
    "[::ffff:127.0.0.1]",
    "::ffff:7f00:1",
    "0.0.0.0",
    "::",
  ],
  ...["localhost", "LOCALHOST.", "inner.localhost"],
];
/** What getaddrinfo would read as addresses: decimal, octal, hexadecimal, and with parts left out. */
const SPELLINGS = ["2130706433", "0177.0.0.1", "0x7f.1", "0x7f000001", "017700000001", "127.1"];

describe("a caller's host", () => {
  it.each(INSIDE)("%s leads nowhere within this machine, over any transport", async (sipDomain) => {
    for (const transport of TRANSPORTS) {
      const { evidence } = await look({ sipDomain, transport, port: inner.port });
      expect(new Set(evidence.endpoints.map(({ reach }) => reach.kind))).toEqual(new Set(["blocked"]));
    }
    expect(inner.touched).toEqual([]);
  });

  it.each(SPELLINGS)("%s is a name that DNS does not know, with the policy or without", async (sipDomain) => {
    for (const policy of [strict, readAll()]) {
      const { evidence } = await look({ sipDomain, transport: "tcp", port: inner.port }, policy);
      expect(evidence.name).toMatchObject({ outcome: "not-found", servers: [] });
    }
    expect(inner.touched).toEqual([]);
  });

  it.each(["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])(
    "%s would have led there without the policy",
    async (sipDomain) => {
      await look({ sipDomain, transport: "tcp", port: inner.port }, readAll());
      expect(inner.touched).not.toEqual([]);
    },
  );

  it("is refused as the proxy too, whatever the domain is", async () => {
    for (const transport of TRANSPORTS) {
      await look({ sipDomain: "pbx.example.com", proxy: "127.0.0.1", transport, port: inner.port });
    }
    expect(inner.touched).toEqual([]);
  });

  it("is said to be refused, and why", async () => {
    const { evidence } = await look({ sipDomain: "127.0.0.1", transport: "tcp", port: inner.port });
    expect(evidence.endpoints[0]?.reach).toMatchObject({
      kind: "blocked",
      reason: "127.0.0.1 is a loopback address, and this server contacts only public addresses",
    });
  });
});

function readAll(): TargetPolicy {
  return publicTargetsOnly(readNetworks("127.0.0.0/8,::1"));
}

describe("a name", () => {
  const zones: readonly [string, (port: number) => Zone][] = [
    ["an A record", () => ({ "pbx.evil.example": [{ type: "A", address: "127.0.0.1" }] })],
    ["an AAAA record", () => ({ "pbx.evil.example": [{ type: "AAAA", address: "::1" }] })],
    [
      "an IPv4-mapped AAAA record",
      () => ({ "pbx.evil.example": [{ type: "AAAA", address: "0:0:0:0:0:ffff:7f00:1" }] }),
    ],
    [
      "an SRV record",
      (port) => {
        const srv = { type: "SRV", priority: 0, weight: 0, port, target: "in.evil.example" } as const;
        return {
          "_sip._udp.pbx.evil.example": [srv],
          "_sip._tcp.pbx.evil.example": [srv],
          "_sips._tcp.pbx.evil.example": [srv],
          "in.evil.example": [{ type: "A", address: "127.0.0.1" }],
        };
      },
    ],
    [
      "NAPTR and SRV records",
      (port) => ({
        "pbx.evil.example": [
          {
            ...{ type: "NAPTR", order: 0, preference: 0, flags: "s", service: "SIP+D2T" },
            replacement: "_sip._tcp.other.example",
          },
        ],
        "_sip._tcp.other.example": [{ type: "SRV", priority: 0, weight: 0, port, target: "in.evil.example" }],
        "in.evil.example": [{ type: "A", address: "127.0.0.1" }],
      }),
    ],
  ];

  it.each(zones)("that leads inside by %s is not followed there", async (_what, zone) => {
    const records = zone(inner.port);
    await look({ sipDomain: "pbx.evil.example" }, strict, records);
    for (const transport of TRANSPORTS) {
      await look({ sipDomain: "pbx.evil.example", transport }, strict, records);
      await look({ sipDomain: "pbx.evil.example", transport, port: inner.port }, strict, records);
    }
    expect(inner.touched).toEqual([]);
  });

  it("that is public at first and inside later (DNS rebinding) is looked up once: what was judged is contacted", async () => {
    const registrar = await ScriptedRegistrar.start({
      script: digestScript(),
      transports: ["tcp"],
      host: "127.0.0.2",
    });
    closers.push(() => registrar.close());
    let asked = 0;
    const zone: Zone = {
      get "pbx.evil.example"() {
        asked += 1;
        const address = asked <= 2 ? "127.0.0.2" : "127.0.0.1";
        return [{ type: "A" as const, address }];
      },
    };
    const onlyOne = publicTargetsOnly(readNetworks("127.0.0.2"));
    const { port } = registrar.target("tcp");
    const report = await look({ sipDomain: "pbx.evil.example", transport: "tcp", port }, onlyOne, zone);
    expect(registrar.requests.length).toBeGreaterThan(0);
    expect(report.evidence.endpoints.map(({ endpoint }) => endpoint.address)).toEqual(["127.0.0.2"]);
    expect(inner.touched).toEqual([]);
  });
});

describe("the PBX of an embedded sandbox", () => {
  let sandbox: ScriptedRegistrar;
  let policy: TargetPolicy;
  beforeEach(async () => {
    sandbox = await ScriptedRegistrar.startOnOnePort({
      script: digestScript(),
      transports: ["udp", "tcp"],
    });
    closers.push(() => sandbox.close());
    const { port } = sandbox.target("udp");
    policy = allowingAlso(strict, { address: "127.0.0.1", port });
  });

  it.each(["udp", "tcp"] as const)("is reached over %s", async (transport) => {
    const { port } = sandbox.target(transport);
    await look({ sipDomain: "127.0.0.1", transport, port }, policy);
    expect(sandbox.requests.length).toBeGreaterThan(0);
  });

  it.each(INSIDE)("opens nothing else at %s, over any transport", async (sipDomain) => {
    for (const transport of TRANSPORTS) {
      const { evidence } = await look({ sipDomain, transport, port: inner.port }, policy);
      expect(new Set(evidence.endpoints.map(({ reach }) => reach.kind))).toEqual(new Set(["blocked"]));
    }
    expect(inner.touched).toEqual([]);
    expect(sandbox.requests).toEqual([]);
  });

  it.each(["127.0.0.2", "::1", "::ffff:127.0.0.1", "0.0.0.0"])(
    "opens its port at no other address: %s",
    async (sipDomain) => {
      const { port } = sandbox.target("tcp");
      const { evidence } = await look({ sipDomain, transport: "tcp", port }, policy);
      expect(evidence.endpoints.map(({ reach }) => reach.kind)).toEqual(["blocked"]);
    },
  );

  it("cannot send the diagnosis on", async () => {
    sandbox.follow(() => ({
      status: 302,
      headers: [["Contact", `<sip:1001@127.0.0.1:${inner.port}>`]],
    }));
    const { port } = sandbox.target("udp");
    await look({ sipDomain: "127.0.0.1", transport: "udp", port }, policy);
    expect(sandbox.requests.length).toBeGreaterThan(0);
    expect(inner.touched).toEqual([]);
  });
});

describe("a PBX", () => {
  it.each([
    [
      "a redirect (302)",
      (port: number) => ({ status: 302, headers: [["Contact", `<sip:1001@127.0.0.1:${port}>`]] as const }),
    ],
    [
      "use of a proxy (305)",
      (port: number) => ({
        status: 305,
        headers: [["Contact", `<sip:127.0.0.1:${port};transport=tcp>`]] as const,
      }),
    ],
    [
      "an alternative (380)",
      (port: number) => ({ status: 380, headers: [["Contact", `<sip:1001@[::1]:${port}>`]] as const }),
    ],
    [
      "a route in a challenge",
      (port: number) => ({
        status: 401,
        headers: [
          ["WWW-Authenticate", 'Digest realm="r", nonce="n", algorithm=MD5'],
          ["Record-Route", `<sip:127.0.0.1:${port};lr>`],
          ["Path", `<sip:127.0.0.1:${port};lr>`],
          ["Service-Route", `<sip:127.0.0.1:${port};lr>`],
          ["Contact", `<sip:1001@127.0.0.1:${port}>`],
        ] as const,
      }),
    ],
  ])("cannot send the diagnosis inside by %s", async (_what, reply) => {
    const onlyOne = publicTargetsOnly(readNetworks("127.0.0.2"));
    for (const transport of ["udp", "tcp"] as const) {
      const script = () => reply(inner.port);
      const registrar = await ScriptedRegistrar.start({ script, transports: [transport], host: "127.0.0.2" });
      const { port } = registrar.target(transport);
      await look({ sipDomain: "127.0.0.2", transport, port }, onlyOne);
      expect(registrar.requests.length).toBeGreaterThan(0);
      await registrar.close();
    }
    expect(inner.touched).toEqual([]);
  });
});

describe("the hosted server", () => {
  it("has the policy on for every tenant, also with --no-auth, and lets the operator allow networks", async () => {
    const call = async (flags: object) => {
      const { authenticator } = await openAuthenticator({ auth: false, ...flags });
      const admission = await authenticator.admit(undefined);
      if (!admission.admitted) throw new Error("not admitted");
      const client = await connectInProcess(admission.caller.tenant.services);
      const target = { sipDomain: "127.0.0.1", transport: "tcp", port: inner.port };
      const { text } = await client.call("diagnose_sip_registration", target);
      await client.close();
      await authenticator.close();
      return text;
    };
    expect(await call({})).toContain("this server contacts only public addresses");
    expect(inner.touched).toEqual([]);
    expect(await call({ allowTarget: "127.0.0.0/8" })).not.toContain("public addresses alone");
    expect(inner.touched).not.toEqual([]);
  });
});
