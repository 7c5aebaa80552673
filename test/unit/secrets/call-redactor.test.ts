import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/secret.js";
import { redactorOfCall } from "../../../src/secrets/call-redactor.js";
import { createRedactor } from "../../../src/secrets/redactor.js";

function services(...values: string[]) {
  const configured = createRedactor();
  for (const value of values) configured.hold(new Secret(value));
  return { redactor: createRedactor(), configured };
}

describe("the redactor of one call", () => {
  it("takes out configured secrets where others are asked, and where nobody is asked only the call's own", () => {
    const given = services("hunter22-moose");
    expect(redactorOfCall(given, [], { asksOthers: true }).redact("hunter22-moose")).toBe("[secret]");
    const alone = redactorOfCall(given, [], { asksOthers: false });
    alone.hold(new Secret("tr0ub4dor"));
    expect(alone.redact("hunter22-moose tr0ub4dor")).toBe("hunter22-moose [secret]");
  });

  it("never strikes the caller's own words by a secret that the caller did not give", () => {
    const given = services("482913", "another-1ne");
    for (const word of ["foo482913bar", "482913", Buffer.from("482913").toString("hex")]) {
      const redactor = redactorOfCall(given, [word], { asksOthers: true });
      redactor.hold(new Secret("482913"));
      expect(redactor.redact(`there is no "${word}"`)).toBe(`there is no "${word}"`);
      expect(redactor.redact("another-1ne")).toBe("[secret]");
    }
  });

  it("knows nothing of what another call holds", () => {
    const given = services();
    const [one, other] = [0, 1].map(() => redactorOfCall(given, [], { asksOthers: true }));
    one?.hold(new Secret("hunter22-moose"));
    expect(other?.redact("hunter22-moose")).toBe("hunter22-moose");
    expect(one?.redact("hunter22-moose")).toBe("[secret]");
  });

  it("keeps what it holds out of the log until it is released", () => {
    const given = services();
    const call = redactorOfCall(given, ["hunter22-moose"], { asksOthers: true });
    call.hold(new Secret("hunter22-moose"));
    expect(given.redactor.redact("hunter22-moose")).toBe("[secret]");
    call.release();
    expect(given.redactor.redact("hunter22-moose")).toBe("hunter22-moose");
  });
});
