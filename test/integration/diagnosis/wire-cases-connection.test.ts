import { createSecureContext } from "node:tls";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { testCertificates } from "../../support/certificates.js";
import { diagnoseQuickly, targetOf, weighty } from "../../support/diagnosis.js";
import { startDnsServer } from "../../support/dns-server.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { alter, digestScript } from "../../support/registrar-scripts.js";
import { type Reply, type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** Peers that close the connection, where a new one leads on. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => writeFaultTable("wire-cases-connection"));

const password = new Secret("secret");

async function registrarWith(
  script: Script,
  options: Partial<Parameters<typeof ScriptedRegistrar.start>[0]>,
): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.start({ script, ...options });
  closers.push(() => registrar.close());
  return registrar;
}

/** The whole answer, and then the end of the connection. */
const closed = (reply: Reply): Reply => ({ ...reply, closeAfterBytes: 100_000 });
const closingAlways = () => alter(digestScript(), closed);

function withCredentials({ requests }: ScriptedRegistrar): number {
  return requests.filter(({ headers }) => headers.has("Authorization")).length;
}

describe("a server that closes the connection after each answer", () => {
  it.each(["tcp", "tls"] as const)("is asked over a new one, over %s", async (transport) => {
    const { ok, ca } = await testCertificates();
    const registrar = await registrarWith(closingAlways(), { transports: [transport], tls: ok });
    const report = await diagnoseQuickly(targetOf(registrar, transport), { password, trustedRoots: [ca] });
    recordFault(report);
    expect(weighty(report)).toEqual([]);
    expect(report.verdict.outcome).toBe("proven");
    expect(report.evidence.credentials?.outcome).toBe("accepted");
    expect(withCredentials(registrar)).toBe(1);
  });

  it("is asked over a new one between the challenge and the credentials, which go out once", async () => {
    const script = alter(digestScript(), (reply) => (reply.status === 401 ? closed(reply) : reply));
    const registrar = await registrarWith(script, { transports: ["tcp"] });
    const report = await diagnoseQuickly(targetOf(registrar, "tcp"), { password });
    expect(report.verdict.outcome).toBe("proven");
    expect(withCredentials(registrar)).toBe(1);
  });

  it("is rid of a test binding by the Contact that made it", async () => {
    const registrar = await registrarWith(closingAlways(), { transports: ["tcp"] });
    const report = await diagnoseQuickly(targetOf(registrar, "tcp"), { password, testBinding: true });
    expect(report.evidence.binding).toMatchObject({ outcome: "bound", listed: true, removed: true });
    const after = await diagnoseQuickly(targetOf(registrar, "tcp"), { password });
    expect(after.evidence.credentials?.bindings).toEqual([]);
  });

  it("is sent no credentials where the new connection shows another certificate", async () => {
    const { ok, wrongName, ca } = await testCertificates();
    let shown = 0;
    const tls = {
      ...ok,
      SNICallback: (
        _name: string,
        done: (error: null, context: ReturnType<typeof createSecureContext>) => void,
      ) => {
        shown += 1;
        done(null, createSecureContext(shown > 1 ? wrongName : ok));
      },
    };
    const registrar = await registrarWith(closingAlways(), { transports: ["tls"], tls });
    const dns = await startDnsServer({ "pbx.test": [{ type: "A", address: "127.0.0.1" }] });
    closers.push(() => dns.close());
    const report = await diagnoseQuickly(targetOf(registrar, "tls", { sipDomain: "pbx.test" }), {
      password,
      trustedRoots: [ca],
      dnsServers: [dns.server],
    });
    expect(withCredentials(registrar)).toBe(0);
    expect(report.evidence.credentials).toBeUndefined();
  });

  it("is not asked again where the closing is its answer to the credentials", async () => {
    const script: Script = (request, asked) =>
      request.headers.has("Authorization") ? { raw: "", close: true } : digestScript()(request, asked);
    const registrar = await registrarWith(script, { transports: ["tcp"] });
    const report = await diagnoseQuickly(targetOf(registrar, "tcp"), { password });
    recordFault(report);
    expect(withCredentials(registrar)).toBe(1);
    expect(report.findings[0]?.id).toBe("silent-after-credentials");
  });
});
