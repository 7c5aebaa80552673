import { describe, expect, it } from "vitest";
import { judgeStatus } from "../../../../src/diagnosis/judge-status.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import { completeSettings, diffSettings } from "../../../../src/registration/settings.js";
import type { RegistrationState } from "../../../../src/telzino/types.js";
import {
  account,
  changedOnLine,
  isOccupied,
  knownAfter,
  label,
  leavesAccount,
  type Plan,
  standsRefused,
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

describe("a password that the PBX has refused", () => {
  it("is refused as long as the login stays the same", () => {
    expect(standsRefused(planAfter("WRONG_CREDENTIALS_STATE"))).toBe(true);
    expect(standsRefused(planAfter("WRONG_CREDENTIALS_STATE", { port: 5070 }))).toBe(true);
  });

  it("may be right for another authentication user", () => {
    expect(standsRefused(planAfter("WRONG_CREDENTIALS_STATE", { authUsername: "a1001" }))).toBe(false);
  });

  it.each(["REGISTERED_STATE", "REGISTER_TIMEOUT_STATE", "NOT_REGISTERED_STATE"] as const)(
    "is not one where the state is %s",
    (state) => {
      expect(standsRefused(planAfter(state))).toBe(false);
    },
  );

  it.each([
    ["the state before is not known", { before: undefined }],
    ["nothing is stored", { stored: null }],
    ["it is not known what is stored", { stored: undefined }],
  ])("is not one where %s", (_why, less) => {
    expect(standsRefused({ ...planAfter("WRONG_CREDENTIALS_STATE"), ...less })).toBe(false);
  });
});

describe("an agent", () => {
  it("leaves its account where user or domain change, and not where only the way there does", () => {
    expect(leavesAccount(planAfter("REGISTERED_STATE", { username: "1002" }))).toBe(true);
    expect(leavesAccount(planAfter("REGISTERED_STATE", { sipDomain: "old.example.com" }))).toBe(true);
    expect(leavesAccount(planAfter("REGISTERED_STATE"))).toBe(false);
    expect(leavesAccount(planAfter("REGISTERED_STATE", { port: 5070 }))).toBe(false);
  });

  it.each([
    ["nothing is stored", null],
    ["it is not known what is stored", undefined],
    ["no user is stored", { sipDomain: "old.example.com" }],
  ])("leaves none where %s", (_why, stored) => {
    expect(leavesAccount({ ...planAfter("REGISTERED_STATE"), stored })).toBe(false);
  });
});

describe("an extension", () => {
  const occupied = (...inUse: boolean[]) =>
    isOccupied({
      ...planAfter("NOT_REGISTERED_STATE"),
      occupants: inUse.map((each) => ({ words: "Another has it.", inUse: each })),
    });

  it("is occupied where one of those who have it uses it", () => {
    expect(occupied(true)).toBe(true);
    expect(occupied(false, true)).toBe(true);
  });

  it("is free where nobody has it, or nobody who has it uses it", () => {
    expect(occupied()).toBe(false);
    expect(occupied(false, false)).toBe(false);
  });
});

describe("what is known after a write", () => {
  it("is what was written, with the password where one was", () => {
    const password = new Secret("right");
    const after = { state: "REGISTERED_STATE" } as const;
    expect(knownAfter(planAfter("REGISTERED_STATE"), after, password).stored).toEqual({
      ...SETTINGS,
      password,
    });
    expect(knownAfter(planAfter("REGISTERED_STATE"), after).stored).toEqual(SETTINGS);
  });

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
