import { describe, expect, it } from "vitest";
import { NewestHeld } from "../../../src/redaction/newest-held.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";

const TOKENS = ["first-tulip", "second-moose", "third-rocket"] as const;

function holding(...values: string[]) {
  const [log, configured] = [createRedactor(), createRedactor()];
  const tokens = new NewestHeld(log, configured);
  for (const value of values) tokens.hold(new Secret(value));
  const held = () =>
    [log, configured].map(({ refusal }) => TOKENS.filter((token) => refusal(token) !== undefined));
  return { tokens, held };
}

describe("secrets of which the newest are held", () => {
  it("are two, in each redactor", () => {
    const [first, second, third] = TOKENS;
    expect(holding(first).held()).toEqual([[first], [first]]);
    expect(holding(first, second).held()).toEqual([
      [first, second],
      [first, second],
    ]);
    expect(holding(first, second, third).held()).toEqual([
      [second, third],
      [second, third],
    ]);
  });

  it("are those that differ: the present one once more does not drive the one before it out", () => {
    const [first, second] = TOKENS;
    expect(holding(first, second, second, second).held()[0]).toEqual([first, second]);
  });

  it("are held no more once they are released", () => {
    const { tokens, held } = holding(...TOKENS);
    tokens.release();
    expect(held()).toEqual([[], []]);
  });
});
