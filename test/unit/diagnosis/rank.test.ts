import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/diagnosis/finding.js";
import { findingsFrom, rank } from "../../../src/diagnosis/rank.js";
import { judge } from "../../../src/diagnosis/verdict.js";
import { loadPreset } from "../../../src/presets/index.js";
import { credentials, evidence, platform, registered, shutDoor, unanswered } from "../../support/evidence.js";
import { plain } from "../../support/plain.js";

const silent = shutDoor({ kind: "silent", ms: 6_000, sends: 4 });

function finding(
  id: Finding["id"],
  severity: Finding["severity"],
  confidence: Finding["confidence"],
): Finding {
  return { id, severity, confidence, title: id, evidence: "", cause: "", fix: "", seenFrom: "this machine" };
}

function ids(...seen: Parameters<typeof findingsFrom>): string[] {
  return findingsFrom(...seen).map(({ id }) => id);
}

describe("the order of findings", () => {
  it("is by severity, then by confidence, then as they came", () => {
    const ranked = rank([
      finding("nat", "info", "high"),
      finding("alg-suspected", "critical", "low"),
      finding("slow-answer", "warning", "high"),
      finding("port-silent", "critical", "high"),
      finding("port-refused", "critical", "high"),
    ]);
    expect(ranked.map(({ id }) => id)).toEqual([
      "port-silent",
      "port-refused",
      "alg-suspected",
      "slow-answer",
      "nat",
    ]);
  });

  it("leaves out what another finding accounts for", () => {
    expect(ids(unanswered([silent]))).toEqual(["port-silent"]);
    expect(ids(unanswered([silent], { history: { refusals: 2 } }))).toEqual(["banned-after-refusals"]);
  });

  it("takes what is not answered here for a remark while the platform is registered", () => {
    const seen = unanswered([silent], { platform: platform(["REGISTERED_STATE", "REGISTERED_STATE"]) });
    expect(findingsFrom(seen).map(({ severity }) => severity)).toEqual(["info", "info"]);
    expect(judge(seen, findingsFrom(seen))).toMatchObject({ outcome: "healthy" });
  });

  it("says from where each finding was seen", () => {
    const seen = evidence({
      credentials: credentials("refused", 401),
      platform: platform(["WRONG_CREDENTIALS_STATE"]),
    });
    const views = Object.fromEntries(findingsFrom(seen).map(({ id, seenFrom }) => [id, seenFrom]));
    expect(views).toMatchObject({
      "credentials-refused": "this machine",
      "platform-wrong-credentials": "the platform",
    });
  });
});

describe("a fix", () => {
  it("begins in the words of the PBX where its preset is known", async () => {
    const preset = await loadPreset("3cx");
    if (preset === undefined) throw new Error("no preset");
    const seen = evidence({ credentials: credentials("refused", 401), preset: { preset, from: "given" } });
    const [first] = findingsFrom(seen);
    expect(first?.fix).toMatch(/^3CX \(v18, v20\): /);
    expect(first?.fix).toMatch(/authUsername stands at .*Auth ID/);
  });
});

describe("the verdict", () => {
  const of = (seen: Parameters<typeof findingsFrom>[0]) => plain(judge(seen, findingsFrom(seen)));

  it("names the first finding with what was seen", () => {
    expect(of(unanswered([silent])).text).toBe(
      "udp/5060 does not answer (udp 8.8.4.4:5060: no answer in 6.0 s (4 sends)).",
    );
  });

  it("sounds no surer than its finding", () => {
    expect(of(unanswered([silent], { history: { refusals: 1 } })).text).toMatch(/^Probably: /);
    expect(of(evidence({ registers: [registered(401, { ms: 4_000 })] })).text).toMatch(/^It may work, but: /);
  });

  it("claims no more of a healthy PBX than was looked at", () => {
    expect(of(evidence()).text).toMatch(/asks for credentials, which were not tested/);
    expect(of(evidence({ credentials: credentials("accepted", 200) })).text).toMatch(
      /accepts the credentials of 1001/,
    );
    const { registrar: _none, ...unasked } = evidence({ target: { sipDomain: "pbx.example.com" } });
    expect(of(unasked).text).toMatch(/Whether it registers anybody was not asked/);
  });

  it("is unclear where nothing was asked", () => {
    const seen = unanswered([shutDoor({ kind: "unproven" }, { port: 5060 })], {
      target: { sipDomain: "pbx.example.com", port: 5060 },
    });
    expect(of(seen).outcome).toBe("unclear");
  });
});
