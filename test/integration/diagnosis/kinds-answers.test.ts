import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DiagnosisReport } from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { diagnoseQuickly, sure, targetOf, weighty } from "../../support/diagnosis.js";
import { startDnsServer, type Zone } from "../../support/dns-server.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { digestScript, instead } from "../../support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** Answers that are met seldom: what is said first, and what is not said beside it. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => writeFaultTable("kinds-answers"));

const password = new Secret("secret");
type Asked = Parameters<Script>[0];
type More = Parameters<typeof diagnoseQuickly>[1];

async function look(script: Script, more: More = {}): Promise<DiagnosisReport> {
  const registrar = await ScriptedRegistrar.start({ script });
  closers.push(() => registrar.close());
  const report = await diagnoseQuickly(targetOf(registrar), more);
  recordFault(report);
  return report;
}

/** Good credentials are answered so. */
function accepting(answer: Script): Script {
  const sound = digestScript();
  return (request, asked) =>
    request.method === "REGISTER" && request.headers.has("Authorization")
      ? answer(request, asked)
      : sound(request, asked);
}

const contactOf = ({ headers }: Asked) => headers.get("Contact") ?? "";
const challenge = (realm: string) =>
  ["WWW-Authenticate", `Digest realm="${realm}", nonce="n", qop="auth"`] as const;

describe("a realm that changes with each answer", () => {
  it.each([
    ["a new one each time", (count: number) => `realm ${count}`],
    ["one of three servers", (count: number) => ["a.test", "b.test", "c.test"][count % 3] ?? ""],
  ])("is no word on the password (%s)", async (_how, realm) => {
    let count = 0;
    const report = await look(
      ({ method }) =>
        method === "OPTIONS" ? { status: 200 } : { status: 401, headers: [challenge(realm(count++))] },
      { password },
    );
    expect(weighty(report)).toEqual(["critical medium two-challenges"]);
    expect(report.findings[0]?.title).toMatch(/another realm/);
    expect(JSON.stringify(report)).not.toMatch(/wrong password/i);
  });

  it("is one where a realm that was answered is asked for again", async () => {
    const report = await look(digestScript({ thenProxyRealm: "edge.test", users: { 1001: "other" } }), {
      password,
    });
    expect(weighty(report)[0]).toBe("critical high credentials-refused");
  });
});

describe("a challenge in the header of the other status", () => {
  it.each([
    ["a 401 with Proxy-Authenticate", 401, "Proxy-Authenticate", "Proxy-Authorization"],
    ["a 407 with WWW-Authenticate", 407, "WWW-Authenticate", "Authorization"],
  ] as const)("(%s) is answered here, and warned of", async (_what, status, name, answer) => {
    const report = await look(
      ({ method, headers }) =>
        method === "OPTIONS" || headers.has(answer)
          ? { status: 200 }
          : { status, headers: [[name, 'Digest realm="r", nonce="n"']] },
      { password },
    );
    expect(report.evidence.credentials?.outcome).toBe("accepted");
    expect(weighty(report)).toEqual(["warning medium first-challenge-unusable"]);
    expect(report.findings[0]?.evidence).toContain(`a ${status} with ${name}`);
  });

  it("is none where both headers are there", async () => {
    const report = await look(
      ({ method, headers }) =>
        method === "OPTIONS" || headers.has("Authorization")
          ? { status: 200 }
          : {
              status: 401,
              headers: [["Proxy-Authenticate", 'Digest realm="edge", nonce="n"'], challenge("r")],
            },
      { password },
    );
    expect(weighty(report)).toEqual([]);
  });
});

describe("an answer that another finding explains", () => {
  it("is a redirect after credentials, which is reported once", async () => {
    const report = await look(
      accepting(() => ({ status: 302, headers: [["Contact", "<sip:other.example.com>"]] })),
      { password },
    );
    expect(weighty(report)).toEqual(["critical high redirected"]);
  });

  it("is the minimum of a registrar that refuses what it asks for", async () => {
    const report = await look(
      accepting((request) =>
        contactOf(request) ? { status: 423, headers: [["Min-Expires", "600"]] } : { status: 200 },
      ),
      { password, testBinding: true },
    );
    expect(weighty(report)).toEqual(["critical medium binding-refused"]);
    expect(report.findings.map(({ id }) => id)).not.toContain("interval-raised");
    expect(report.findings[0]?.cause).toMatch(/600 s were asked for after that.*without a pause/);
    expect(report.findings[0]?.fix).not.toMatch(/may succeed/);
  });
});

describe("a cause that fits the answer", () => {
  it.each(["kamailio (5.7.4)", "OpenSIPS (3.4.2 (x86_64/linux))"])(
    "names no Asterisk where %s answers 404",
    async (server) => {
      const report = await look(instead("REGISTER", { status: 404, headers: [["Server", server]] }));
      expect(weighty(report)).toEqual(["critical medium unknown-before-credentials"]);
      expect(`${report.findings[0]?.cause} ${report.findings[0]?.fix}`).not.toMatch(/Asterisk/);
    },
  );

  it.each([{}, { headers: [["Server", "Example PBX 7"]] as const }])(
    "thinks of an Asterisk that hides its name where no one known answers 404 (%o)",
    async (headers) => {
      const report = await look(instead("REGISTER", { status: 404, ...headers }));
      expect(report.findings[0]?.cause).toMatch(/an Asterisk that hides its name/);
    },
  );

  it.each([
    [{}, /Wait as long as Retry-After says, or some minutes/],
    [{ headers: [["Retry-After", "30"]] as const }, /Wait 30 s/],
  ])("is a limit on requests where 429 is answered (%o)", async (headers, fix) => {
    const report = await look(instead("REGISTER", { status: 429, ...headers }));
    expect(weighty(report)).toEqual(["critical medium service-unavailable"]);
    expect(report.findings[0]).toMatchObject({ title: "The PBX takes no more requests for a while" });
    expect(report.findings[0]?.fix).toMatch(fix);
  });

  it("is no NAT where a 200 lists no one", async () => {
    const report = await look(
      accepting(() => ({ status: 200 })),
      { password, testBinding: true },
    );
    expect(weighty(report)).toEqual(["critical medium binding-not-listed"]);
    expect(report.findings[0]?.cause).toMatch(/was not taken.*INTERNAL_ERROR/);
    expect(report.findings[0]?.cause).not.toMatch(/rewrite_contact/);
  });
});

describe("what DNS leads to", () => {
  async function byName(zone: Zone, port: number | undefined): Promise<DiagnosisReport> {
    const dns = await startDnsServer(zone);
    closers.push(() => dns.close());
    const target = { sipDomain: "pbx.test", username: "1001" };
    const more = port === undefined ? {} : ({ port, transport: "udp" } as const);
    const report = await diagnoseQuickly({ ...target, ...more }, { dnsServers: [dns.server] });
    recordFault(report);
    return report;
  }

  it.each(["SIP+D2U", "SIPS+D2T"])("is not misspelt where NAPTR (%s) leads nowhere", async (service) => {
    const replacement = "_sip._elsewhere.pbx.test";
    const naptr = { type: "NAPTR", order: 1, preference: 1, flags: "s", service, replacement } as const;
    const report = await byName({ "pbx.test": [naptr] }, undefined);
    expect(report.findings[0]?.id).toBe("name-not-found");
    expect(report.findings[0]?.title).toMatch(/names a service.*leads nowhere/);
    expect(report.findings[0]?.cause).not.toMatch(/misspelt/);
  });

  it("is reported as the address that was asked, where another one answers", async () => {
    const registrar = await ScriptedRegistrar.start({ script: digestScript(), host: "127.0.0.1" });
    closers.push(() => registrar.close());
    const report = await byName({ "pbx.test": [{ type: "A", address: "0.0.0.0" }] }, registrar.target().port);
    expect(report.findings.map(({ id }) => id)).not.toContain("answered-from-elsewhere");
    expect(sure(report)).toEqual([]);
  });
});
