import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/redaction/secret.js";
import { startSandbox } from "../../../src/sandbox/index.js";
import { testCertificates } from "../../support/certificates.js";
import { diagnoseQuickly, targetOf, weighty } from "../../support/diagnosis.js";
import { startDnsServer } from "../../support/dns-server.js";
import { type DigestScriptOptions, digestScript } from "../../support/registrar-scripts.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

/** PBXs as they should be: nothing above a remark. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function healthy(
  options: DigestScriptOptions = {},
  more: Partial<Parameters<typeof ScriptedRegistrar.start>[0]> = {},
): Promise<ScriptedRegistrar> {
  const registrar = await ScriptedRegistrar.start({ script: digestScript(options), ...more });
  closers.push(() => registrar.close());
  return registrar;
}

const password = new Secret("secret");

describe("a healthy PBX", () => {
  it.each(["udp", "tcp"] as const)(
    "has no finding above a remark over %s, on IPv4 and IPv6",
    async (transport) => {
      for (const host of ["127.0.0.1", "::1"]) {
        const registrar = await healthy({}, { transports: [transport], host });
        const report = await diagnoseQuickly(targetOf(registrar, transport), { password });
        expect(weighty(report)).toEqual([]);
        expect(report.verdict).toMatchObject({
          outcome: "proven",
          text: expect.stringMatching(/accepts the credentials/),
        });
      }
    },
  );

  it("is to be tested next with its credentials, and with nothing once they were accepted", async () => {
    const registrar = await healthy();
    const { nextSteps } = await diagnoseQuickly(targetOf(registrar));
    expect(nextSteps).toEqual([
      expect.stringMatching(/^Nothing is wrong up to the challenge: test the credentials/),
    ]);
    expect((await diagnoseQuickly(targetOf(registrar), { password })).nextSteps).toEqual([]);
  });

  it("that asks for no credentials has none to be tested", async () => {
    const open = await ScriptedRegistrar.start({ script: () => ({ status: 200 }) });
    closers.push(() => open.close());
    const report = await diagnoseQuickly(targetOf(open));
    expect(report.nextSteps.join("\n")).not.toMatch(/up to the challenge/);
  });

  it("has none over TLS with a good certificate, by name and by address", async () => {
    const { ok, ca } = await testCertificates();
    const registrar = await healthy({}, { transports: ["tls"], tls: ok });
    const dns = await startDnsServer({ "pbx.test": [{ type: "A", address: "127.0.0.1" }] });
    closers.push(() => dns.close());
    for (const sipDomain of ["pbx.test", "127.0.0.1"]) {
      const report = await diagnoseQuickly(targetOf(registrar, "tls", { sipDomain }), {
        password,
        trustedRoots: [ca],
        dnsServers: [dns.server],
      });
      expect(weighty(report)).toEqual([]);
      expect(report.checked.find(({ check }) => check === "tls")?.found).toMatch(/valid for 36\d days/);
    }
  });

  it.each([
    ["SHA-256 alone", { algorithms: ["SHA-256"] }],
    ["SHA-512-256 and MD5", { algorithms: ["SHA-512-256", "MD5"] }],
    ["MD5-sess", { algorithms: ["MD5-sess"] }],
    ["no qop", { qop: [] }],
    ["a challenge by 407", { challengeStatus: 407 }],
  ] as const)("has none with %s", async (_name, options) => {
    const registrar = await healthy(options);
    const report = await diagnoseQuickly(targetOf(registrar), { password });
    expect(weighty(report)).toEqual([]);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("has none with an awkward password, realm and auth user", async () => {
    const awkward = 'p"w\\d: ä€ @;=%41';
    const registrar = await healthy({ users: { "auth id": awkward }, realm: 'the "realm", one' });
    const report = await diagnoseQuickly(targetOf(registrar, "udp", { authUsername: "auth id" }), {
      password: new Secret(awkward),
    });
    expect(weighty(report)).toEqual([]);
    expect(report.evidence.credentials?.outcome).toBe("accepted");
  });

  it("has none with a realm in Latin-1, which is echoed and hashed byte by byte", async () => {
    const registrar = await healthy({ realm: "B\udcfcro" });
    const report = await diagnoseQuickly(targetOf(registrar), { password });
    expect(weighty(report)).toEqual([]);
    expect(report.verdict.outcome).toBe("proven");
    expect(report.evidence.credentials?.realms.map((realm) => realm.unwrap())).toEqual(["Büro"]);
  });

  it("has none behind an outbound proxy, which is dialled in place of the domain", async () => {
    const registrar = await healthy();
    const { port } = registrar.target();
    const report = await diagnoseQuickly(
      { sipDomain: "tenant.invalid", proxy: "127.0.0.1", username: "1001", port, transport: "udp" },
      { password },
    );
    expect(weighty(report)).toEqual([]);
    const [first] = registrar.requestsOf("REGISTER");
    expect(first?.uri).toBe("sip:tenant.invalid");
    expect(first?.headers.get("Route")).toBe(`<sip:127.0.0.1:${port};transport=udp;lr>`);
  });

  it("has none where SRV leads to it", async () => {
    const registrar = await healthy({}, { transports: ["tcp"] });
    const dns = await startDnsServer({
      "_sip._tcp.pbx.test": [
        { type: "SRV", priority: 1, weight: 1, port: registrar.target("tcp").port, target: "a.pbx.test" },
      ],
      "a.pbx.test": [{ type: "A", address: "127.0.0.1" }],
    });
    closers.push(() => dns.close());
    const report = await diagnoseQuickly(
      { sipDomain: "pbx.test", username: "1001", transport: "tcp" },
      { dnsServers: [dns.server], password },
    );
    expect(weighty(report)).toEqual([]);
    expect(report.findings.map(({ id }) => id)).toContain("port-from-dns");
  });

  it("tells who is registered, without touching it", async () => {
    const registrar = await healthy({ bindings: ["sip:1001@192.0.2.9:5060"] });
    const report = await diagnoseQuickly(targetOf(registrar), { password });
    expect(weighty(report)).toEqual([]);
    expect(report.evidence.credentials?.bindings.map(({ uri }) => uri.unwrap())).toEqual([
      "sip:1001@192.0.2.9:5060",
    ]);
    expect(registrar.requestsOf("REGISTER").some(({ headers }) => headers.has("Contact"))).toBe(false);
  });

  it("takes our own binding on request, and is rid of it again", async () => {
    const registrar = await healthy({ bindings: ["sip:1001@192.0.2.9:5060"] });
    const report = await diagnoseQuickly(targetOf(registrar), { password, testBinding: true });
    expect(weighty(report)).toEqual([]);
    expect(report.evidence.binding).toMatchObject({ outcome: "bound", listed: true, removed: true });
    const after = await diagnoseQuickly(targetOf(registrar), { password });
    expect(after.evidence.credentials?.bindings.map(({ uri }) => uri.unwrap())).toEqual([
      "sip:1001@192.0.2.9:5060",
    ]);
    expect(registrar.requestsOf("REGISTER").some(({ headers }) => headers.get("Contact") === "*")).toBe(
      false,
    );
  });

  it("is distinguished from one whose places are all taken by such a binding", async () => {
    const full = digestScript({ headers: [["Server", "Asterisk PBX 22.10.1"]] });
    const registrar = await ScriptedRegistrar.start({
      script: (request, asked) =>
        request.headers.has("Contact") && request.headers.has("Authorization")
          ? { status: 403 }
          : full(request, asked),
    });
    closers.push(() => registrar.close());
    const report = await diagnoseQuickly(targetOf(registrar), { password, testBinding: true });
    expect(report.findings[0]?.id).toBe("binding-refused");
  });

  it("in the sandbox answers the same way", async () => {
    const sandbox = await startSandbox();
    closers.push(() => sandbox.close());
    const { sipHost, sipPort } = sandbox;
    for (const transport of ["udp", "tcp"] as const) {
      const report = await diagnoseQuickly(
        { sipDomain: sipHost, username: "1001", port: sipPort, transport },
        { password: new Secret("demo-1001") },
      );
      expect(weighty(report)).toEqual([]);
      expect(report.verdict.text).toMatch(/accepts the credentials of 1001/);
    }
  });
});
