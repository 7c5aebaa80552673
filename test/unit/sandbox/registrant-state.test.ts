import { describe, expect, it } from "vitest";
import { PROFILES, type ProfileName } from "../../../src/sandbox/registrant-profile.js";
import {
  advance,
  isDue,
  markAfter,
  type PendingState,
  type RegisterEvent,
  type RegistrantState,
  STATE_CODES,
} from "../../../src/sandbox/registrant-state.js";

function response(status: number, more: Partial<Extract<RegisterEvent, { kind: "response" }>> = {}) {
  return { kind: "response", status, hasContact: false, answerable: false, ...more } as const;
}

/** Both versions, where they do the same. */
function step(state: PendingState, event: RegisterEvent) {
  const moves = Object.values(PROFILES).map((profile) => advance(state, event, profile));
  expect(moves[0]).toEqual(moves[1]);
  return moves[0];
}

describe("advance", () => {
  it.each([
    ["200 with a Contact", response(200, { hasContact: true }), "REGISTERED_STATE"],
    ["202", response(202, { hasContact: true }), "REGISTRAR_ERROR_STATE"],
    ["403", response(403), "REGISTRAR_ERROR_STATE"],
    ["404", response(404), "REGISTRAR_ERROR_STATE"],
    ["408", response(408), "REGISTER_TIMEOUT_STATE"],
    ["503", response(503), "REGISTRAR_ERROR_STATE"],
    ["603", response(603), "REGISTRAR_ERROR_STATE"],
    ["423 without Min-Expires", response(423), "REGISTRAR_ERROR_STATE"],
    ["silence", { kind: "timeout" }, "REGISTER_TIMEOUT_STATE"],
  ] as const)("ends with a mark for a registering record after %s", (_, event, state) => {
    expect(step("REGISTERING_STATE", event)).toEqual({ next: "rest", state, mark: "tick-before" });
  });

  it.each([
    ["200 without a Contact", response(200)],
    ["a challenge that cannot be answered", response(401)],
  ])("ends with a mark after %s, which 3.4 sets a tick later than others", (_, event) => {
    const ends = { next: "rest", state: "INTERNAL_ERROR_STATE" };
    expect(advance("REGISTERING_STATE", event, PROFILES["3.4"])).toEqual({ ...ends, mark: "expiry" });
    expect(advance("REGISTERING_STATE", event, PROFILES["4.0"])).toEqual({ ...ends, mark: "tick-before" });
    expect(markAfter(100, 60, "expiry")).toBe(160);
  });

  it.each([300, 302, 380])("ends without a mark after a redirect (%i)", (status) => {
    const event = response(status, { hasContact: true });
    const move = { next: "rest", state: "INTERNAL_ERROR_STATE", mark: "none" };
    expect(step("REGISTERING_STATE", event)).toEqual(move);
  });

  it.each([401, 407])("answers a challenge (%i) once, and takes a second for wrong credentials", (status) => {
    const event = response(status, { answerable: true });
    const state = "AUTHENTICATING_STATE";
    expect(step("REGISTERING_STATE", event)).toEqual({ next: "authenticate", state });
    const wrong = { next: "rest", state: "WRONG_CREDENTIALS_STATE" };
    expect(advance(state, event, PROFILES["3.4"])).toEqual({ ...wrong, mark: "none" });
    expect(advance(state, event, PROFILES["4.0"])).toEqual({ ...wrong, mark: "tick-before" });
  });

  it.each([5, 60, 3_600, 7_200, 86_401])(
    "registers again with a Min-Expires of %i s, whatever was asked for",
    (minExpires) => {
      const move = { next: "register", state: "REGISTERING_STATE", expires: minExpires };
      expect(step("REGISTERING_STATE", response(423, { minExpires }))).toEqual(move);
      expect(step("AUTHENTICATING_STATE", response(423, { minExpires }))).toEqual(move);
    },
  );

  it.each([
    [response(200), "NOT_REGISTERED_STATE"],
    [response(200, { hasContact: true }), "NOT_REGISTERED_STATE"],
    [response(403), "REGISTRAR_ERROR_STATE"],
    [response(423, { minExpires: 7_200 }), "REGISTRAR_ERROR_STATE"],
    [{ kind: "timeout" }, "REGISTER_TIMEOUT_STATE"],
  ] as const)("ends un-registering after %o", (event, state) => {
    expect(step("UNREGISTERING_STATE", event)).toMatchObject({ next: "rest", state });
    expect(step("AUTHENTICATING_UNREGISTER_STATE", event)).toMatchObject({ next: "rest", state });
  });

  it("authenticates once to un-register", () => {
    const event = response(401, { answerable: true });
    const state = "AUTHENTICATING_UNREGISTER_STATE";
    expect(step("UNREGISTERING_STATE", event)).toEqual({ next: "authenticate", state });
    expect(advance(state, event, PROFILES["4.0"])).toMatchObject({ state: "WRONG_CREDENTIALS_STATE" });
  });
});

describe("isDue", () => {
  const FAILED = [
    "REGISTER_TIMEOUT_STATE",
    "INTERNAL_ERROR_STATE",
    "WRONG_CREDENTIALS_STATE",
    "REGISTRAR_ERROR_STATE",
  ] as const;
  const due = (version: ProfileName, state: RegistrantState, mark: number, tick: number) =>
    isDue({ state, mark }, tick, PROFILES[version]);

  it("has a registered record refreshed from its mark (3.4) or a tick before it (4.0)", () => {
    const mark = markAfter(100, 60);
    expect(mark).toBe(150);
    expect([130, 140, 150].map((tick) => due("3.4", "REGISTERED_STATE", mark, tick))).toEqual([
      false,
      false,
      true,
    ]);
    expect([130, 140, 150].map((tick) => due("4.0", "REGISTERED_STATE", mark, tick))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each(FAILED)("has %s tried again at each tick (3.4) or from the mark (4.0)", (state) => {
    expect(due("3.4", state, 150, 110)).toBe(true);
    expect([140, 150].map((tick) => due("4.0", state, 150, tick))).toEqual([false, true]);
    expect(due("4.0", state, 0, 10)).toBe(true);
  });

  it.each(["REGISTERING_STATE", "AUTHENTICATING_STATE", "UNREGISTERING_STATE"] as const)(
    "leaves a record in %s alone",
    (state) => {
      expect(due("3.4", state, 0, 1_000)).toBe(false);
      expect(due("4.0", state, 0, 1_000)).toBe(false);
    },
  );
});

describe("STATE_CODES", () => {
  it("are those of the API's reference, two of them 0", () => {
    expect(Object.values(STATE_CODES)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    expect(STATE_CODES.NOT_FOUND).toBe(0);
  });
});
