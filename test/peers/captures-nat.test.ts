import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BehindNat, type Circumstances, startBehindNat } from "./support/behind-nat.js";
import { lacks } from "./support/index.js";
import { lacksNamespaces } from "./support/namespaces.js";

/** Captures at either end of a call through real NAT, read by the built program. */

const isSkipped = (await lacks("asterisk22", "tcpdump")) || (await lacksNamespaces());

describe.skipIf(isSkipped)("a capture of a call to an Asterisk behind NAT", () => {
  let net: BehindNat;
  beforeAll(async () => {
    net = await startBehindNat();
  });
  afterAll(() => net?.stop());

  const drop = (match: string) => ({ forward: [`${match} drop`] });
  const wayOut = 'oifname "wan" udp sport 18000-18099';
  // The caller announces its own private address, which a PBX with symmetric RTP does not mind; voice both ways proves it.
  const ITS_OWN = "medium media-address-private";
  const cases: [what: string, at: "pbx" | "caller", Circumstances, finds: string[]][] = [
    ["has the voice of both, at the PBX, which announces its router's address", "pbx", {}, [ITS_OWN]],
    ["has the voice of both, at the caller", "caller", {}, [ITS_OWN]],
    [
      "has one way only where the announced address is out of date",
      "caller",
      { sipPort: 5064 },
      ["medium rtp-one-way", ITS_OWN],
    ],
    [
      "has one way only where the way out is shut",
      "caller",
      { gate: drop(wayOut) },
      ["medium rtp-one-way", ITS_OWN],
    ],
  ];
  it.each(cases)("%s", async (_what, at, circumstances, finds) => {
    expect(await net.explainCapture(circumstances, at)).toEqual(finds);
  });
});
