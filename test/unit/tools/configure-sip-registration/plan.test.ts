import { describe, expect, it } from "vitest";
import { judgeStatus } from "../../../../src/diagnosis/judge-status.js";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import { completeSettings, diffSettings } from "../../../../src/registration/settings.js";
import type { RegistrationState } from "../../../../src/telzino/types.js";
import {
  account,
  changedOnLine,
  knownAfter,
  label,
  type Plan,
} from "../../../../src/tools/configure-sip-registration/plan.js";
import { presetById } from "../../../../src/tools/core/preset.js";
import { asShown } from "../../../support/untrusted-text.js";

const SETTINGS = completeSettings({ sipDomain: "pbx.example.com", username: "1001" });

function planAfter(before: RegistrationState, stored: Partial<typeof SETTINGS> = {}): Plan {
  const was = { ...SETTINGS, ...stored };
  return {
    ...{
      agentId: "a",
      agent: undefined,
      preset: undefined,
      kept: [],
      filled: [],
      advice: [],
      occupants: [],
      platformIsLocal: false,
    },
    before: { state: before },
    stored: was,
    settings: SETTINGS,
    changes: diffSettings(was, SETTINGS),
  };
}

function judged(plan: Plan, after: RegistrationState): string[] {
  return judgeStatus(knownAfter(plan, { state: after })).map(({ id }) => id);
}

describe("confirmation", () => {
  const OTHER = { ...SETTINGS, username: "1002" };
  const registered = { state: "REGISTERED_STATE" } as const;

  it("is needed where an agent that is registered would leave its account", () => {
    expect(changedOnLine(OTHER, registered, SETTINGS)).toEqual(["username", "authUsername"]);
    expect(changedOnLine({ ...SETTINGS, sipDomain: "old.example.com" }, registered, SETTINGS)).toEqual([
      "sipDomain",
      "proxy",
    ]);
  });

  it.each([
    ["authUsername", { ...SETTINGS, authUsername: "a1001" }],
    ["proxy", { ...SETTINGS, proxy: "sbc.example.com" }],
    ["port", { ...SETTINGS, port: 5070 }],
    ["transport", { ...SETTINGS, transport: "tcp" as const }],
  ])("is needed where a line that works would change its %s", (field, stored) => {
    expect(changedOnLine(stored, registered, SETTINGS)).toEqual([field]);
  });

  it.each([
    ["the account stays the same", SETTINGS, registered],
    ["the registration has failed", OTHER, { state: "WRONG_CREDENTIALS_STATE" as const }],
    ["it is still under way", OTHER, { state: "REGISTERING_STATE" as const }],
    ["nothing is registered", OTHER, { state: "NOT_REGISTERED_STATE" as const }],
    ["the status is not known", OTHER, undefined],
    ["nothing is stored", null, registered],
    ["it is not known what is stored", undefined, registered],
    [
      "only what the login does not depend on changes",
      { ...SETTINGS, subscribe: true, did: "+1" },
      registered,
    ],
    ["the proxy was the domain", { ...SETTINGS, proxy: "PBX.example.com." }, registered],
    ["no user is stored", { sipDomain: "pbx.example.com" }, registered],
  ])("is not asked for where %s", (_why, stored, before) => {
    expect(changedOnLine(stored, before, SETTINGS)).toEqual([]);
  });
});

describe("what is known after a write", () => {
  it("holds the refusal before it, so a timeout now is taken for a ban", () => {
    expect(judged(planAfter("WRONG_CREDENTIALS_STATE"), "REGISTER_TIMEOUT_STATE")).toEqual([
      "platform-banned",
    ]);
    expect(
      judged(planAfter("WRONG_CREDENTIALS_STATE", { username: "1002" }), "REGISTER_TIMEOUT_STATE"),
    ).toEqual(["platform-banned"]);
  });

  it("leaves that refusal out where another place is asked now", () => {
    for (const change of [{ sipDomain: "old.example.com" }, { port: 5070 }, { transport: "tcp" as const }]) {
      expect(judged(planAfter("WRONG_CREDENTIALS_STATE", change), "REGISTER_TIMEOUT_STATE")).toEqual([
        "platform-timeout",
      ]);
    }
  });

  it("leaves out a state before it that was no failure", () => {
    expect(knownAfter(planAfter("REGISTERED_STATE"), { state: "REGISTER_TIMEOUT_STATE" }).samples).toEqual([
      { state: "REGISTER_TIMEOUT_STATE" },
    ]);
  });
});

describe("a plan in words", () => {
  const plan = planAfter("NOT_REGISTERED_STATE");

  it("names the agent where it is known", () => {
    const agent = { id: "a", name: untrusted("Front desk"), registration: null };
    expect(asShown(label({ ...plan, agent }))).toBe("Front desk");
    expect(label(plan)).toBe("The agent");
  });

  it("names the account, transport and port", () => {
    expect(asShown(account(plan))).toBe("1001@pbx.example.com (udp, port 5060)");
  });

  it("is judged with what its preset says of the PBX, where it has one", async () => {
    const preset = await presetById("asterisk-pjsip");
    const after = { state: "REGISTERED_STATE" } as const;
    expect(knownAfter({ ...plan, preset }, after).preset).toBe(preset.file);
    expect(knownAfter(plan, after)).not.toHaveProperty("preset");
  });

  it("leaves the refusal before it out where another proxy is asked now", () => {
    expect(
      judged(planAfter("WRONG_CREDENTIALS_STATE", { proxy: "sbc.example.com" }), "REGISTER_TIMEOUT_STATE"),
    ).toEqual(["platform-timeout"]);
  });
});
