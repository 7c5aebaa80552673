import { describe, expect, it } from "vitest";
import { waitUntilGone, waitUntilSettled } from "../../../src/registration/wait.js";
import type { RegistrationStatus, TelzinoApi } from "../../../src/telzino/types.js";
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
