import { describe, expect, it } from "vitest";
import { asJson, asText } from "../../../../src/commands/diagnose/report.js";
import type { DiagnosisReport, Finding } from "../../../../src/diagnosis/index.js";
import { plain } from "../../../support/plain.js";

function finding(id: string, severity: Finding["severity"]): Finding {
  return {
    ...{ id: id as Finding["id"], severity, title: `Title of ${id}`, evidence: `seen of ${id}` },
    ...{ cause: `Cause of ${id}.`, fix: `Fix of ${id}.`, confidence: "high", seenFrom: "here" as never },
  };
}

function reported(more: Partial<DiagnosisReport> = {}): DiagnosisReport {
  return {
    target: { sipDomain: "pbx.example.com", username: "1001" },
    verdict: { outcome: "problem", text: "The PBX refuses it." } as DiagnosisReport["verdict"],
    ...{ findings: [], checked: [], notChecked: [], nextSteps: ["Do this."], trace: [], durationMs: 12 },
    ...{ evidence: {} as never },
    ...more,
  };
}

describe("a report of a diagnosis as text", () => {
  it("has the verdict first, then its sections, each with a title and indented lines", () => {
    const report = reported({
      findings: [finding("one", "critical" as never), finding("remark", "info"), finding("two", "warning")],
      checked: [
        { check: "name", found: "192.0.2.1" },
        { check: "registrar", found: "answers" },
      ] as never,
      notChecked: [{ check: "media", why: "no call was placed" }] as never,
    });
    expect(asText(report, { detail: false, note: "As stored." })).toBe(`PROBLEM  The PBX refuses it.
As stored.

Findings
  1. Title of one [critical, confidence high, one]
     Seen from here: seen of one
     Cause: Cause of one.
     Fix: Fix of one.
  2. Title of two [warning, confidence high, two]
     Seen from here: seen of two
     Cause: Cause of two.
     Fix: Fix of two.

Remarks
  - Title of remark: seen of remark

Checked
  name       192.0.2.1
  registrar  answers

Not checked
  media      no call was placed
`);
  });

  it.each([
    ["proven", "PROVEN"],
    ["problem", "PROBLEM"],
    ["not_proven", "NOT PROVEN"],
  ] as const)("has no section that would be empty: %s", (outcome, mark) => {
    const verdict = { outcome, text: "So it is." } as DiagnosisReport["verdict"];
    expect(asText(reported({ verdict }), { detail: false })).toBe(`${mark}  So it is.\n`);
  });
});

describe("a report of a diagnosis as JSON", () => {
  it("has the same facts, and what is not known is left out", () => {
    const report = reported({ findings: [finding("one", "warning")] });
    expect(plain(asJson(report))).toEqual({
      ...{ target: { sipDomain: "pbx.example.com", username: "1001" }, verdict: report.verdict },
      ...{ findings: report.findings, checked: [], notChecked: [], nextSteps: ["Do this."], messages: [] },
      durationMs: 12,
    });
  });

  it("names the preset and the contacts that were seen", () => {
    const preset = { id: "asterisk-pjsip", name: "Asterisk", from: "given" } as const;
    const bindings = [{ uri: "sip:1001@192.0.2.9" }];
    const evidence = { credentials: { bindings } } as never;
    expect(asJson(reported({ preset, evidence }))).toMatchObject({ preset, bindings });
  });
});
