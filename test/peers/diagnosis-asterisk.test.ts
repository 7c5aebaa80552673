import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import { writeFaultTable } from "../support/fault-table.js";
import { expectFirst, expectProven, look, lookAs } from "./support/diagnosing.js";
import {
  type Asterisk16Peer,
  type Asterisk22Peer,
  asterisk22Accounts,
  freePort,
  lacks,
  openAgent,
  startAsterisk16,
  startAsterisk22,
  startDnsmasq,
} from "./support/index.js";

/** What a diagnosis finds at Asterisk, where one code means another thing in PJSIP than in chan_sip. */

const noDns = await lacks("dnsmasq");
const TRANSPORTS = ["udp", "tcp", "tls"] as const;

afterAll(() => writeFaultTable("asterisk"));

describe.skipIf(await lacks("asterisk22"))("Asterisk 22 (PJSIP)", () => {
  let peer: Asterisk22Peer;
  beforeAll(async () => {
    peer = await startAsterisk22();
  });
  afterAll(() => peer?.stop());

  it("a wrong password", async () => {
    const { cause, fix } = expectFirst(await look(peer, "1001", { password: "wrong" }), {
      id: "credentials-refused",
    });
    expect(cause).toMatch(/^One of these: \(1\) wrong password/);
    expect(fix).toMatch(/pjsip\.conf/);
  });

  it("an unknown user", async () => {
    const { cause } = expectFirst(await look(peer, "nobody", { password: "x" }), {
      id: "credentials-refused",
    });
    expect(cause).toMatch(/unknown user/);
  });

  it("the auth user left out", async () => {
    const { password } = peer.accounts["1011"];
    const { cause } = expectFirst(await look(peer, "1011", { password }), { id: "credentials-refused" });
    expect(cause).toMatch(/authUsername/);
  });

  it("an access list (401 to good credentials)", async () => {
    const report = await lookAs(peer, peer.accounts["1008"]);
    expect(expectFirst(report, { id: "credentials-refused" }).cause).toMatch(/access list/);
  });

  it("no AOR (403 to good credentials)", async () => {
    const { cause, fix } = expectFirst(await lookAs(peer, peer.accounts["1006"]), {
      id: "extension-not-bindable",
    });
    expect(cause).not.toMatch(/password/);
    expect(fix).toMatch(/aors=/);
  });

  it("contacts full (403 to good credentials)", async () => {
    const account = peer.accounts["1005"];
    const phone = await openAgent(peer, account, { domain: peer.host });
    await phone.register({ password: new Secret(account.password), expires: 120 });
    try {
      const query = await lookAs(peer, account);
      expectProven(query);
      expect(query.findings.find(({ id }) => id === "held-by-another-device")?.evidence).toMatch(/sip:1005@/);
      const report = await lookAs(peer, account, { testBinding: true });
      const first = expectFirst(report, { id: "binding-refused", confidence: "medium" });
      expect(first.evidence).toMatch(/403 .* from Asterisk/);
    } finally {
      await phone.close();
    }
  });

  it("tls to the port for udp and tcp", async () => {
    const report = await look(peer, "1001", { target: { transport: "tls" } });
    expectFirst(report, { id: "plain-sip-on-tls-port" });
  });

  it("tcp to the port for tls", async () => {
    const report = await look(peer, "1001", { target: { transport: "tcp", port: peer.ports.tls } });
    expectFirst(report, { id: "tls-on-plain-port" });
  });

  it.skipIf(noDns)("a certificate for another name than the one dialled", async () => {
    const name = "pbx.customer.test";
    const dns = await startDnsmasq([{ type: "A", name, address: "127.0.0.1" }]);
    try {
      const options = { transport: "tls", target: { sipDomain: name }, dnsServers: [dns.server] } as const;
      expectFirst(await look(peer, "1001", options), { id: "certificate-name" });
    } finally {
      await dns.stop();
    }
  });

  it("a closed port", async () => {
    const port = await freePort();
    expectFirst(await look(peer, "1001", { target: { port } }), { id: "port-refused" });
  });

  it("no one is evicted by a query where the newest contact wins", async () => {
    const account = peer.accounts["1007"];
    const phone = await openAgent(peer, account, { domain: peer.host });
    await phone.register({ password: new Secret(account.password), expires: 120 });
    try {
      const before = await peer.cli("pjsip show contacts");
      expect(before).toMatch(/1007\/sip:1007@/);
      expectProven(await lookAs(peer, account));
      expect(await peer.cli("pjsip show contacts")).toBe(before);
    } finally {
      await phone.close();
    }
  });

  it("leaves nothing behind when it tests a binding", async () => {
    const report = await lookAs(peer, peer.accounts["1002"], { testBinding: true });
    expectProven(report, /accepts the credentials of 1002 and takes its registration/);
    expect(report.evidence.binding).toMatchObject({ outcome: "bound", removed: true });
    expect(await peer.cli("pjsip show contacts")).not.toMatch(/1002\/sip:/);
  });

  it.each(TRANSPORTS)("is healthy over %s", async (transport) => {
    const report = await lookAs(peer, peer.accounts["1001"], { transport });
    expectProven(report);
    expect(report.preset?.id).toBe("asterisk-pjsip");
  });

  it.each(["1003", "1004", "1011", "1014", "1015"] as const)(
    "is healthy as %s: SHA-256, an awkward password, an auth user of its own",
    async (extension) => {
      const report = await lookAs(peer, asterisk22Accounts[extension]);
      expectProven(report);
      expect(report.findings.some(({ id }) => id === "no-md5")).toBe(extension === "1003");
    },
  );
});

describe.skipIf(await lacks("asterisk16"))("Asterisk 16 (chan_sip)", () => {
  let peer: Asterisk16Peer;
  beforeAll(async () => {
    peer = await startAsterisk16();
  });
  afterAll(() => peer?.stop());

  const refused = [
    ["a wrong password (403)", "1001", "wrong", /wrong password/],
    ["an unknown user (403)", "nobody", "x", /unknown user/],
    ["an access list (403 to good credentials)", "1008", "secret8", /access list/],
  ] as const;
  it.each(refused)("%s", async (_fault, user, password, cause) => {
    const report = await look(peer, user, { password });
    const first = expectFirst(report, { id: "credentials-refused" });
    expect(first.evidence).toMatch(/403/);
    expect(first.cause).toMatch(cause);
  });

  it("tls to the port for udp and tcp", async () => {
    const report = await look(peer, "1001", { target: { transport: "tls" } });
    expectFirst(report, { id: "plain-sip-on-tls-port" });
  });

  it.each(TRANSPORTS)("is healthy over %s, without qop", async (transport) => {
    const report = await lookAs(peer, peer.accounts["1001"], { transport });
    expectProven(report);
    expect(report.evidence.registrar?.exchanges[0].challenge?.offers[0]?.qop).toEqual([]);
    expect(report.evidence.answerer.family).toBe("asterisk-chan-sip");
  });
});
