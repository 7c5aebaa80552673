import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DiagnoseOptions, DiagnosisReport, DiagnosisTarget } from "../../src/diagnosis/index.js";
import { Secret } from "../../src/redaction/secret.js";
import { diagnoseQuickly } from "../support/diagnosis.js";
import { writeFaultTable } from "../support/fault-table.js";
import { plain } from "../support/plain.js";
import { expectFirst, expectProven } from "./support/diagnosing.js";
import {
  type DnsRecord,
  freePort,
  type KamailioPeer,
  kamailioAccounts,
  lacks,
  startDnsmasq,
  startKamailio,
  startSipp,
} from "./support/index.js";

/** What a diagnosis finds where a real name server leads it, with a Kamailio at the end of the way. */

afterAll(() => writeFaultTable("dnsmasq"));

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const LIVE: DnsRecord = { type: "A", name: "live.pbx.test", address: "127.0.0.1" };
const PBX: DnsRecord = { type: "A", name: "pbx.test", address: "127.0.0.1" };
const IPV6: DnsRecord = { type: "AAAA", name: "pbx.test", address: "::1" };
const OFFICE: DnsRecord = { type: "A", name: "pbx.test", address: "192.168.1.10" };

function srv(
  service: "_sip._udp" | "_sip._tcp" | "_sips._tcp",
  target: string,
  port: number,
  priority = 10,
): DnsRecord {
  return { type: "SRV", name: `${service}.pbx.test`, target, port, priority };
}

describe.skipIf(await lacks("dnsmasq", "kamailio"))("DNS", () => {
  let peer: KamailioPeer;
  beforeAll(async () => {
    peer = await startKamailio();
  });
  afterAll(() => peer?.stop());

  /** Looks at 1001@pbx.test with its password, as far as the records lead. */
  async function resolved(
    records: readonly DnsRecord[],
    target: Partial<DiagnosisTarget> = {},
    options: DiagnoseOptions = {},
  ): Promise<DiagnosisReport> {
    const dns = await startDnsmasq(records);
    closers.push(() => dns.stop());
    const { extension, password } = kamailioAccounts["1001"];
    return diagnoseQuickly(
      { sipDomain: "pbx.test", username: extension, ...target },
      { dnsServers: [dns.server], password: new Secret(password), ...options },
    );
  }

  it("a name that does not exist", async () => {
    const report = await resolved([PBX], { sipDomain: "pxb.test", transport: "udp", port: peer.ports.udp });
    expect(expectFirst(report, { id: "name-not-found" }).evidence).toMatch(/ENOTFOUND/);
  });

  it("a name with an address and no SRV, and no one at the default port", async () => {
    const report = await resolved([PBX], { transport: "tcp" });
    expect(expectFirst(report, { id: "port-refused" }).title).toBe("tcp/5060 is refused");
    expect(report.findings.map(({ id }) => id)).toContain("no-srv");
  });

  it("SRV to a closed port, a second one alive", async () => {
    const records = [
      srv("_sip._tcp", "dead.pbx.test", await freePort(), 1),
      srv("_sip._tcp", "live.pbx.test", peer.ports.tcp, 2),
      { ...LIVE, name: "dead.pbx.test" },
      LIVE,
    ];
    const report = await resolved(records, { transport: "tcp" });
    expect(expectFirst(report, { id: "srv-first-dead" }).fix).toContain(
      `live.pbx.test as proxy, with port ${peer.ports.tcp} and transport tcp`,
    );
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("SRV to a silent host, a second one alive", async () => {
    const silent = await startSipp("silent");
    closers.push(() => silent.stop());
    const records = [
      srv("_sip._udp", "dead.pbx.test", silent.port, 1),
      srv("_sip._udp", "live.pbx.test", peer.ports.udp, 2),
      { ...LIVE, name: "dead.pbx.test" },
      LIVE,
    ];
    expectFirst(await resolved(records, { transport: "udp" }), {
      id: "srv-first-dead",
      confidence: "medium",
    });
  });

  it("SRV to a host without an address, a second one alive", async () => {
    const records = [
      srv("_sip._udp", "gone.pbx.test", peer.ports.udp, 1),
      srv("_sip._udp", "live.pbx.test", peer.ports.udp, 2),
      LIVE,
    ];
    const report = await resolved(records, { transport: "udp" });
    expect(expectFirst(report, { id: "srv-broken-target" }).evidence).toContain("gone.pbx.test");
  });

  it("SRV that says that there is not SIP", async () => {
    const records: DnsRecord[] = [{ type: "SRV", name: "_sip._udp.pbx.test", target: "" }, PBX];
    expectFirst(await resolved(records, { transport: "udp" }), { id: "name-service-refused" });
  });

  it("SRV to another port than the one given, where no one is", async () => {
    const records = [srv("_sip._tcp", "live.pbx.test", peer.ports.tcp), LIVE, PBX];
    const report = await resolved(records, { transport: "tcp", port: await freePort() });
    expect(expectFirst(report, { id: "other-endpoint-answers" }).fix).toContain(
      `transport tcp with port ${peer.ports.tcp}`,
    );
  });

  it("an address of a private network only", async () => {
    const policy = (address: string) => (address.startsWith("127.") ? undefined : "not from a test");
    const report = await resolved(
      [OFFICE],
      { transport: "udp", port: 5060 },
      { platformIsLocal: false, policy },
    );
    expect(expectFirst(report, { id: "name-private-only" }).evidence).toBe(
      "pbx.test leads to 192.168.1.10 (private)",
    );
  });

  it("IPv6 addresses only", async () => {
    const report = await resolved([IPV6], { transport: "udp", port: peer.ports.udp });
    expectFirst(report, { id: "name-only-ipv6", confidence: "medium" });
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("a name server that is not there", async () => {
    const target = { transport: "udp", port: peer.ports.udp } as const;
    const report = await resolved([PBX], target, { dnsServers: [`127.0.0.1:${await freePort()}`] });
    expectFirst(report, { id: "name-lookup-failed", confidence: "medium" });
  });

  it("is healthy where NAPTR leads over SRV to Kamailio", async () => {
    const records: DnsRecord[] = [
      {
        type: "NAPTR",
        name: "pbx.test",
        order: 10,
        preference: 10,
        service: "SIP+D2T",
        replacement: "_sip._tcp.pbx.test",
      },
      srv("_sip._tcp", "live.pbx.test", peer.ports.tcp),
      LIVE,
    ];
    const report = await resolved(records);
    expectProven(report);
    expect(plain(report.evidence.registrar?.endpoint)).toMatchObject({
      transport: "tcp",
      from: "naptr",
      host: "live.pbx.test",
    });
  });

  it("is healthy behind an alias, with IPv4 and IPv6", async () => {
    const records: DnsRecord[] = [{ type: "CNAME", name: "alias.pbx.test", target: "pbx.test" }, PBX, IPV6];
    expectProven(
      await resolved(records, { sipDomain: "alias.pbx.test", transport: "tcp", port: peer.ports.tcp }),
    );
  });
});
