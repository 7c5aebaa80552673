import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProbeHistory } from "../../src/diagnosis/index.js";
import { RFC_TIMERS } from "../../src/sip/index.js";
import { type Look, look as lookQuickly } from "./support/diagnosing.js";
import {
  type Asterisk16Peer,
  type Asterisk22Peer,
  lacks,
  startAsterisk16,
  startAsterisk22,
} from "./support/index.js";

/** What fail2ban would have counted by the end of a diagnosis, from Asterisk's own log. Debian's limit is 10. */

type Peer = Asterisk22Peer | Asterisk16Peer;
type Run = readonly [what: string, user: string, options: Look, strikes: number];

const COMMON: readonly Run[] = [
  ["without credentials", "1001", {}, 0],
  ["with good credentials", "1001", { password: "secret" }, 0],
  ["with good credentials and a binding of its own", "1001", { password: "secret", testBinding: true }, 0],
  ["with a wrong password", "1002", { password: "wrong" }, 1],
  [
    "with good credentials sent to the wrong port",
    "1001",
    { password: "secret", target: { port: 20_001 } },
    0,
  ],
];
/** PJSIP counts each request of a user whom it does not know or whose address it does not like, and twice the one with credentials; a REGISTER that is challenged spares it the OPTIONS. */
const PJSIP: readonly Run[] = [
  ["without credentials for a user behind an access list", "1008", {}, 1],
  ["with good credentials for a user behind an access list", "1008", { password: "secret8" }, 4],
  ["without credentials for an unknown user", "nobody", {}, 1],
  ["with a password for an unknown user", "nobody", { password: "x" }, 4],
];
const CHAN_SIP: readonly Run[] = [
  ["without credentials for a user behind an access list", "1008", {}, 1],
  ["without credentials for an unknown user", "nobody", {}, 0],
  ["with good credentials for a user behind an access list", "1008", { password: "secret8" }, 2],
  ["with a password for an unknown user", "nobody", { password: "x" }, 1],
];

/** With the RFC's timers: PJSIP counts a retransmission as one more attempt, and a busy machine's answer outlasts a short T1. */
const look: typeof lookQuickly = (peer, username, options) =>
  lookQuickly(peer, username, { timers: RFC_TIMERS, ...options });

async function cost(peer: Peer, run: () => Promise<unknown>): Promise<number> {
  const before = await peer.strikes();
  await run();
  return (await peer.strikes()) - before;
}

for (const [name, program, start, own] of [
  ["Asterisk 22 (PJSIP)", "asterisk22", startAsterisk22, PJSIP],
  ["Asterisk 16 (chan_sip)", "asterisk16", startAsterisk16, CHAN_SIP],
] as const) {
  describe.skipIf(await lacks(program))(`on ${name} a diagnosis`, () => {
    let peer: Peer;
    beforeAll(async () => {
      peer = await start();
    });
    afterAll(() => peer?.stop());

    for (const transport of ["udp", "tcp", "tls"] as const) {
      it.each(COMMON)(
        `%s for %s over ${transport} costs its strikes`,
        async (_what, user, options, strikes) => {
          expect(await cost(peer, () => look(peer, user, { ...options, transport }))).toBe(strikes);
        },
      );
    }

    it.each(own)("%s (%s) costs its strikes", async (_what, user, options, strikes) => {
      expect(await cost(peer, () => look(peer, user, options))).toBe(strikes);
    });

    it("with a wrong password costs one strike however often it is repeated", async () => {
      const history = new ProbeHistory();
      const strikes = await cost(peer, async () => {
        for (let count = 0; count < 4; count += 1) await look(peer, "1002", { password: "wrong", history });
      });
      expect(strikes).toBe(1);
    });

    it("with one wrong password after the other costs two at most, forced or not", async () => {
      const history = new ProbeHistory();
      const strikes = await cost(peer, async () => {
        for (const password of ["one", "two", "three", "four"]) {
          await look(peer, "1002", { password, history, force: true });
        }
      });
      // PJSIP does not tell a wrong password from an unknown user, for whom a second try would be too much.
      expect(strikes).toBe(program === "asterisk22" ? 1 : 2);
    });

    it.each([
      ["a user whom it does not know", ["nobody"]],
      ["one unknown user after the other", ["nobody", "noone", "1001x"]],
      ["a user behind an access list", ["1008"]],
    ])("repeated for %s stays below the five from which a ban comes", async (_whose, users) => {
      for (const passwords of [[undefined], ["one", "two", undefined], [undefined, "one", "two"]]) {
        const history = new ProbeHistory();
        const strikes = await cost(peer, async () => {
          for (let count = 0; count < 6; count += 1) {
            const password = passwords[count % passwords.length];
            await look(peer, users[count % users.length] ?? "", { password, history, force: true });
          }
        });
        expect(strikes, JSON.stringify(passwords)).toBeLessThan(5);
      }
    });
  });
}

describe.skipIf(await lacks("asterisk22"))("an Asterisk that hides its name", () => {
  let peer: Peer;
  beforeAll(async () => {
    peer = await startAsterisk22({ serverName: "Office 7" });
  });
  afterAll(() => peer?.stop());

  it("is known by its nonces, so one wrong password after the other comes to no ban", async () => {
    for (const user of ["nobody", "1002"]) {
      const history = new ProbeHistory();
      const names = new Set<string>();
      const strikes = await cost(peer, async () => {
        for (const password of [undefined, "one", "two", "three"]) {
          const { server = "nobody" } = await look(peer, user, { password, history, force: true });
          names.add(String(server));
        }
      });
      expect([...names].join()).toMatch(/Office 7/);
      expect([...names].join()).not.toMatch(/Asterisk/);
      expect(strikes).toBeLessThan(5);
    }
  });
});
