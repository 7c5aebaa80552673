import { describe, expect, it } from "vitest";
import {
  advance,
  type PendingState,
  type RegisterEvent,
  refreshDelayMs,
  STATE_CODES,
} from "../../../src/sandbox/registrant-state.js";

const ASKED = 3_600;

function response(status: number, more: Partial<Extract<RegisterEvent, { kind: "response" }>> = {}) {
  return { kind: "response", status, hasContact: false, answerable: false, ...more } as const;
}

function step(state: PendingState, event: RegisterEvent) {
  return advance(state, event, ASKED);
}

describe("advance", () => {
  it.each([
    ["200 with a Contact", response(200, { hasContact: true }), "refresh", "REGISTERED_STATE"],
    ["200 without a Contact", response(200), "retry", "INTERNAL_ERROR_STATE"],
    ["202", response(202, { hasContact: true }), "retry", "REGISTRAR_ERROR_STATE"],
    [
      "a challenge that can be answered",
      response(401, { answerable: true }),
      "authenticate",
      "AUTHENTICATING_STATE",
    ],
    [
      "a proxy's challenge that can be answered",
      response(407, { answerable: true }),
      "authenticate",
      "AUTHENTICATING_STATE",
    ],
    ["a challenge without a realm", response(401), "retry", "INTERNAL_ERROR_STATE"],
    ["a redirect", response(302), "retry", "INTERNAL_ERROR_STATE"],
    ["403", response(403), "retry", "REGISTRAR_ERROR_STATE"],
    ["404", response(404), "retry", "REGISTRAR_ERROR_STATE"],
    ["405", response(405), "retry", "REGISTRAR_ERROR_STATE"],
    ["408", response(408), "retry", "REGISTER_TIMEOUT_STATE"],
    ["503", response(503), "retry", "REGISTRAR_ERROR_STATE"],
    ["603", response(603), "retry", "REGISTRAR_ERROR_STATE"],
    ["silence", { kind: "timeout" }, "retry", "REGISTER_TIMEOUT_STATE"],
    ["no way to send", { kind: "unsendable" }, "retry", "INTERNAL_ERROR_STATE"],
  ] as const)("takes a registering record from %s", (_, event, next, state) => {
    expect(step("REGISTERING_STATE", event)).toEqual({ next, state });
  });

  it.each([401, 407])("takes a second challenge (%i) for wrong credentials, whatever it holds", (status) => {
    expect(step("AUTHENTICATING_STATE", response(status, { answerable: true }))).toEqual({
      next: "retry",
      state: "WRONG_CREDENTIALS_STATE",
    });
  });

  it("registers again with the interval that a 423 asks for, from the start", () => {
    const event = response(423, { minExpires: 7_200 });
    const move = { next: "register", state: "REGISTERING_STATE", expires: 7_200 };
    expect(step("REGISTERING_STATE", event)).toEqual(move);
    expect(step("AUTHENTICATING_STATE", event)).toEqual(move);
  });

  it.each([undefined, 4, ASKED, 60, 86_401])("gives up on a 423 with Min-Expires %s", (minExpires) => {
    const event = response(423, minExpires === undefined ? {} : { minExpires });
    expect(step("REGISTERING_STATE", event)).toEqual({ next: "retry", state: "REGISTRAR_ERROR_STATE" });
  });

  it.each([
    [response(200), "NOT_REGISTERED_STATE"],
    [response(200, { hasContact: true }), "NOT_REGISTERED_STATE"],
    [response(403), "REGISTRAR_ERROR_STATE"],
    [response(423, { minExpires: 7_200 }), "REGISTRAR_ERROR_STATE"],
    [{ kind: "timeout" }, "REGISTER_TIMEOUT_STATE"],
  ] as const)("lets a record go once un-registering ends with %o", (event, state) => {
    expect(step("UNREGISTERING_STATE", event)).toEqual({ next: "gone", state });
    expect(step("AUTHENTICATING_UNREGISTER_STATE", event)).toEqual({ next: "gone", state });
  });

  it("authenticates once to un-register", () => {
    const event = response(401, { answerable: true });
    const state = "AUTHENTICATING_UNREGISTER_STATE";
    expect(step("UNREGISTERING_STATE", event)).toEqual({ next: "authenticate", state });
    expect(step(state, event)).toEqual({ next: "gone", state: "WRONG_CREDENTIALS_STATE" });
  });
});

describe("STATE_CODES", () => {
  it("are those of the API's reference, two of them 0", () => {
    expect(Object.values(STATE_CODES)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    expect(STATE_CODES.NOT_FOUND).toBe(0);
  });
});

describe("refreshDelayMs", () => {
  it.each([
    [3_600, 3_570_000],
    [120, 90_000],
    [60, 45_000],
    [0, 200],
  ])("refreshes a binding of %i s after %i ms, before it ends", (granted, ms) => {
    expect(refreshDelayMs(granted)).toBe(ms);
  });
});
