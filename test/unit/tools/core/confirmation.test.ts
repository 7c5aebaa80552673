import { describe, expect, it } from "vitest";
import { CONFIRM_MS, Confirmations } from "../../../../src/tools/core/confirmation.js";

const WHAT = {
  agentId: "a",
  extension: "1001",
  caller: "1002",
  secret: "DESK",
  hold: 0,
  echoCode: undefined,
};

function clocked() {
  let now = 1_800_000_000_000;
  return {
    confirmations: new Confirmations(() => now),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe("a confirmation", () => {
  it("is taken once, for exactly what it was given for, in whatever order", () => {
    const { confirmations } = clocked();
    const { token } = confirmations.issue(WHAT);
    expect(confirmations.redeem(token, Object.fromEntries(Object.entries(WHAT).reverse()))).toBeUndefined();
    expect(confirmations.redeem(token, WHAT)).toBe("used");
  });

  it.each(Object.keys(WHAT))("is not taken where %s is another", (key) => {
    const { confirmations } = clocked();
    const { token } = confirmations.issue(WHAT);
    expect(confirmations.redeem(token, { ...WHAT, [key]: "other" })).toBe("other");
    expect(confirmations.redeem(token, WHAT)).toBeUndefined();
  });

  it("ends after ten minutes", () => {
    const { confirmations, pass } = clocked();
    const { token, validUntil } = confirmations.issue(WHAT);
    const late = confirmations.issue(WHAT);
    expect(validUntil.getTime() - 1_800_000_000_000).toBe(CONFIRM_MS);
    pass(CONFIRM_MS);
    expect(confirmations.redeem(token, WHAT)).toBeUndefined();
    pass(1);
    expect(confirmations.redeem(late.token, WHAT)).toBe("expired");
  });

  it("of another process or tenant is not taken, nor one whose time was changed", () => {
    const { token } = new Confirmations().issue(WHAT);
    const { confirmations } = clocked();
    expect(confirmations.redeem(token, WHAT)).toBe("other");
    const [kind, , nonce, mac] = confirmations.issue(WHAT).token.split(".");
    expect(confirmations.redeem([kind, "zzzzzzzz", nonce, mac].join("."), WHAT)).toBe("other");
  });

  it("is refused where it is not a token at all", () => {
    const { confirmations } = clocked();
    const { token } = confirmations.issue(WHAT);
    for (const text of ["", "true", "yes", `${token}x`, `x${token}`, token.slice(1), "c1...."]) {
      expect(confirmations.redeem(text, WHAT)).toBe("malformed");
    }
  });

  it("is taken with white space around it, as it is copied", () => {
    const { confirmations } = clocked();
    expect(confirmations.redeem(` ${confirmations.issue(WHAT).token}\n`, WHAT)).toBeUndefined();
  });

  it("is taken where a value is absent that was undefined", () => {
    const { confirmations } = clocked();
    const { echoCode: _, ...absent } = WHAT;
    expect(confirmations.redeem(confirmations.issue(WHAT).token, absent)).toBeUndefined();
    expect(confirmations.redeem(confirmations.issue(absent).token, WHAT)).toBeUndefined();
  });

  it("holds nothing of what it confirms", () => {
    const { confirmations } = clocked();
    const { token } = confirmations.issue({ secret: "DESK-PHONE", extension: "555123" });
    const decoded = token.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"));
    for (const text of [token, ...decoded]) expect(text).not.toMatch(/DESK|555123/);
    expect(token.length).toBeLessThan(60);
  });
});
