import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectProven, look, lookAs } from "./support/diagnosing.js";
import {
  type KamailioOptions,
  type KamailioPeer,
  kamailioAccounts,
  lacks,
  type PeerName,
  startKamailio,
} from "./support/index.js";

/** A Kamailio that is as it should be has no finding above a remark; for Asterisk see the file of its faults. */

const TRANSPORTS = ["udp", "tcp", "tls"] as const;

const PEERS: readonly (readonly [name: string, program: PeerName, options: KamailioOptions])[] = [
  ["Kamailio with MD5", "kamailio", {}],
  ["Kamailio with SHA-256 alone", "kamailio", { algorithm: "SHA-256" }],
  ["Kamailio 6.1 with SHA-256 alone", "kamailio61", { algorithm: "SHA-256", program: "kamailio61" }],
];

for (const [name, program, options] of PEERS) {
  describe.skipIf(await lacks(program))(name, () => {
    let peer: KamailioPeer;
    beforeAll(async () => {
      peer = await startKamailio(options);
    });
    afterAll(() => peer?.stop());

    for (const host of ["127.0.0.1", "::1"]) {
      it.each(TRANSPORTS)(`is healthy over %s at ${host}`, async (transport) => {
        const report = await lookAs({ ...peer, host }, kamailioAccounts["1001"], { transport });
        expectProven(report);
        expect(report.findings.some(({ id }) => id === "no-md5")).toBe(options.algorithm === "SHA-256");
      });
    }

    it("is healthy with an awkward password and its own auth user", async () => {
      expectProven(await lookAs(peer, kamailioAccounts["1011"]));
    });

    it("is healthy behind an outbound proxy", async () => {
      const target = { sipDomain: "pbx.test", proxy: peer.host };
      for (const transport of TRANSPORTS) {
        const report = await lookAs(peer, kamailioAccounts["1001"], { transport, target });
        // The certificate is judged for the host that is dialled.
        expectProven(report);
      }
    });

    it("is healthy where it challenges as a proxy does (407)", async () => {
      expectProven(await lookAs(peer, kamailioAccounts.f407));
    });

    it("is healthy with a minimum for the expiry, which our own binding keeps to", async () => {
      const report = await lookAs(peer, kamailioAccounts.f423, { testBinding: true });
      expectProven(report, /takes its registration/);
      expect(report.evidence.binding).toMatchObject({ raisedTo: 600, removed: true });
    });

    it("is healthy up to the challenge without a password", async () => {
      const { verdict } = await look(peer, "1001");
      expect(verdict).toMatchObject({
        outcome: "not_proven",
        text: expect.stringMatching(/They were not tested/),
      });
    });
  });
}
