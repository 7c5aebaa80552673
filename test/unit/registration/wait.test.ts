import { describe, expect, it } from "vitest";
import { untrustedToken } from "../../../src/redaction/untrusted.js";
import { SettleJudge, waitUntilGone, waitUntilSettled } from "../../../src/registration/wait.js";
import {
  REGISTRATION_STATES,
  type RegistrationState,
  type RegistrationStatus,
  type TelzinoApi,
} from "../../../src/telzino/types.js";
import { servicesFor } from "../../support/mcp.js";

/** An API that tells these states in turn, the last one for ever. */
function telling(...states: string[]): { api: TelzinoApi; reads(): number } {
  let reads = 0;
  const getStatus = async () => {
    const state = states[Math.min(reads, states.length - 1)] as string;
    reads += 1;
    return { state } as RegistrationStatus;
  };
  return { api: { ...servicesFor().api, getStatus }, reads: () => reads };
}

function waiting(mayPause: boolean) {
  let asked = 0;
  const options = {
    budgetMs: 30_000,
    signal: new AbortController().signal,
    mayPause() {
      asked += 1;
      return mayPause;
    },
  };
  return { options, asked: () => asked };
}

describe("a wait", () => {
  it("is not asked for where the first sample is the answer", async () => {
    const { options, asked } = waiting(false);
    const { api } = telling("REGISTERED_STATE");
    expect(await waitUntilSettled(api, "a", undefined, options)).toMatchObject({ kind: "done" });
    expect(await waitUntilGone(telling("NOT_FOUND").api, "a", options)).toMatchObject({ kind: "done" });
    const once = { ...options, budgetMs: 0 };
    const outcome = await waitUntilSettled(telling("REGISTERING_STATE").api, "a", undefined, once);
    expect(outcome).toEqual({ kind: "pending", status: { state: "REGISTERING_STATE" }, fresh: true });
    expect(asked()).toBe(0);
  });

  it("that may not be ends with the first sample, and says so", async () => {
    const { options, asked } = waiting(false);
    const { api, reads } = telling("REGISTERING_STATE");
    expect(await waitUntilSettled(api, "a", undefined, options)).toEqual({
      kind: "pending",
      status: { state: "REGISTERING_STATE" },
      fresh: true,
      notWaited: true,
    });
    expect([reads(), asked()]).toEqual([1, 1]);
  });

  it("is asked for once, however many samples it takes", async () => {
    const { options, asked } = waiting(true);
    const { api, reads } = telling("REGISTERING_STATE", "REGISTERING_STATE", "REGISTERED_STATE");
    expect(await waitUntilSettled(api, "a", undefined, options)).toMatchObject({ kind: "done" });
    expect([reads(), asked()]).toEqual([3, 1]);
  });
});

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

  it("has not settled by a REGISTER from before the write, whatever states came in between", () => {
    const later = [
      sample("NOT_REGISTERED_STATE", 0),
      sample("REGISTERED_STATE", 100),
      sample("REGISTERED_STATE", 101),
    ];
    expect(judge(sample("INTERNAL_ERROR_STATE", 100), later)).toStrictEqual([false, false, true]);
    const settle = new SettleJudge(sample("NOT_FOUND"), new Date(1_000_000));
    expect(settle.next(sample("REGISTERED_STATE", 700)).settled).toBe(false);
    expect(settle.next(sample("REGISTERED_STATE", 990)).settled).toBe(true);
  });

  it("has settled when a registered one sends a REGISTER again and stays registered", () => {
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

  it("is taken as it is where no status from before is known", () => {
    expect(judge(undefined, [sample("REGISTERED_STATE")])).toStrictEqual([true]);
  });

  it("stays open in a state that no one knows, unless the API says that it is registered", () => {
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
