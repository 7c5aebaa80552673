import { describe, expect, it } from "vitest";
import { type DiagnosisReport, type Evidence, findingsFrom } from "../../../../src/diagnosis/index.js";
import { judge } from "../../../../src/diagnosis/verdict.js";
import { loadPreset } from "../../../../src/presets/index.js";
import { offeredSteps } from "../../../../src/tools/core/next-steps.js";
import { diagnoseReply } from "../../../../src/tools/diagnose-sip-registration/reply.js";
import {
  credentials,
  endpoint,
  endpointSeen,
  evidence,
  exchange,
  platform,
  registered,
  unanswered,
} from "../../../support/evidence.js";

function reportOf(seen: Evidence): DiagnosisReport {
  const findings = findingsFrom(seen);
  return {
    target: seen.target,
    verdict: judge(seen, findings),
    findings,
    checked: [],
    notChecked: [],
    nextSteps: [],
    trace: [],
    durationMs: 1,
    evidence: seen,
  };
}

interface Asked {
  tested?: boolean;
  agentId?: string;
}

function stepsOf(seen: Evidence, { tested = false, agentId }: Asked = {}): readonly string[] {
  const resolved = { target: seen.target };
  const context = { resolved, agentId, tested, detail: false, notes: [] };
  return offeredSteps(diagnoseReply(reportOf(seen), context).next ?? [], {
    readOnly: false,
    passwordArgument: true,
  });
}

const SILENT = endpointSeen({
  endpoint: endpoint(),
  options: exchange({ result: "silent", ms: 6_000, sends: 4 }),
});
const refusedWith = (status: number, server: string) =>
  evidence({ server, credentials: credentials(status === 401 ? "refused" : "rejected", status) });

const LIFT =
  "In this order: correct the credentials with the user, have the ban lifted on the PBX, then try once.";
const COMPARE = /^Have the user compare user, auth ID and SIP password/;

describe("what the preset says", () => {
  const notesOf = async (seen: Partial<Evidence>, id = "freepbx-pjsip") => {
    const preset = await loadPreset(id);
    if (!preset) throw new Error(`no preset ${id}`);
    const full = evidence({ ...seen, preset: { preset, from: "given" } });
    const context = {
      resolved: { target: full.target },
      agentId: undefined,
      tested: true,
      detail: false,
      notes: [],
    };
    return diagnoseReply(reportOf(full), context).facts.flatMap(({ data }) => data.notes ?? []);
  };

  it("of values that are taken for the SIP password is beside refused credentials", async () => {
    const notes = await notesOf({ credentials: credentials("refused", 401) });
    expect(notes).toEqual([
      expect.stringMatching(/^FreePBX .*: Voicemail Password .* is not the password: digits only/),
      expect.stringMatching(/User Manager password .* is not the password/),
      expect.stringMatching(/where the platform's address shows: .*pjsip show contacts/),
    ]);
  });

  it("is not repeated where the credentials were accepted", async () => {
    expect(await notesOf({ credentials: credentials("accepted", 200) })).toEqual([]);
  });

  it("is nothing where the preset has nothing of the kind", async () => {
    expect(await notesOf({ credentials: credentials("refused", 401) }, "vonage")).toEqual([]);
  });
});

describe("the first step", () => {
  it.each<[string, Evidence]>([
    ["banned-after-refusals", unanswered([SILENT], { history: { refusals: 2, answeredAgo: 40 } })],
    ["silent-after-credentials", evidence({ credentials: credentials("no-answer", undefined) })],
    [
      "platform-banned",
      unanswered([SILENT], { platform: platform(["WRONG_CREDENTIALS_STATE", "REGISTER_TIMEOUT_STATE"]) }),
    ],
  ])("after %s is to have the ban lifted", (id, seen) => {
    expect(reportOf(seen).findings[0]?.id).toBe(id);
    expect(stepsOf(seen)[0]).toBe(LIFT);
  });

  it.each<[string, Evidence]>([
    ["credentials-refused", refusedWith(401, "Asterisk PBX 22.10.1")],
    ["forbidden-after-credentials", refusedWith(403, "SomePBX 1.0")],
    ["unknown-after-credentials", refusedWith(404, "kamailio (5.6.3)")],
  ])("after %s is to compare what was given, not to try again", (id, seen) => {
    expect(reportOf(seen).findings[0]?.id).toBe(id);
    expect(stepsOf(seen)[0]).toMatch(COMPARE);
  });

  it("after another problem is neither", () => {
    const seen = evidence({ registers: [registered(503)] });
    expect(reportOf(seen).verdict.outcome).toBe("problem");
    expect(stepsOf(seen)[0]).toMatch(/^Go through the findings/);
    expect(stepsOf(seen).join("\n")).not.toMatch(/ban lifted|Have the user compare/);
  });

  it.each<[string, Parameters<typeof evidence>[0], boolean]>([
    ["nothing was asked of the registrar, and OPTIONS was left out", {}, true],
    [
      "no user was named, in whose name it would be asked",
      { target: { sipDomain: "pbx.example.com" } },
      false,
    ],
  ])("where %s is the PBX's own log, if it is not to be repeated", (_why, more, isLeftOut) => {
    const place = endpointSeen({ notAsked: "it may count as a failed login" });
    const { options: _none, ...quiet } = place;
    const steps = stepsOf(unanswered([quiet], more));
    expect(steps.some((step) => step.startsWith("Do not repeat this now"))).toBe(isLeftOut);
  });
});

describe("the steps after a diagnosis without a problem", () => {
  const TEST = /testCredentials true/;

  it("offer a test of the password where the registrar asks for one, and it has not been made", () => {
    expect(stepsOf(evidence()).join("\n")).toMatch(TEST);
    expect(stepsOf(evidence(), { tested: true }).join("\n")).not.toMatch(TEST);
    expect(stepsOf(evidence({ registers: [registered(200)] })).join("\n")).not.toMatch(TEST);
  });

  it("offer the platform's view where no agent was named", () => {
    expect(stepsOf(evidence()).join("\n")).toMatch(/With agentId/);
    expect(stepsOf(evidence(), { agentId: "a" }).join("\n")).not.toMatch(/With agentId/);
  });
});
