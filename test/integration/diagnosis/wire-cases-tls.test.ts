import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DiagnosisReport } from "../../../src/diagnosis/index.js";
import { testCertificates } from "../../support/certificates.js";
import { diagnoseQuickly, sure, targetOf } from "../../support/diagnosis.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** What a TLS server shows, told as far as it can be seen from here. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => writeFaultTable("wire-cases-tls"));

async function look(tls: object): Promise<DiagnosisReport> {
  const { ca, ok } = await testCertificates();
  const registrar = await ScriptedRegistrar.start({
    ...{ script: digestScript(), transports: ["tls"], tls: { ...ok, ...tls } },
  });
  closers.push(() => registrar.close());
  const report = await diagnoseQuickly(targetOf(registrar, "tls"), { trustedRoots: [ca] });
  recordFault(report);
  return report;
}

describe("a server that asks for a client certificate", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "is told so, at least among the causes, on %s",
    async (version) => {
      const { ca } = await testCertificates();
      const mutual = { requestCert: true, rejectUnauthorized: true, ca };
      const report = await look({ ...mutual, minVersion: version, maxVersion: version });
      const [first] = report.findings;
      expect(["tls-client-certificate", "tls-handshake-failed"]).toContain(first?.id);
      expect(`${first?.title} ${first?.cause}`).toMatch(/client certificate/);
      if (first?.id === "tls-handshake-failed") expect(sure(report)).toEqual([]);
    },
  );
});

describe("a chain that does not lead to a root", () => {
  it("is not said to be one certificate alone where another intermediate came along", async () => {
    const report = await look((await testCertificates()).otherChain);
    const found = report.findings.find(({ id }) => id === "certificate-chain");
    expect(found?.evidence).toMatch(
      /issued by .*between.*, and no intermediate certificate that belongs to it/,
    );
    expect(found?.evidence).not.toMatch(/one certificate|alone/);
    expect(found?.cause).toMatch(/one that does not belong to it/);
  });

  it("is not said to be made for another use where its issuer is no authority", async () => {
    const report = await look((await testCertificates()).byNoAuthority);
    const found = report.findings.find(({ id }) => id === "certificate-chain");
    expect(found?.evidence).not.toMatch(/not made for a server/);
    expect(found?.cause).toMatch(/no certificate authority/);
  });

  it("tells an intermediate that is missing", async () => {
    const report = await look((await testCertificates()).incompleteChain);
    const found = report.findings.find(({ id }) => id === "certificate-chain");
    expect(found?.evidence).toMatch(
      /issued by .*between.*no intermediate certificate that belongs to it came along/,
    );
  });
});
