import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { grant, json, startApiStub } from "../../support/api-stub.js";
import { diagnoseQuickly } from "../../support/diagnosis.js";
import { type DnsServer, startDnsServer, type Zone } from "../../support/dns-server.js";
import { watchNameLookups } from "../../support/name-lookups.js";
import { CREDENTIALS, quickClient } from "../../support/telzino-client.js";

/** What a name that someone else gives may cost this process. */

const TARGETS = 12;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Names with twelve SRV targets each, about which the server never says a word. */
async function muteZone(names: readonly string[]): Promise<DnsServer> {
  const zone: Zone = {};
  for (const name of names) {
    const targets = Array.from({ length: TARGETS }, (_, index) => `t${index}.${name}`);
    zone[`_sip._udp.${name}`] = targets.map((target, priority) => ({
      type: "SRV",
      ...{ priority, weight: 0, port: 5060, target },
    }));
    for (const target of targets) zone[target] = "silence";
  }
  const dns = await startDnsServer(zone);
  closers.push(() => dns.close());
  return dns;
}

async function hostsFileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hosts-"));
  closers.push(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "hosts"), text);
  return join(folder, "hosts");
}

describe("names that never resolve", () => {
  it("leave the API's own look-ups alone, however many diagnoses wait for them", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `pbx${index}.evil.example`);
    const dns = await muteZone(names);
    const hostsFile = await hostsFileOf("192.0.2.1 other.example");
    const api = await startApiStub();
    closers.push(() => api.close());
    api.script("POST /oauth/token", grant("token-1"));
    api.script("GET /v1/agents", json(200, { data: [] }));
    const lookups = watchNameLookups();
    closers.push(() => lookups.stop());

    const ended: string[] = [];
    const diagnoses = names.map(async (sipDomain) => {
      const options = { dnsServers: [dns.server], hostsFile, limits: { name: 1_500 } };
      const report = await diagnoseQuickly({ sipDomain, username: "1001" }, options);
      ended.push(sipDomain);
      return report;
    });
    // All of them have got as far as the targets.
    await expect.poll(() => new Set(dns.questions.flatMap(domainOf)).size).toBe(names.length);
    const calls = Array.from({ length: 5 }, async () => {
      const client = quickClient(new URL(`http://localhost:${api.url.port}`), { auth: CREDENTIALS });
      closers.push(() => client.close());
      await client.listAgents({});
      ended.push("api");
    });
    await Promise.all(calls);
    expect(ended).toEqual(calls.map(() => "api"));

    for (const { evidence, findings } of await Promise.all(diagnoses)) {
      expect(evidence.name.outcome).toBe("timeout");
      expect(findings[0]?.id).toBe("name-lookup-failed");
      expect(evidence.notChecked).toContainEqual({
        check: "name",
        why: `${TARGETS} SRV targets, the first 6 were looked up`,
      });
    }
    expect(new Set(lookups.names)).toEqual(new Set(["localhost"]));
    expect(new Set(dns.questions.filter((each) => /^A t\d+\.pbx0/.test(each))).size).toBe(6);
  });
});

/** The domain that a question about a target belongs to. */
function domainOf(question: string): string[] {
  return [...question.matchAll(/^A t\d+\.(.*)$/g)].map(([, domain = ""]) => domain);
}
