import { createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  type DiagnoseOptions,
  type DiagnosisReport,
  type DiagnosisTarget,
  ProbeHistory,
} from "../../../src/diagnosis/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import type { TransportName } from "../../../src/sip/index.js";
import { type TestCertificate, testCertificates } from "../../support/certificates.js";
import { diagnoseQuickly, PATIENT, sure, targetOf, weighty } from "../../support/diagnosis.js";
import { type DnsServer, startDnsServer, type Zone } from "../../support/dns-server.js";
import { recordFault, writeFaultTable } from "../../support/fault-table.js";
import { algRewrite, alter, bannedAfter, digestScript, instead } from "../../support/registrar-scripts.js";
import { type Answer, type Reply, type Script, ScriptedRegistrar } from "../../support/scripted-registrar.js";

/**
 * Each fault over real sockets: the right first finding, and no other that claims to be sure.
 *
 * Long: it is one table of faults, told in the order of the way to a registration, over the same few helpers.
 */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

afterAll(() => writeFaultTable("scripted"));

const good = new Secret("secret");
const wrong = new Secret("not the password");

async function registrarWith(
  script: Script,
  options: Partial<Parameters<typeof ScriptedRegistrar.start>[0]> = {},
): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.start({ script, ...options });
  closers.push(() => registrar.close());
  return registrar;
}

async function dnsWith(zone: Zone): Promise<DnsServer> {
  const dns = await startDnsServer(zone);
  closers.push(() => dns.close());
  return dns;
}

/** Diagnoses a registrar that follows the script. */
async function against(
  script: Script,
  options: DiagnoseOptions & { transport?: TransportName; target?: Partial<DiagnosisTarget> } = {},
): Promise<DiagnosisReport> {
  const { transport = "udp", target, ...more } = options;
  const registrar = await registrarWith(script, { transports: [transport] });
  return diagnoseQuickly(targetOf(registrar, transport, target), more);
}

const server = (name: string): [string, string][] => [["Server", name]];
const PJSIP = { headers: server("Asterisk PBX 22.10.1"), realm: "asterisk" };
const CHAN_SIP = { headers: server("Asterisk PBX 16.28.0"), realm: "asterisk", qop: [] };
const FREESWITCH = {
  headers: [["User-Agent", "FreeSWITCH-mod_sofia/1.10.11-release"]] as [string, string][],
};

function register(answer: Answer | Script): Script {
  return instead("REGISTER", answer);
}

/** Where REGISTER carries credentials another answer than without. */
function afterCredentials(reply: Reply, options: Parameters<typeof digestScript>[0] = {}): Script {
  const script = digestScript(options);
  return (request, asked) =>
    request.headers.has("Authorization")
      ? { ...reply, headers: [...(options.headers ?? []), ...(reply.headers ?? [])] }
      : script(request, asked);
}

function expectFirst(report: DiagnosisReport, id: string, allowedSure: readonly string[] = [id]): void {
  recordFault(report);
  expect(report.findings[0]?.id, JSON.stringify(report.findings, null, 1)).toBe(id);
  expect(sure(report).filter((each) => !allowedSure.includes(each))).toEqual([]);
  expect(report.verdict.outcome).toBe(report.findings[0]?.severity === "info" ? "proven" : "problem");
}

describe("answers to the first REGISTER", () => {
  const cases: [string, Reply, string][] = [
    ["403", { status: 403 }, "forbidden-before-credentials"],
    ["404", { status: 404 }, "unknown-before-credentials"],
    ["405", { status: 405, headers: [["Allow", "INVITE, ACK, BYE"]] }, "not-a-registrar"],
    ["302", { status: 302, headers: [["Contact", "<sip:1001@192.0.2.9:5060>"]] }, "redirected"],
    ["503 with Retry-After", { status: 503, headers: [["Retry-After", "60"]] }, "service-unavailable"],
    ["500", { status: 500 }, "server-error"],
    ["423 without Min-Expires", { status: 423 }, "interval-too-brief"],
    ["420", { status: 420, headers: [["Unsupported", "path"]] }, "extension-required"],
    ["421", { status: 421, headers: [["Require", "sec-agree"]] }, "extension-required"],
    ["482", { status: 482 }, "request-looped"],
    ["408", { status: 408 }, "upstream-silent"],
    ["480", { status: 480 }, "register-refused"],
    ["400", { status: 400 }, "bad-request"],
    ["380 to an urn:", { status: 380, headers: [["Contact", "<urn:service:sos>"]] }, "redirected"],
    ["478", { status: 478, reason: "Unresolvable destination (478/SL)" }, "destination-unresolved"],
    [
      "a challenge without realm",
      { status: 401, headers: [["WWW-Authenticate", 'Digest nonce="abc"']] },
      "challenge-unusable",
    ],
    ["Basic", { status: 401, headers: [["WWW-Authenticate", 'Basic realm="pbx"']] }, "challenge-unusable"],
    [
      "an unknown algorithm",
      { status: 401, headers: [["WWW-Authenticate", 'Digest realm="a", nonce="b", algorithm=AKAv1-MD5']] },
      "challenge-unusable",
    ],
  ];
  it.each(cases)("finds the cause of %s", async (_name, reply, id) => {
    expectFirst(await against(register(reply), { password: good }), id);
  });

  it("takes 423 with Min-Expires for no fault", async () => {
    const report = await against(register({ status: 423, headers: [["Min-Expires", "600"]] }));
    expect(weighty(report)).toEqual([]);
    expect(report.findings[0]?.title).toBe("The registrar wants an expiry of 600 s at least");
  });

  it("shows where a redirect leads, and does not follow it", async () => {
    const elsewhere = await registrarWith(digestScript());
    const contact = `<sip:1001@127.0.0.1:${elsewhere.target().port}>`;
    const report = await against(register({ status: 302, headers: [["Contact", contact]] }), {
      password: good,
    });
    expect(report.findings[0]?.evidence).toContain(`sip:1001@127.0.0.1:${elsewhere.target().port}`);
    expect(elsewhere.copies).toBe(0);
  });
});

/** The challenge with another header, or another nonce. */
function challenging(change: (value: string) => readonly string[]): Script {
  return alter(digestScript(), (reply) => ({
    ...reply,
    headers: (reply.headers ?? []).flatMap(([name, value]) =>
      name === "WWW-Authenticate"
        ? change(value).map((each) => [name, each] as const)
        : [[name, value] as const],
    ),
  }));
}

describe("challenges that this test can answer, and the platform's registrant cannot", () => {
  it.each<[string, Script, RegExp]>([
    ["Basic first", challenging((digest) => ['Basic realm="pbx"', digest]), /scheme is Basic, not Digest/],
    ["NTLM first", challenging((digest) => ["NTLM", digest]), /scheme is NTLM/],
    [
      "an unknown algorithm first",
      challenging((digest) => ['Digest realm="a", nonce="b", algorithm=AKAv1-MD5', digest]),
      /AKAv1-MD5 is not known/,
    ],
    ["an empty realm", digestScript({ realm: "" }), /its realm is empty/],
  ])("are warned of: %s", async (_what, script, said) => {
    const report = await against(script, { password: good });
    expectFirst(report, "first-challenge-unusable", []);
    expect(report.findings[0]?.evidence).toMatch(said);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("are nothing to warn of where Digest comes first", async () => {
    const report = await against(
      challenging((digest) => [digest, 'Basic realm="pbx"']),
      { password: good },
    );
    expect(weighty(report)).toEqual([]);
  });

  it.each([
    ["nonce", (digest: string) => digest.replace(/nonce="/, `nonce="${"n".repeat(600)}`)],
    ["opaque", (digest: string) => `${digest}, opaque="${"o".repeat(400)}"`],
  ])("are warned of: a %s beyond what fits into OpenSIPS' buffer", async (_what, longer) => {
    const report = await against(challenging((digest) => [longer(digest)]));
    expectFirst(report, "challenge-too-long", []);
  });
});

describe("answers to credentials", () => {
  it("finds a wrong password behind a second 401, with what else it may be on Asterisk PJSIP", async () => {
    const report = await against(digestScript(PJSIP), { password: wrong });
    expectFirst(report, "credentials-refused");
    expect(report.findings[0]?.cause).toMatch(/\(1\) wrong password.*access list/);
    expect(report.findings[0]?.fix).toMatch(/^Asterisk \(pjsip\.conf\):/);
  });

  it("finds a wrong password behind 403 from chan_sip and FreeSWITCH", async () => {
    for (const options of [CHAN_SIP, FREESWITCH]) {
      const report = await against(digestScript({ ...options, refusal: { status: 403 } }), {
        password: wrong,
      });
      expectFirst(report, "credentials-refused");
      expect(report.findings[0]?.cause).toMatch(/wrong password/);
    }
  });

  it("does not blame the password for 403 from Asterisk PJSIP", async () => {
    const report = await against(afterCredentials({ status: 403 }, PJSIP), { password: good });
    expectFirst(report, "extension-not-bindable");
    expect(report.findings[0]?.cause).not.toMatch(/password/);
  });

  it("blames neither password nor user alone for 403 from chan_sip, which folds other causes into it", async () => {
    const report = await against(afterCredentials({ status: 403 }, CHAN_SIP), { password: good });
    expectFirst(report, "credentials-refused");
    const { title, cause, fix } = report.findings[0] ?? {};
    expect(title).toBe("The PBX refuses the login");
    expect(cause).toMatch(/allowexternaldomains=no.*host= is an address and not dynamic/);
    expect(fix).toMatch(/log for this request first/);
  });

  it("names an address taken for a trunk's and an anonymous endpoint behind 404 of Asterisk PJSIP, before any credentials", async () => {
    const report = await against(register({ status: 404, headers: PJSIP.headers }), { password: good });
    expectFirst(report, "unknown-before-credentials");
    expect(report.findings[0]).toMatchObject({ confidence: "medium" });
    expect(report.findings[0]?.cause).toMatch(/identify section matches the source address.*\[anonymous\]/);
    expect(report.findings[0]?.fix).toMatch(/match= of its identify section/);
  });

  it("is not sure of 404 from chan_sip, or from an Asterisk of which the stack is not known", async () => {
    const report = await against(register({ status: 404, headers: CHAN_SIP.headers }), { password: good });
    expectFirst(report, "unknown-before-credentials", []);
    expect(report.findings[0]?.cause).toMatch(/permit ranges.*not one of the domains.*identify/);
  });

  it("leaves 403 open where it is not known who answers", async () => {
    const report = await against(afterCredentials({ status: 403 }), { password: good });
    expectFirst(report, "forbidden-after-credentials", []);
  });

  it("reads 404 from 3CX as refused credentials", async () => {
    const report = await against(
      digestScript({
        headers: server("3CXPhoneSystem 18.0"),
        realm: "3CXPhoneSystem",
        refusal: { status: 404 },
      }),
      { password: wrong },
    );
    expectFirst(report, "credentials-refused");
    expect(report.findings[0]?.cause).toMatch(/Auth ID/);
    expect(report.findings[0]?.fix).toMatch(/^3CX/);
  });

  it("finds a refused digest user where the extension is not the login", async () => {
    const report = await against(digestScript({ users: { "auth-77": "secret" } }), { password: good });
    expectFirst(report, "credentials-refused");
  });

  it("names the realm when it looks like the domain that should have been given", async () => {
    const report = await against(digestScript({ realm: "tenant7.example.com" }), { password: wrong });
    expectFirst(report, "credentials-refused");
    expect(report.findings[0]?.cause).toContain("tenant7.example.com");
  });

  it("finds a registrar whose nonces are always stale", async () => {
    const script = digestScript();
    const stale = alter(script, (reply) => ({
      ...reply,
      headers: (reply.headers ?? []).map(
        ([name, value]) => [name, name === "WWW-Authenticate" ? `${value}, stale=true` : value] as const,
      ),
    }));
    expectFirst(await against(stale, { password: wrong }), "nonce-always-stale");
  });

  it("warns of one stale nonce, which the platform takes for wrong credentials", async () => {
    const report = await against(digestScript({ staleOnce: true }), { password: good });
    expectFirst(report, "nonce-stale-once");
  });

  it("warns of two realms, which the platform takes for wrong credentials", async () => {
    const report = await against(digestScript({ thenProxyRealm: "edge" }), { password: good });
    expectFirst(report, "two-challenges");
  });

  it("says that silence after credentials may be a ban, and does not repeat", async () => {
    const registrar = await registrarWith((request, asked) =>
      request.headers.has("Authorization") ? undefined : digestScript()(request, asked),
    );
    const report = await diagnoseQuickly(targetOf(registrar), { password: wrong });
    expectFirst(report, "silent-after-credentials", []);
    expect(registrar.requests.filter(({ headers }) => headers.has("Authorization"))).toHaveLength(1);
  });
});

describe("a ban", () => {
  it("is named when a PBX goes silent that has refused credentials before", async () => {
    for (const transport of ["udp", "tcp"] as const) {
      const registrar = await registrarWith(bannedAfter(1, digestScript()), { transports: [transport] });
      const history = new ProbeHistory();
      const target = targetOf(registrar, transport);
      await diagnoseQuickly(target, { history, password: wrong });
      const report = await diagnoseQuickly(target, { history });
      expectFirst(report, "banned-after-refusals", []);
      expect(report.findings[0]?.evidence).toMatch(/1 refusal within ten minutes/);
    }
  });

  it("is thought of when a PBX goes silent that has challenged a user whom it may not know", async () => {
    let asked = 0;
    const registrar = await registrarWith((request, given) => {
      asked += 1;
      return asked > 1 ? undefined : digestScript()(request, given);
    });
    const history = new ProbeHistory();
    await diagnoseQuickly(targetOf(registrar), { history });
    const report = await diagnoseQuickly(targetOf(registrar), { history });
    expectFirst(report, "banned-after-refusals", []);
    expect(report.findings[0]).toMatchObject({
      confidence: "low",
      title: expect.stringMatching(/perhaps a ban/),
    });
  });
});

describe("answers that are hard to read", () => {
  it("finds bytes that are no SIP", async () => {
    expectFirst(await against(() => ({ raw: "HTTP/1.1 400 Bad Request\r\n\r\n" })), "malformed-answer");
  });

  it("finds a Content-Length that lies, on UDP", async () => {
    const lying = alter(digestScript(), (reply) => ({ ...reply, contentLength: 4000 }));
    expectFirst(await against(lying), "malformed-answer");
  });

  it("finds a Content-Length that lies, on TCP, where the rest may still be on its way", async () => {
    const lying = alter(digestScript(), (reply) => ({ ...reply, contentLength: 4000 }));
    const { findings } = await against(lying, { transport: "tcp" });
    expect(findings[0]).toMatchObject({ id: "malformed-answer", confidence: "medium" });
    expect(`${findings[0]?.cause}`).toMatch(/late or lost.*Content-Length/);
  });

  it("takes bytes without end that are no response for what they are", async () => {
    expectFirst(await against(() => ({ raw: "HTTP/1.1 200 O" }), { transport: "tcp" }), "malformed-answer");
  });

  it("finds a connection that is closed in the middle of an answer", async () => {
    const cut = alter(digestScript(), (reply) => ({ ...reply, closeAfterBytes: 40 }));
    expectFirst(await against(cut, { transport: "tcp" }), "malformed-answer");
  });

  it("finds a PBX that says Trying without end", async () => {
    expectFirst(await against(() => ({ status: 100, everyMs: 50 })), "only-provisional");
  });

  it("finds an answer from another port", async () => {
    const report = await against(alter(digestScript(), (reply) => ({ ...reply, fromAnotherPort: true })));
    expectFirst(report, "answered-from-elsewhere");
  });

  it("finds an answer that comes late", async () => {
    const slow = alter(digestScript(), (reply) => ({ ...reply, delayMs: 1_800 }));
    const limits = { options: 2_500, register: 5_000, patience: 300 };
    expectFirst(await against(slow, { limits, timers: { t1: 200, t2: 800, t4: 1000 } }), "slow-answer");
  });

  it("suspects an ALG where Via and Call-ID come back rewritten", async () => {
    const report = await against(alter(digestScript(), algRewrite("127.0.0.1", "203.0.113.77")));
    expectFirst(report, "alg-suspected", []);
  });

  it("is sure of an ALG where answers over UDP alone are rewritten", async () => {
    const plain = digestScript();
    const damaged = alter(plain, algRewrite("127.0.0.1", "203.0.113.77"));
    const registrar = await ScriptedRegistrar.startOnOnePort({
      script: (request, asked) => (asked.transport === "udp" ? damaged : plain)(request, asked),
      transports: ["udp", "tcp"],
    });
    closers.push(() => registrar.close());
    const { port } = registrar.target();
    const report = await diagnoseQuickly(targetOf(registrar));
    expectFirst(report, "alg-suspected");
    expect(report.findings[0]?.fix).toMatch(new RegExp(`Use transport tcp with port ${port}`));
    // To compare, it asks over what no one rewrites, and leaves the other UDP ports alone.
    const compared = report.evidence.otherEndpoints.map(({ endpoint }) => endpoint.transport);
    expect(new Set(compared)).toEqual(new Set(["tcp", "tls"]));

    const rewriting = await registrarWith(damaged, { transports: ["udp", "tcp"] });
    const [first] = (await diagnoseQuickly(targetOf(rewriting))).findings;
    expect(first).toMatchObject({ id: "alg-suspected", confidence: "medium" });
  });

  it("finds a PBX that answers OPTIONS and never REGISTER", async () => {
    expectFirst(await against(register(undefined)), "register-silent", []);
  });

  it("puts up with a PBX that answers REGISTER and never OPTIONS", async () => {
    const report = await against(instead("OPTIONS", undefined), { password: good });
    expect(weighty(report)).toEqual([]);
    expect(report.verdict.outcome).toBe("proven");
  });

  it("puts up with LF-only lines and single-byte segments", async () => {
    expect(weighty(await against(alter(digestScript(), (reply) => ({ ...reply, bareLf: true }))))).toEqual(
      [],
    );
    const bytes = alter(digestScript(), (reply) => ({ ...reply, segmentBytes: 1 }));
    expect(weighty(await against(bytes, { transport: "tcp", ...PATIENT }))).toEqual([]);
  });
});

describe("a registrar that takes registrations without asking", () => {
  it("is not a fault by itself, and one where it lists no Contact", async () => {
    const empty = register({ status: 200 });
    expect(weighty(await against(empty, { password: good }))).toEqual([]);
    expectFirst(await against(empty, { password: good, testBinding: true }), "binding-not-listed", []);
  });
});

describe("the way to the PBX", () => {
  it("finds a refused TCP port and a refused UDP port", async () => {
    const registrar = await ScriptedRegistrar.start({ script: () => undefined, transports: ["tcp"] });
    const { port } = registrar.target("tcp");
    await registrar.close();
    for (const transport of ["tcp", "udp"] as const) {
      const report = await diagnoseQuickly({ sipDomain: "127.0.0.1", username: "1001", transport, port });
      expectFirst(report, "port-refused");
    }
  });

  it("finds silence on UDP, and says how often it asked", async () => {
    const report = await against(() => undefined);
    expectFirst(report, "port-silent");
    expect(report.findings[0]?.evidence).toMatch(/no answer in .*\(\d+ sends\)/);
  });

  it("finds the transport that answers in place of the configured one", async () => {
    const registrar = await registrarWith(digestScript(), { transports: ["tcp"] });
    const { port } = registrar.target("tcp");
    const report = await diagnoseQuickly({
      sipDomain: "127.0.0.1",
      username: "1001",
      transport: "udp",
      port,
    });
    expectFirst(report, "other-endpoint-answers");
    expect(report.findings[0]?.title).toBe(`tcp/${port} answers, udp/${port} does not`);
  });

  it("finds TLS spoken to a plain port", async () => {
    const registrar = await registrarWith(digestScript(), { transports: ["tcp"] });
    const target = { ...targetOf(registrar, "tcp"), transport: "tls" as const };
    expectFirst(await diagnoseQuickly(target), "plain-sip-on-tls-port");
  });

  it("finds plain SIP spoken to a TLS port", async () => {
    const { ok } = await testCertificates();
    const registrar = await registrarWith(digestScript(), { transports: ["tls"], tls: ok });
    const target = { ...targetOf(registrar, "tls"), transport: "tcp" as const };
    expectFirst(await diagnoseQuickly(target), "tls-on-plain-port");
  });

  it("finds a server that closes every connection", async () => {
    const closing = createServer((socket) => socket.once("data", () => socket.destroy()));
    const port = await listen(closing);
    const report = await diagnoseQuickly({
      sipDomain: "127.0.0.1",
      username: "1001",
      transport: "tcp",
      port,
    });
    expectFirst(report, "closed-without-answer", []);
  });

  it("says that an address is private where the platform is on the internet", async () => {
    const report = await against(digestScript(), { platformIsLocal: false });
    expectFirst(report, "name-private-only");
  });
});

function listen(server: Server): Promise<number> {
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}

describe("TLS and certificates", () => {
  const overTls = async (which: TestCertificate, sipDomain = "pbx.test") => {
    const { ca } = await testCertificates();
    const registrar = await registrarWith(digestScript(), { transports: ["tls"], tls: which });
    const { port } = registrar.target("tls");
    const dns = await dnsWith({ [sipDomain]: [{ type: "A", address: "127.0.0.1" }] });
    const report = await diagnoseQuickly(
      { sipDomain, username: "1001", transport: "tls", port },
      { trustedRoots: [ca], dnsServers: [dns.server], password: good },
    );
    return { report, registrar };
  };
  const certificates = ["expired", "notYetValid", "wrongName", "selfSigned", "incompleteChain"] as const;
  const ids = {
    expired: "certificate-expired",
    notYetValid: "certificate-not-yet-valid",
    wrongName: "certificate-name",
    selfSigned: "certificate-self-signed",
    incompleteChain: "certificate-chain",
  };
  it.each(certificates)(
    "finds the fault of a certificate that is %s, and sends it no credentials",
    async (name) => {
      const { report, registrar } = await overTls((await testCertificates())[name]);
      expectFirst(report, ids[name]);
      expect(registrar.requests.some(({ headers }) => headers.has("Authorization"))).toBe(false);
      expect(report.notChecked).toContainEqual({
        check: "credentials",
        why: "the certificate did not hold, so no credentials were sent there",
      });
    },
  );

  it.each(["ok", "chained", "sipUri"] as const)(
    "finds nothing wrong with a certificate that is %s",
    async (name) => {
      const { report } = await overTls((await testCertificates())[name]);
      expect(weighty(report)).toEqual([]);
      expect(report.verdict.text).toMatch(/accepts the credentials of 1001/);
    },
  );

  it("takes a wildcard for a remark", async () => {
    const { report } = await overTls((await testCertificates()).wildcard, "pbx.example.test");
    expect(weighty(report)).toEqual([]);
    expect(report.findings.map(({ id }) => id)).toContain("certificate-web-only");
  });

  it("finds a server that knows only TLS 1.0", async () => {
    const { ok } = await testCertificates();
    const old = createTlsServer({
      ...ok,
      minVersion: "TLSv1",
      maxVersion: "TLSv1",
      ciphers: "DEFAULT:@SECLEVEL=0",
    });
    old.on("tlsClientError", () => {});
    const port = await listen(old);
    const report = await diagnoseQuickly({
      sipDomain: "127.0.0.1",
      username: "1001",
      transport: "tls",
      port,
    });
    expectFirst(report, "tls-version-old");
    expect(report.findings[0]?.evidence).toMatch(/it takes TLS 1\.0/);
  });

  it("finds a server that wants a client certificate", async () => {
    const { ok, ca } = await testCertificates();
    const registrar = await registrarWith(digestScript(), {
      transports: ["tls"],
      tls: { ...ok, requestCert: true, rejectUnauthorized: true, ca },
    });
    const report = await diagnoseQuickly(targetOf(registrar, "tls"), { trustedRoots: [ca] });
    expectFirst(report, "tls-client-certificate");
  });
});

describe("the name", () => {
  const target = { sipDomain: "pbx.test", username: "1001" };

  it("finds a name that does not exist", async () => {
    const dns = await dnsWith({});
    expectFirst(
      await diagnoseQuickly({ ...target, port: 5060, transport: "udp" }, { dnsServers: [dns.server] }),
      "name-not-found",
    );
  });

  it("finds DNS that fails", async () => {
    const dns = await dnsWith({ "pbx.test": "SERVFAIL" });
    expectFirst(
      await diagnoseQuickly({ ...target, port: 5060 }, { dnsServers: [dns.server] }),
      "name-lookup-failed",
      [],
    );
  });

  it("finds a domain that refuses SIP by its SRV record", async () => {
    const refused = [{ type: "SRV", priority: 0, weight: 0, port: 0, target: "" } as const];
    const dns = await dnsWith({ "_sip._udp.pbx.test": refused });
    expectFirst(
      await diagnoseQuickly({ ...target, transport: "udp" }, { dnsServers: [dns.server] }),
      "name-service-refused",
    );
  });

  it("finds an SRV record whose target has no address", async () => {
    const registrar = await registrarWith(digestScript());
    const { port } = registrar.target();
    const dns = await dnsWith({
      "_sip._udp.pbx.test": [
        { type: "SRV", priority: 10, weight: 0, port, target: "gone.pbx.test" },
        { type: "SRV", priority: 20, weight: 0, port, target: "sip.pbx.test" },
      ],
      "sip.pbx.test": [{ type: "A", address: "127.0.0.1" }],
    });
    expectFirst(
      await diagnoseQuickly({ ...target, transport: "udp" }, { dnsServers: [dns.server] }),
      "srv-broken-target",
    );
  });

  it("finds a dead first server behind SRV and the live second one", async () => {
    const live = await registrarWith(digestScript());
    const dead = await registrarWith(() => undefined);
    const dns = await dnsWith({
      "_sip._udp.pbx.test": [
        { type: "SRV", priority: 10, weight: 0, port: dead.target().port, target: "a.pbx.test" },
        { type: "SRV", priority: 20, weight: 0, port: live.target().port, target: "b.pbx.test" },
      ],
      "a.pbx.test": [{ type: "A", address: "127.0.0.1" }],
      "b.pbx.test": [{ type: "A", address: "127.0.0.1" }],
    });
    const report = await diagnoseQuickly(
      { ...target, transport: "udp" },
      { dnsServers: [dns.server], password: good },
    );
    expectFirst(report, "srv-first-dead");
    expect(report.findings[0]?.fix).toMatch(/b\.pbx\.test as proxy/);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("finds settings that disagree with SRV, when what was given does not answer", async () => {
    const live = await registrarWith(digestScript(), { transports: ["tcp"] });
    const dns = await dnsWith({
      "pbx.test": [{ type: "A", address: "127.0.0.1" }],
      "_sip._tcp.pbx.test": [
        { type: "SRV", priority: 1, weight: 0, port: live.target("tcp").port, target: "pbx.test" },
      ],
    });
    const silent = await registrarWith(() => undefined);
    const report = await diagnoseQuickly(
      { ...target, transport: "udp", port: silent.target().port },
      { dnsServers: [dns.server] },
    );
    expectFirst(report, "other-endpoint-answers");
    expect(report.findings[0]?.fix).toMatch(new RegExp(`transport tcp with port ${live.target("tcp").port}`));
  });

  it("warns of a name with IPv6 addresses only", async () => {
    const registrar = await registrarWith(digestScript(), { host: "::1" });
    const dns = await dnsWith({ "pbx.test": [{ type: "AAAA", address: "::1" }] });
    const { port } = registrar.target();
    const report = await diagnoseQuickly({ ...target, transport: "udp", port }, { dnsServers: [dns.server] });
    expectFirst(report, "name-only-ipv6");
  });

  it("remarks that there is no SRV where no port was given", async () => {
    const dns = await dnsWith({ "pbx.test": [{ type: "A", address: "127.0.0.1" }] });
    const report = await diagnoseQuickly({ ...target, transport: "tcp" }, { dnsServers: [dns.server] });
    expect(report.findings.map(({ id }) => id)).toContain("no-srv");
  });
});
