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
  // The caller always announces its own private address.
  const ITS_OWN = "medium media-address-private";
  const cases: [what: string, at: "pbx" | "caller", Circumstances, finds: string[]][] = [
    ["names nothing where the voice of both gets to the other, at the PBX", "pbx", {}, []],
    ["names nothing where the voice of both gets to the other, at the caller", "caller", {}, []],
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
    [
      "names what the PBX sends to the caller's private address",
      "pbx",
      { extension: "1024" },
      [ITS_OWN, "medium rtp-to-private"],
    ],
    // It sends to where the PBX's SIP comes from.
    ["names nothing where the caller copes with a PBX's private address", "caller", { sipPort: 5062 }, []],
  ];
  it.each(cases)("%s", async (_what, at, circumstances, finds) => {
    expect(await net.explainCapture(circumstances, at)).toEqual(finds);
  });
});
