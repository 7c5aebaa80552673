import { describe, expect, it } from "vitest";
import { shownText, untrustedToken } from "../../../src/redaction/untrusted.js";
import {
  knownStates,
  REGISTERED_HINTS,
  stateFacts,
  statusKind,
  statusMeaning,
} from "../../../src/registration/states.js";

describe("states", () => {
  it("are distinguished by name where two share a code", () => {
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
    const facts = stateFacts("SUSPENDED_STATE");
    expect({ kind: facts.kind, state: shownText(`${facts.state}`, () => undefined) }).toEqual({
      kind: "unknown",
      state: "SUSPENDED_STATE",
    });
    expect(statusKind({ state: untrustedToken("SUSPENDED_STATE") })).toBe("unknown");
  });
});

describe("what a status means", () => {
  it("is said in the words of its state", () => {
    expect(statusMeaning({ state: "REGISTERING_STATE" }, undefined)).toBe(
      stateFacts("REGISTERING_STATE").meaning,
    );
  });

  it("is that nothing is stored, where nothing is", () => {
    expect(statusMeaning({ state: "NOT_FOUND" }, null)).toMatch(/No SIP registration is stored/);
    expect(statusMeaning({ state: "NOT_FOUND" }, {})).toBe(stateFacts("NOT_FOUND").meaning);
  });

  it("has the two documented remedies beside it for a registered agent that is not well", () => {
    const words = REGISTERED_HINTS.join(" ");
    expect(words).toMatch(/route something to the extension/);
    expect(words).toMatch(/One-way or no audio/);
  });
});
