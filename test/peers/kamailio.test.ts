import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import type { TransportName } from "../../src/sip/index.js";
import {
  type Account,
  type CertificateName,
  certificates,
  ending,
  type KamailioOptions,
  type KamailioPeer,
  kamailioAccounts,
  lacks,
  openAgent,
  startKamailio,
  tryPassword,
} from "./support/index.js";

const TRANSPORTS = ["udp", "tcp", "tls"] as const satisfies readonly TransportName[];
const accounts = kamailioAccounts;

const variants: readonly (KamailioOptions & {
  program: "kamailio" | "kamailio61";
  algorithm: "MD5" | "SHA-256";
})[] = [
  { program: "kamailio", algorithm: "MD5" },
  { program: "kamailio", algorithm: "SHA-256" },
  { program: "kamailio61", algorithm: "SHA-256" },
];

for (const variant of variants) {
  describe.skipIf(await lacks(variant.program))(`${variant.program} with ${variant.algorithm}`, () => {
    let peer: KamailioPeer;

    beforeAll(async () => {
      peer = await startKamailio(variant);
    });
    afterAll(() => peer?.stop());

    it.each(TRANSPORTS)("takes the right password and refuses a wrong one over %s", async (transport) => {
      expect(await tryPassword(peer, accounts["1001"], { transport })).toBe("200");
      expect(await tryPassword(peer, accounts["1001"], { transport, password: "wrong" })).toBe("refused");
    });

    it.each(TRANSPORTS)("answers on ::1 over %s", async (transport) => {
      expect(await tryPassword(peer, accounts["1002"], { transport, address: "::1" })).toBe("200");
    });

    it("challenges with the algorithm that it was started with", async () => {
      const agent = await openAgent(peer, accounts["1001"]);
      const { outcome } = await agent.fetchBindings();
      await agent.close();
      expect(outcome.kind).toBe("challenged");
      if (outcome.kind !== "challenged") return;
      const challenge = outcome.response.headers.get("WWW-Authenticate");
      expect(challenge).toContain('realm="pbx.test"');
      expect(challenge).toContain(`algorithm=${variant.algorithm}`);
    });

    it("knows its own authentication user and an awkward password", async () => {
      expect(await tryPassword(peer, accounts["1011"])).toBe("200");
    });
  });
}

describe.skipIf(await lacks("kamailio"))("kamailio's faults", () => {
  let peer: KamailioPeer;

  beforeAll(async () => {
    peer = await startKamailio({ maxContacts: 1 });
  });
  afterAll(() => peer?.stop());

  it.each([
    ["f302", "302"],
    ["f305", "305"],
    ["f403", "403"],
    ["f404", "404"],
    ["f405", "405"],
    ["f420", "420"],
    ["f421", "421"],
    ["f426", "426"],
    ["f480", "480"],
    ["f500", "500"],
    ["f503", "503"],
    ["fnocontact", "200"],
  ])("does to %s what its name says", async (user, expected) => {
    const account = { ...accounts["1001"], extension: user, authUsername: user };
    expect(await tryPassword(peer, account)).toBe(expected);
  });

  it("keeps fslow waiting for 3 s and never answers fdrop", async () => {
    const [slow, dropped] = ["fslow", "fdrop"].map((user) => ({ ...accounts["1001"], extension: user }));
    const began = performance.now();
    const [late, never] = await Promise.all([
      tryPassword(peer, slow as Account),
      tryPassword(peer, dropped as Account, { deadlineMs: 3_500 }),
    ]);
    expect([late, never]).toEqual(["200", "timeout"]);
    expect(performance.now() - began).toBeGreaterThan(2_900);
  });

  it.each(["f407", "fstale", "f403wrong", "f423"] as const)("lets %s in in the end", async (user) => {
    const agent = await openAgent(peer, accounts[user]);
    expect(ending(await agent.register({ password: new Secret("secret"), expires: 60 }))).toBe("200");
    await agent.close();
  });

  it("tells fstale once that its nonce is stale", async () => {
    const agent = await openAgent(peer, accounts.fstale);
    const { attempts, credentialedSends } = await agent.fetchBindings({ password: new Secret("secret") });
    await agent.close();
    expect(credentialedSends).toBe(2);
    const challenges = attempts.map(({ outcome }) =>
      outcome.kind === "response" ? outcome.response.headers.get("WWW-Authenticate") : undefined,
    );
    expect(challenges.map((each) => each?.includes("stale=true"))).toEqual([false, true, undefined]);
  });

  it("answers f403wrong with 403 after a wrong password", async () => {
    expect(await tryPassword(peer, accounts.f403wrong, { password: "wrong" })).toBe("403 after credentials");
  });

  it("refuses one contact more than it was started with", async () => {
    const first = await openAgent(peer, accounts["1002"]);
    const second = await openAgent(peer, accounts["1002"]);
    const password = new Secret(accounts["1002"].password);
    expect(ending(await first.register({ password }))).toBe("200");
    expect(ending(await second.register({ password }))).toBe("503 after credentials");
    await Promise.all([first.close(), second.close()]);
  });

  it("logs refusals", async () => {
    await tryPassword(peer, accounts["1001"], { password: "wrong" });
    await expect.poll(() => peer.log()).toMatch(/REGISTER refused: user=1001 /);
  });

  it("shows each certificate to the client that asks for its name", async () => {
    const { issued } = await certificates();
    for (const name of Object.keys(issued) as CertificateName[]) {
      const shown = await certificateOf(peer.ports.tls, name);
      expect(shown.fingerprint256, name).toBe(new X509Certificate(issued[name].cert).fingerprint256);
    }
  });
});

function certificateOf(port: number, servername: string): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", servername, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (certificate) resolve(certificate);
      else reject(new Error("no certificate"));
    });
    socket.on("error", reject);
  });
}
