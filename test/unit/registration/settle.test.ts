import { describe, expect, it } from "vitest";
import { untrustedToken } from "../../../src/redaction/untrusted.js";
import { SettleJudge } from "../../../src/registration/settle.js";
import {
  REGISTRATION_STATES,
  type RegistrationState,
  type RegistrationStatus,
} from "../../../src/telzino/types.js";

function sample(
  name: RegistrationState | "SUSPENDED_STATE" | "RENAMED_STATE",
  sentSeconds?: number,
): RegistrationStatus {
  const state = REGISTRATION_STATES.find((known) => known === name) ?? untrustedToken(name);
  return { state, ...(sentSeconds === undefined ? {} : { lastRegisterSent: new Date(sentSeconds * 1_000) }) };
}

/** Whether each sample in turn was taken as the outcome. */
function judge(before: RegistrationStatus | undefined, samples: RegistrationStatus[]): boolean[] {
  const settle = new SettleJudge(before);
  return samples.map((status) => settle.next(status).settled);
}

describe("a registration", () => {
  it("has settled once it is registered after it was not", () => {
    const states = ["NOT_FOUND", "REGISTERING_STATE", "AUTHENTICATING_STATE", "REGISTERED_STATE"] as const;
    expect(
      judge(
        sample("NOT_FOUND"),
        states.map((state) => sample(state)),
      ),
    ).toStrictEqual([false, false, false, true]);
  });

  it("has not settled while the status still shows the old one as registered", () => {
    const old = sample("REGISTERED_STATE", 100);
    expect(judge(old, [old, old])).toStrictEqual([false, false]);
  });

  it("has settled when a registered one sends a REGISTER anew and stays registered", () => {
    expect(judge(sample("REGISTERED_STATE", 100), [sample("REGISTERED_STATE", 101)])).toStrictEqual([true]);
  });

  it("is not called failed for the old failure, but for the next one", () => {
    const old = sample("WRONG_CREDENTIALS_STATE", 100);
    const later = [
      old,
      sample("NOT_FOUND"),
      sample("REGISTERING_STATE", 103),
      sample("WRONG_CREDENTIALS_STATE", 103),
    ];
    expect(judge(old, later)).toStrictEqual([false, false, false, true]);
  });

  it("is not judged by the outcome of an attempt that was under way at the write", () => {
    const before = sample("REGISTERING_STATE", 100);
    expect(judge(before, [sample("REGISTER_TIMEOUT_STATE", 100)])).toStrictEqual([false]);
    expect(judge(before, [sample("REGISTERED_STATE", 105)])).toStrictEqual([true]);
  });

  it("is taken as it stands where no status from before is known", () => {
    expect(judge(undefined, [sample("REGISTERED_STATE")])).toStrictEqual([true]);
  });

  it("stays open in a state that nobody knows, unless the API says that it is registered", () => {
    expect(judge(undefined, [sample("SUSPENDED_STATE")])).toStrictEqual([false]);
    expect(judge(undefined, [{ ...sample("RENAMED_STATE"), isRegistered: true }])).toStrictEqual([true]);
  });

  it.each([
    "REGISTER_TIMEOUT_STATE",
    "INTERNAL_ERROR_STATE",
    "WRONG_CREDENTIALS_STATE",
    "REGISTRAR_ERROR_STATE",
  ] as const)("has settled in %s", (state) => {
    expect(judge(sample("NOT_FOUND"), [sample(state)])).toStrictEqual([true]);
  });
});
