import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { NO_NETWORKS } from "../../../src/base/networks.js";
import { publicTargetsOnly } from "../../../src/hosting/tenants/target-policy.js";
import { readHostsFile } from "../../../src/sip/location/hosts-file.js";
import type { Services } from "../../../src/tools/core/context.js";
import { type DnsServer, startDnsServer } from "../../support/dns-server.js";
import { connectInProcess, servicesFor } from "../../support/mcp.js";

/** The system's own resolver and hosts file, in the shape of a DNS server on loopback and of one line. */

const system = vi.hoisted(() => ({ servers: [] as string[] }));
vi.mock("node:dns/promises", async (original) => {
  const dns = await original<typeof import("node:dns/promises")>();
  class Resolver extends dns.Resolver {
    constructor(...options: ConstructorParameters<typeof dns.Resolver>) {
      super(...options);
      this.setServers(system.servers);
    }
  }
  return { ...dns, Resolver };
});
vi.mock("../../../src/sip/location/hosts-file.js", async (original) => ({
  ...(await original<typeof import("../../../src/sip/location/hosts-file.js")>()),
  readHostsFile: vi.fn(async () => "127.0.0.2 db.inner.example"),
}));

let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer({});
  system.servers.push(dns.server);
});
afterAll(() => dns.close());
beforeEach(() => void vi.mocked(readHostsFile).mockClear());

async function diagnosed(more: Partial<Services>): Promise<string> {
  const { call, close } = await connectInProcess(servicesFor(undefined, more));
  try {
    // A port on which no one listens.
    const { text } = await call("diagnose_sip_registration", {
      sipDomain: "db.inner.example",
      transport: "tcp",
      port: 1,
    });
    return text;
  } finally {
    await close();
  }
}

describe("a name that is only in this machine's hosts file", () => {
  it("is found where the user's own machine looks", async () => {
    expect(await diagnosed({})).toContain("127.0.0.2");
    expect(readHostsFile).toHaveBeenCalled();
  });

  it("is not found, nor the file read, where addresses are guarded: it tells of an inner network", async () => {
    const text = await diagnosed({ targetPolicy: publicTargetsOnly(NO_NETWORKS) });
    expect(text).toContain("db.inner.example");
    expect(text).not.toContain("127.0.0.2");
    expect(readHostsFile).not.toHaveBeenCalled();
    expect(dns.questions).toContain("A db.inner.example");
  });
});
