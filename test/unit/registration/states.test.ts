import { describe, expect, it } from "vitest";
import { explainStatus } from "../../../src/registration/explain.js";
import { knownStates, stateFacts, statusKind } from "../../../src/registration/states.js";

describe("states", () => {
  it("are told apart by name where two share a code", () => {
    const zero = knownStates().filter(({ code }) => code === 0);
    expect(zero.map(({ state }) => state)).toStrictEqual(["NOT_REGISTERED_STATE", "NOT_FOUND"]);
  });

  it("each have a meaning, and each failure its causes and remedies", () => {
    for (const facts of knownStates()) {
      expect(facts.meaning).not.toBe("");
      if (facts.kind === "failed") {
        expect(facts.causes.length, facts.state).toBeGreaterThan(0);
        expect(facts.remedies.length, facts.state).toBeGreaterThan(0);
      }
    }
  });

  it("cover the API's range of codes from 0 to 9", () => {
    expect(new Set(knownStates().map(({ code }) => code))).toStrictEqual(
      new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    );
  });

  it("pass through by name when unknown", () => {
    expect(stateFacts("SUSPENDED_STATE")).toMatchObject({ state: "SUSPENDED_STATE", kind: "unknown" });
    expect(statusKind({ state: "SUSPENDED_STATE" })).toBe("unknown");
  });
});

describe("an explanation", () => {
  it("puts what the settings give away before the general causes", () => {
    const { causes } = explainStatus(
      { state: "REGISTER_TIMEOUT_STATE" },
      { stored: { sipDomain: "pbx.local", username: "100" } },
    );
    expect(causes[0]).toContain("pbx.local");
  });

  it("puts what is known of the PBX before what is known of SIP", () => {
    const failures = [
      { states: ["WRONG_CREDENTIALS_STATE"], cause: "the auth ID is missing", fix: "set authUsername" },
    ];
    const preset = { name: "Some PBX", failures };
    const { causes, remedies } = explainStatus({ state: "WRONG_CREDENTIALS_STATE" }, { preset });
    expect(causes[0]).toBe("Some PBX: the auth ID is missing");
    expect(remedies[0]).toBe("Some PBX: set authUsername");
  });

  it("notices a registration that has run out although the state still says registered", () => {
    const status = { state: "REGISTERED_STATE", expires: new Date(0) };
    expect(explainStatus(status).meaning).toMatch(/has run out/);
    expect(explainStatus({ ...status, expires: new Date(Date.now() + 60_000) }).meaning).not.toMatch(
      /has run out/,
    );
  });

  it("gives the two documented remedies for a registered agent that is not well", () => {
    const words = explainStatus({ state: "REGISTERED_STATE" }).remedies.join(" ");
    expect(words).toMatch(/route something to the extension/);
    expect(words).toMatch(/One-way or no audio/);
  });

  it("says that a disabled registration is disabled", () => {
    expect(explainStatus({ state: "NOT_REGISTERED_STATE" }, { stored: { enabled: false } }).meaning).toMatch(
      /disabled/,
    );
  });
});
