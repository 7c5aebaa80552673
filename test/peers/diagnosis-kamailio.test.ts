import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import { writeFaultTable } from "../support/fault-table.js";
import {
  type Expected,
  expectFirst,
  expectProven,
  type Look,
  look,
  lookAs,
  PATIENT,
} from "./support/diagnosing.js";
import {
  type CertificateName,
  type DnsPeer,
  freePort,
  type KamailioPeer,
  kamailioAccounts,
  lacks,
  openAgent,
  startDnsmasq,
  startKamailio,
} from "./support/index.js";

/** What a diagnosis finds at a Kamailio that goes wrong in one way. */

afterAll(() => writeFaultTable("kamailio"));

describe.skipIf(await lacks("kamailio"))("Kamailio", () => {
  let peer: KamailioPeer;
  beforeAll(async () => {
    peer = await startKamailio();
  });
  afterAll(() => peer?.stop());

  const answers: [fault: string, user: string, expected: Expected, look?: Look][] = [
    ["302", "f302", { id: "redirected" }],
    ["305", "f305", { id: "redirected" }],
    ["403", "f403", { id: "forbidden-before-credentials", confidence: "medium" }],
    ["404", "f404", { id: "unknown-before-credentials", confidence: "medium" }],
    ["405", "f405", { id: "not-a-registrar" }],
    ["420", "f420", { id: "extension-required", confidence: "medium" }],
    ["421", "f421", { id: "extension-required" }],
    ["426", "f426", { id: "register-refused", confidence: "medium" }],
    ["480", "f480", { id: "register-refused", confidence: "medium" }],
    ["500", "f500", { id: "server-error", confidence: "medium" }],
    ["503 with Retry-After", "f503", { id: "service-unavailable", confidence: "medium" }],
    ["silence to REGISTER", "fdrop", { id: "register-silent", confidence: "medium" }],
    ["an answer after 3 s", "fslow", { id: "slow-answer" }, PATIENT],
  ];
  it.each(answers)("%s", async (_fault, user, expected, options) => {
    expectFirst(await look(peer, user, options), expected);
  });

  it("200 without Contact", async () => {
    const report = await look(peer, "fnocontact", { password: "secret", testBinding: true });
    expectFirst(report, { id: "binding-not-listed", confidence: "medium" });
  });

  const logins: [fault: string, user: string, password: string, expected: Expected, authUsername?: string][] =
    [
      ["a wrong password (401 again)", "1001", "wrong", { id: "credentials-refused" }],
      ["a wrong password (407 again)", "f407", "wrong", { id: "credentials-refused" }],
      [
        "a wrong password (403)",
        "f403wrong",
        "wrong",
        { id: "forbidden-after-credentials", confidence: "medium" },
      ],
      ["an unknown user", "nobody", "secret", { id: "credentials-refused" }],
      ["the auth user left out", "1011", 'p@ss:w"ord\\ü', { id: "credentials-refused" }],
      [
        "the auth user of another extension",
        "1002",
        "secret",
        { id: "forbidden-after-credentials", confidence: "medium" },
        "1001",
      ],
      ["a fresh nonce called stale", "fstale", "secret", { id: "nonce-stale-once", confidence: "medium" }],
    ];
  it.each(logins)("%s", async (_fault, user, password, expected, authUsername) => {
    const target = authUsername === undefined ? {} : { authUsername };
    expectFirst(await look(peer, user, { password, target }), expected);
  });

  it("tls to the port for udp and tcp", async () => {
    const report = await look(peer, "1001", { target: { transport: "tls" } });
    expectFirst(report, { id: "plain-sip-on-tls-port" });
  });

  it("tcp to the port for tls", async () => {
    const report = await look(peer, "1001", { target: { transport: "tcp", port: peer.ports.tls } });
    expect(expectFirst(report, { id: "tls-on-plain-port" }).fix).toContain(`tls with port ${peer.ports.tls}`);
  });

  it("udp to the port for tls", async () => {
    const report = await look(peer, "1001", { target: { transport: "udp", port: peer.ports.tls } });
    expect(expectFirst(report, { id: "other-endpoint-answers" }).title).toBe(
      `tls/${peer.ports.tls} answers, udp/${peer.ports.tls} does not`,
    );
  });

  it.each(["udp", "tcp", "tls"] as const)("%s to a closed port", async (transport) => {
    const port = await freePort();
    expectFirst(await look(peer, "1001", { target: { transport, port } }), { id: "port-refused" });
  });

  it("a good PBX in a private network, as the internet sees it", async () => {
    const report = await lookAs(peer, peer.accounts["1001"], { platformIsLocal: false });
    expectFirst(report, { id: "name-private-only" });
  });
});

describe.skipIf(await lacks("kamailio", "dnsmasq"))("Kamailio's certificate", () => {
  // By default it has a good one, with which a registrant that sends no name gets through.
  const names = [
    ["that has expired", "expired.test", /with the name: .* expired/],
    ["that is not valid yet", "future.test", /with the name: .* not valid yet/],
    ["signed by itself", "self.test", /with the name: .* self-signed/],
    ["without its intermediate", "incomplete.test", /with the name: .* no certificate that issued/],
  ] as const satisfies readonly (readonly [string, CertificateName, RegExp])[];
  const good = [
    "pbx.test",
    "chain.test",
    "sipuri.test",
    "otheruri.test",
    "cn.test",
    "pbx.wildcard.test",
  ] as const;

  let peer: KamailioPeer;
  let dns: DnsPeer;
  beforeAll(async () => {
    const hosts = [...names.map(([, name]) => name), "wrong.test", ...good];
    peer = await startKamailio();
    dns = await startDnsmasq(hosts.map((name) => ({ type: "A", name, address: "127.0.0.1" })));
  });
  afterAll(() => Promise.all([peer?.stop(), dns?.stop()]));

  const shown = (name: string) =>
    lookAs(peer, kamailioAccounts["1001"], {
      transport: "tls",
      target: { sipDomain: name },
      dnsServers: [dns.server],
    });

  it.each(names)("%s", async (_fault, name, evidence) => {
    const report = await shown(name);
    expect(expectFirst(report, { id: "only-without-sni", confidence: "medium" }).evidence).toMatch(evidence);
    expect(report.evidence.credentials).toBeUndefined();
    expect(report.notChecked.map(({ why }) => why).join()).toMatch(/certificate did not hold/);
  });

  it("for another name", async () => {
    const report = await shown("wrong.test");
    expectFirst(report, { id: "certificate-name" });
    expect(report.evidence.credentials).toBeUndefined();
  });

  it.each(good)("%s is good enough", async (name) => {
    expectProven(await shown(name));
  });
});

describe.skipIf(await lacks("kamailio"))("Kamailio with one contact for an extension", () => {
  let peer: KamailioPeer;
  beforeAll(async () => {
    peer = await startKamailio({ maxContacts: 1 });
  });
  afterAll(() => peer?.stop());

  it("that another device holds", async () => {
    const account = peer.accounts["1001"];
    const phone = await openAgent(peer, account, { domain: peer.host });
    await phone.register({ password: new Secret(account.password), expires: 120 });
    try {
      const query = await lookAs(peer, account);
      expectProven(query);
      expect(query.findings.map(({ id }) => id)).toContain("held-by-another-device");
      const binding = await lookAs(peer, account, { testBinding: true });
      expect(expectFirst(binding, { id: "binding-refused", confidence: "medium" }).evidence).toMatch(/503/);
    } finally {
      await phone.close();
    }
  });
});
