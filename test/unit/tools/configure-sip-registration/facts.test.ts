import { describe, expect, it } from "vitest";
import { judgeStatus } from "../../../../src/diagnosis/judge-status.js";
import { completeSettings } from "../../../../src/registration/settings.js";
import type { RegistrationState } from "../../../../src/telzino/types.js";
import { planFacts } from "../../../../src/tools/configure-sip-registration/facts.js";
import { knownAfter, type Plan } from "../../../../src/tools/configure-sip-registration/plan.js";
import { presetById } from "../../../../src/tools/core/preset.js";

const SETTINGS = completeSettings({ sipDomain: "pbx.example.com", username: "1001" });

async function notesAfter(state: RegistrationState, presetId?: string): Promise<readonly string[]> {
  const plan: Plan = {
    ...{
      agentId: "a",
      agent: undefined,
      kept: [],
      filled: [],
      advice: [],
      platformIsLocal: false,
      changes: [],
    },
    preset: presetId === undefined ? undefined : await presetById(presetId),
    before: undefined,
    occupants: [],
    stored: null,
    settings: SETTINGS,
  };
  const findings = judgeStatus(knownAfter(plan, { state }));
  return planFacts(plan, findings).flatMap(({ data }) => data.notes ?? []);
}

describe("what is told of the preset after a write", () => {
  it("is which values are taken for the SIP password on that PBX, where the registration failed", async () => {
    const notes = await notesAfter("WRONG_CREDENTIALS_STATE", "freepbx-pjsip");
    expect(notes).toContainEqual(
      expect.stringMatching(/Voicemail Password .* is not the password: digits only/),
    );
    expect(notes).toContainEqual(
      expect.stringMatching(/where the platform's address shows: .*pjsip show contacts/),
    );
  });

  it("is nothing of the kind where it is registered, or no preset is known", async () => {
    for (const notes of [
      await notesAfter("REGISTERED_STATE", "freepbx-pjsip"),
      await notesAfter("WRONG_CREDENTIALS_STATE"),
    ])
      expect(notes.join(" ")).not.toMatch(/is not the password|platform's address shows/);
  });
});
