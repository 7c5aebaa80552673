import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import type { Call, ServerTransaction } from "../../src/sip/index.js";
import { Calls } from "../../src/sip/index.js";
import {
  type Account,
  type Asterisk16Peer,
  type Asterisk22Peer,
  ending,
  lacks,
  openAgent,
  startAsterisk16,
  startAsterisk22,
  strikes,
  tryPassword,
} from "./support/index.js";

const TRANSPORTS = ["udp", "tcp", "tls"] as const;

describe.skipIf(await lacks("asterisk22"))("asterisk22", () => {
  let peer: Asterisk22Peer;

  beforeAll(async () => {
    peer = await startAsterisk22();
  });
  afterAll(() => peer?.stop());

  it.each(TRANSPORTS)("takes the right password and refuses a wrong one over %s", async (transport) => {
    expect(await tryPassword(peer, peer.accounts["1001"], { transport })).toBe("200");
    expect(await tryPassword(peer, peer.accounts["1001"], { transport, password: "x" })).toBe("refused");
  });

  it.each(["1002", "1003", "1004", "1005", "1007", "1011", "1014", "1015"] as const)(
    "lets %s in with its own user and password",
    async (extension) => {
      expect(await tryPassword(peer, peer.accounts[extension])).toBe("200");
    },
  );

  it("keeps 1006 out for want of an AOR and 1008 for its address, after good credentials", async () => {
    expect(await tryPassword(peer, peer.accounts["1006"])).toBe("403 after credentials");
    expect(await tryPassword(peer, peer.accounts["1008"])).toBe("refused");
  });

  it("refuses a second contact of 1005", async () => {
    const first = await openAgent(peer, peer.accounts["1005"]);
    const second = await openAgent(peer, peer.accounts["1005"]);
    const password = new Secret(peer.accounts["1005"].password);
    expect(ending(await first.register({ password }))).toBe("200");
    expect(ending(await second.register({ password }))).toBe("403 after credentials");
    await Promise.all([first.close(), second.close()]);
  });

  it("rings a registered contact, which answers, and hangs up", async () => {
    await expectCall(peer, peer.accounts["1001"]);
  });

  it.each([
    ["a good password", { extension: "1002" }, 0],
    ["a known user without a password", { extension: "1002", password: undefined }, 0],
    ["a wrong password", { extension: "1002", password: "wrong" }, 1],
    ["an unknown user", { extension: "1999", password: "wrong" }, 3],
  ])("counts the strikes of %s as fail2ban does", async (_, attempt, expected) => {
    const before = await counted(peer);
    const { extension } = attempt;
    const agent = await openAgent(peer, { extension, authUsername: extension });
    const password = "password" in attempt ? attempt.password : peer.accounts["1002"].password;
    await agent.fetchBindings(password === undefined ? {} : { password: new Secret(password) });
    await agent.close();
    const after = await counted(peer);
    expect({ notices: after.notices - before.notices, events: after.events - before.events }).toEqual({
      notices: expected,
      events: expected,
    });
  });
});

describe.skipIf(await lacks("asterisk16"))("asterisk16", () => {
  let peer: Asterisk16Peer;

  beforeAll(async () => {
    peer = await startAsterisk16();
  });
  afterAll(() => peer?.stop());

  it.each(TRANSPORTS)(
    "takes the right password and answers a wrong one with 403 over %s",
    async (transport) => {
      expect(await tryPassword(peer, peer.accounts["1001"], { transport })).toBe("200");
      const wrong = await tryPassword(peer, peer.accounts["1001"], { transport, password: "x" });
      expect(wrong).toBe("403 after credentials");
    },
  );

  it("keeps 1008 out for its address", async () => {
    expect(await tryPassword(peer, peer.accounts["1008"])).toBe("403 after credentials");
  });

  it("rings a registered contact, which answers, and hangs up", async () => {
    await expectCall(peer, peer.accounts["1002"]);
  });

  it("counts one strike for a wrong password", async () => {
    const before = await peer.strikes();
    await tryPassword(peer, peer.accounts["1001"], { password: "wrong" });
    expect((await peer.strikes()) - before).toBe(1);
  });
});

async function counted(peer: Asterisk22Peer): Promise<{ notices: number; events: number }> {
  return { notices: await peer.strikes(), events: strikes(await peer.security()) };
}

async function expectCall(peer: Asterisk22Peer | Asterisk16Peer, account: Account): Promise<void> {
  let calls: Calls | undefined;
  const answered: Promise<Call | undefined>[] = [];
  const agent = await openAgent(peer, account, {
    onRequest: (transaction: ServerTransaction) => {
      if (calls?.handle(transaction)) return;
      if (transaction.request.method !== "INVITE" || !calls) transaction.respond(200);
      else answered.push(calls.incoming(transaction).answer());
    },
  });
  calls = new Calls(agent.transactions, { contact: agent.contact });
  try {
    const password = new Secret(account.password);
    expect(ending(await agent.register({ password, expires: 60 }))).toBe("200");
    await peer.call(account.extension, 1);
    await expect.poll(() => answered.length, { timeout: 5_000 }).toBe(1);
    const call = await answered[0];
    expect(await call?.ended).toBe("hung-up-there");
  } finally {
    await agent.close();
  }
}
