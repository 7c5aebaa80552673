import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DiagnosisReport } from "../../src/diagnosis/index.js";
import { plain } from "../support/plain.js";
import { lookAs } from "./support/diagnosing.js";
import { type Asterisk22Peer, asterisk22Accounts, lacks, startAsterisk22 } from "./support/index.js";

/** Calls to the echo test of a real PBX: plain RTP, SRTP, an announcement before the echo, and faults by its configuration. */

const OUTSIDE = { echoCode: "600", position: "outside" } as const;

describe.skipIf(await lacks("asterisk22"))("the echo test of Asterisk 22", () => {
  let peer: Asterisk22Peer;
  beforeAll(async () => {
    peer = await startAsterisk22();
  });
  afterAll(() => peer?.stop());

  const finding = (report: DiagnosisReport, id: string) =>
    plain(report).findings.find((each) => each.id === id);
  /** No channel is left over: it was hung up. */
  const channels = async () =>
    (await peer.cli("core show channels count")).match(/^\d+ active channel/m)?.[0];

  it.each(["udp", "tcp", "tls"] as const)("is heard with signalling over %s", async (transport) => {
    const report = await lookAs(peer, asterisk22Accounts["1001"], { transport, media: OUTSIDE });
    const works = finding(report, "pbx-media-works");
    expect(works?.evidence).toMatch(/1\.[345] s of a tone of 1\.5 s came back/);
    for (const id of ["no-refer", "dtmf-not-agreed", "call-contact-private", "media-address-private"]) {
      expect(finding(report, id), id).toBeUndefined();
    }
    expect(await channels()).toBe("0 active channel");
  });

  it("is heard through an announcement, since Asterisk reports that it gets our voice", async () => {
    const report = await lookAs(peer, asterisk22Accounts["1001"], { media: { ...OUTSIDE, echoCode: "*43" } });
    const works = finding(report, "pbx-media-works");
    expect(works?.evidence).toMatch(/the tone did not come back.*the PBX reports \d+ % of ours lost/);
    expect(await channels()).toBe("0 active channel");
  });

  it("announces a private media address by its configuration, with open ports behind it", async () => {
    const report = await lookAs(peer, asterisk22Accounts["1020"], { media: OUTSIDE });
    expect(finding(report, "media-address-private")).toMatchObject({
      confidence: "high",
      evidence: expect.stringMatching(
        /wants voice at 192\.168\.10\.2:\d+; sent to 127\.0\.0\.1:\d+ instead, our tone came back/,
      ),
    });
    expect(finding(report, "pbx-media-works")).toBeUndefined();
  });

  it("takes SRTP alone, and is heard in it", async () => {
    const report = await lookAs(peer, asterisk22Accounts["1021"], { media: OUTSIDE });
    expect(finding(report, "own-media-refused")).toMatchObject({
      confidence: "high",
      title: "The PBX takes encrypted voice only (SRTP)",
    });
    expect(finding(report, "pbx-media-works")?.evidence).toMatch(/of a tone of 1\.5 s came back/);
    const line = plain(report).checked.find(({ check }) => check === "media")?.found;
    expect(line).toMatch(/\(SRTP, PCMU\)/);
  });

  it("takes none of the codecs that are offered", async () => {
    const report = await lookAs(peer, asterisk22Accounts["1022"], { media: OUTSIDE });
    expect(finding(report, "own-media-refused")).toMatchObject({ confidence: "medium" });
    expect(finding(report, "pbx-media-works")).toBeUndefined();
  });

  it("agrees on no keys as events", async () => {
    const report = await lookAs(peer, asterisk22Accounts["1023"], { media: OUTSIDE });
    expect(finding(report, "dtmf-not-agreed")).toMatchObject({ severity: "info" });
  });

  it("is given up where a telephone rings in its place", async () => {
    const report = await lookAs(peer, asterisk22Accounts["1001"], { media: { ...OUTSIDE, echoCode: "602" } });
    const why = plain(report).notChecked.find(({ check }) => check === "media")?.why;
    expect(why).toMatch(/the call to 602 rang, so it is not an echo test/);
    expect(await channels()).toBe("0 active channel");
  });

  it("costs no failed login", async () => {
    expect(await peer.strikes()).toBe(0);
  });
});
