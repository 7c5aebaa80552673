import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DiagnosisReport, DiagnosisTarget } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { diagnoseQuickly, sure, weighty } from "../../support/diagnosis.js";
import { startDnsServer, type Zone } from "../../support/dns-server.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { watchQuestions } from "../../support/name-lookups.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What DNS says, what it does not say, and what was never asked of it. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => writeFaultTable("wire-cases-dns"));

const here = [{ type: "A", address: "127.0.0.1" }] as const;

/** A sound registrar at a port that the zone may name. */
async function look(
  zone: (port: number) => Zone,
  target: (port: number) => Partial<DiagnosisTarget>,
): Promise<DiagnosisReport> {
  const registrar = await ScriptedRegistrar.start({ script: digestScript() });
  const { port } = registrar.target();
  const dns = await startDnsServer(zone(port));
  closers.push(
    () => registrar.close(),
    () => dns.close(),
  );
  const report = await diagnoseQuickly(
    { sipDomain: "pbx.test", username: "1001", transport: "udp", ...target(port) },
    { dnsServers: [dns.server], password: new Secret("secret") },
  );
  recordFault(report);
  return report;
}

const srv = (port: number, target: string) =>
  [{ type: "SRV", priority: 10, weight: 10, port, target }] as const;
const withPort = (port: number) => ({ port });

describe("a domain that has SRV records only", () => {
  it("with a port given leads to the host that SRV names, to be given as proxy", async () => {
    const report = await look(
      (port) => ({ "_sip._udp.pbx.test": [...srv(port, "a.pbx.test")], "a.pbx.test": [...here] }),
      withPort,
    );
    expect(report.findings[0]).toMatchObject({
      id: "srv-only",
      evidence: expect.stringMatching(/^pbx\.test has no address; its SRV records lead to a\.pbx\.test/),
      fix: expect.stringMatching(/^Give a\.pbx\.test as proxy, with port \d+ and transport udp/),
    });
    expect(sure(report)).toEqual(["srv-only"]);
    expect(JSON.stringify(report.findings)).not.toMatch(/misspelt|ENOTFOUND to [^"]*SRV/);
  });

  it("with a transport given that SRV does not name leads there as well", async () => {
    const report = await look(
      (port) => ({ "_sip._udp.pbx.test": [...srv(port, "a.pbx.test")], "a.pbx.test": [...here] }),
      () => ({ transport: "tcp" }),
    );
    expect(report.findings[0]?.id).toBe("srv-only");
    expect(report.findings[0]?.evidence).toMatch(/With transport tcp given/);
  });
});

describe("a domain that has SRV records only, seen otherwise", () => {
  it("with several targets is reported with one that was looked up, and its port", async () => {
    const report = await look(
      (port) => ({
        "_sip._udp.pbx.test": [
          { type: "SRV", priority: 20, weight: 0, port, target: "spare.pbx.test" },
          { type: "SRV", priority: 10, weight: 0, port, target: "main.pbx.test" },
        ],
        ...{ "main.pbx.test": [...here], "spare.pbx.test": [...here] },
      }),
      withPort,
    );
    expect(sure(report)).toEqual(["srv-only"]);
    expect(report.findings[0]?.fix).toMatch(/^Give main\.pbx\.test as proxy/);
  });

  it("for tcp alone is not said to be misspelt where udp and a port are given", async () => {
    const report = await look(
      (port) => ({ "_sip._tcp.pbx.test": [...srv(port, "a.pbx.test")], "a.pbx.test": [...here] }),
      withPort,
    );
    expect(report.findings[0]?.id).toBe("srv-only");
    expect(JSON.stringify(report.findings)).not.toMatch(/misspelt/);
  });
});

describe("an SRV record", () => {
  it("whose target is an address written as a name is reported, and followed", async () => {
    const report = await look(
      (port) => ({ "_sip._udp.pbx.test": [...srv(port, "127.0.0.1")] }),
      () => ({}),
    );
    expect(weighty(report)).toEqual(["warning high srv-target-address"]);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });
});

describe("a name without an address", () => {
  it("is reported as the alias that it is, with what it leads to", async () => {
    const report = await look(() => ({ "pbx.test": [{ type: "CNAME", target: "gone.test" }] }), withPort);
    expect(report.findings[0]).toMatchObject({
      id: "name-not-found",
      title: "The name is an alias of a name without an address",
      evidence: expect.stringMatching(/^pbx\.test is an alias \(CNAME\) of gone\.test/),
    });
  });

  it("is not said not to exist where DNS knows it", async () => {
    const report = await look(() => ({ "pbx.test": [] }), withPort);
    expect(report.findings[0]).toMatchObject({
      id: "name-not-found",
      title: "The name has no address in DNS",
    });
  });

  it("is not found by what was asked and answered so, and by nothing else", async () => {
    const report = await look(() => ({}), withPort);
    const { evidence, title } = report.findings[0] ?? {};
    expect(title).toBe("The name does not exist in DNS");
    const told = evidence?.match(/ENOTFOUND to ([^)]*)/)?.[1]?.split(/, | and /) ?? [];
    const asked = report.evidence.name.steps.filter(({ error }) => error === "ENOTFOUND");
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter((each) => !asked.some(({ type }) => type === each))).toEqual([]);
  });
});

describe("a question that is only of use", () => {
  const cases: [string, Zone][] = [
    ["AAAA", { "AAAA pbx.test": "silence" }],
    ["NAPTR", { "NAPTR pbx.test": "silence" }],
    [
      "SRV",
      { "_sip._udp.pbx.test": "silence", "_sip._tcp.pbx.test": "silence", "_sips._tcp.pbx.test": "silence" },
    ],
  ];
  it.each(cases)("%s, is not waited for when DNS never answers it", async (type, silent) => {
    const report = await look(() => ({ "pbx.test": [...here], ...silent }), withPort);
    expect(weighty(report)).toEqual([]);
    expect(report.verdict.outcome).toBe("proven");
    const why = expect.stringMatching(new RegExp(`^DNS had not answered the ${type} question`));
    expect(report.notChecked).toContainEqual({ check: "name", why });
  });

  it("is not said to be open where it was answered a moment later", async () => {
    const report = await look(() => ({ "pbx.test": [...here], "_sip._udp.pbx.test": "late" }), withPort);
    expect(report.notChecked.filter(({ check }) => check === "name")).toEqual([]);
  });

  it("is left behind by nothing when the report is there", async () => {
    const questions = watchQuestions();
    await look(
      () => ({ "pbx.test": [...here], "AAAA pbx.test": "silence", "NAPTR pbx.test": "silence" }),
      withPort,
    );
    questions.stop();
    expect(questions.put).toBeGreaterThan(2);
    expect(questions.open).toBe(0);
  });
});
