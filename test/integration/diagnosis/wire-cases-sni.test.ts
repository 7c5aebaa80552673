import { createSecureContext, type SecureContext, type TlsOptions } from "node:tls";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DiagnosisReport } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { type TestCertificate, testCertificates } from "../../support/certificates.js";
import { diagnoseQuickly, targetOf, weighty } from "../../support/diagnosis.js";
import { startDnsServer } from "../../support/dns-server.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What a client sees that sends no server name, as the platform's registrant does. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => writeFaultTable("wire-cases-sni"));

const password = new Secret("secret");

/** Shows a certificate, none, or nothing ever to who names the host, and another one, or none, to who does not. */
async function behindSni(
  named: TestCertificate | "never" | undefined,
  unnamed?: TestCertificate,
): Promise<DiagnosisReport> {
  const { ca } = await testCertificates();
  const tls: TlsOptions = {
    ...unnamed,
    SNICallback: (_name, done: (error: Error | null, context?: SecureContext) => void) =>
      named === undefined
        ? done(new Error("no such name"))
        : named !== "never" && done(null, createSecureContext(named)),
  };
  const registrar = await ScriptedRegistrar.start({ script: digestScript(), transports: ["tls"], tls });
  const dns = await startDnsServer({ "pbx.test": [{ type: "A", address: "127.0.0.1" }] });
  closers.push(
    () => registrar.close(),
    () => dns.close(),
  );
  const target = targetOf(registrar, "tls", { sipDomain: "pbx.test" });
  const options = { password, trustedRoots: [ca], dnsServers: [dns.server], limits: { patience: 1_000 } };
  return diagnoseQuickly(target, options);
}

describe("a certificate that holds with SNI", () => {
  it("is warned of where without a name another one is shown that does not hold", async () => {
    const { ok, selfSigned } = await testCertificates();
    const report = await behindSni(ok, selfSigned);
    recordFault(report);
    expect(weighty(report)).toEqual(["warning high certificate-needs-sni"]);
    expect(report.findings[0]?.evidence).toMatch(/^without a name: CN=pbx\.test .*self-signed/);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("is warned of where there is no handshake without a name", async () => {
    const { ok } = await testCertificates();
    const report = await behindSni(ok);
    recordFault(report);
    expect(weighty(report)).toEqual(["warning high certificate-needs-sni"]);
    expect(report.findings[0]?.title).toBe("The PBX wants a server name (SNI)");
  });

  it("is remarked on where the other one is trusted and for another name", async () => {
    const { ok, wrongName } = await testCertificates();
    const report = await behindSni(ok, wrongName);
    expect(weighty(report)).toEqual([]);
    expect(report.findings.map(({ id }) => id)).toContain("certificate-needs-sni");
  });

  it("is as it should be where it is shown without a name as well", async () => {
    const { ok } = await testCertificates();
    const report = await behindSni(ok, ok);
    expect(report.findings.map(({ id }) => id)).not.toContain("certificate-needs-sni");
    expect(report.verdict.outcome).toBe("proven");
  });
});

describe("a certificate that holds without SNI alone", () => {
  it.each(["expired", "selfSigned"] as const)(
    "is told where with the name one comes that is %s, and all is asked without the name",
    async (bad) => {
      const certificates = await testCertificates();
      const report = await behindSni(certificates[bad], certificates.ok);
      recordFault(report);
      expect(weighty(report)).toEqual(["warning medium only-without-sni"]);
      expect(report.evidence.credentials?.outcome).toBe("accepted");
      expect(report.checked.find(({ check }) => check === "tls")?.found).toMatch(
        /asked without a server name/,
      );
    },
  );

  it("is told where the name is refused, and all is asked without the name", async () => {
    const { ok } = await testCertificates();
    const report = await behindSni(undefined, ok);
    recordFault(report);
    expect(weighty(report)).toEqual(["warning medium only-without-sni"]);
    expect(report.findings[0]?.evidence).toMatch(/^with the name: .*; without it: .*pbx\.test/);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("is told where with the name there is no handshake in time, and all is asked without the name", async () => {
    const { ok } = await testCertificates();
    const report = await behindSni("never", ok);
    recordFault(report);
    expect(weighty(report)).toEqual(["warning medium only-without-sni"]);
    expect(report.findings[0]?.evidence).toMatch(/^with the name: no handshake in/);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("is sent no credentials where it is trusted, and for another name", async () => {
    const { selfSigned, wrongName } = await testCertificates();
    const report = await behindSni(selfSigned, wrongName);
    recordFault(report);
    expect(weighty(report)).toEqual(["warning medium only-without-sni"]);
    expect(report.evidence.registrar?.exchanges[0].status).toBe(401);
    expect(report.evidence.credentials).toBeUndefined();
  });
});

describe("a certificate that does not hold", () => {
  it("has its own finding, and is not compared", async () => {
    const { expired, selfSigned } = await testCertificates();
    const report = await behindSni(expired, selfSigned);
    expect(report.findings[0]?.id).toBe("certificate-expired");
    expect(report.findings.map(({ id }) => id)).not.toContain("certificate-needs-sni");
  });

  it("is told where the name is refused and one comes without it", async () => {
    const { selfSigned } = await testCertificates();
    const report = await behindSni(undefined, selfSigned);
    recordFault(report);
    expect(weighty(report)).toEqual(["critical medium tls-handshake-failed"]);
    expect(report.findings[0]?.evidence).toMatch(/without a name \(SNI\): .*self-signed/);
  });
});
