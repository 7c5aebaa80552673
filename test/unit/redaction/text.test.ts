import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, quoted } from "../../../src/redaction/text.js";

describe("text of an outsider", () => {
  it("comes out on one line without what cannot be seen", () => {
    const said = "\u001b[31mred\u001b[0m\u200b \u202eback\u0007\r\n\tand \u{e0041}on\u00ad \ufe0f";
    expect(cleanText(said)).toBe("red back and on");
    expect(cleanText("\u001b]0;title\u0007after")).toBe("after");
    expect(cleanText(undefined)).toBe("");
  });

  it("has at most so many characters, and an ellipsis where some are missing", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 2_000 }),
        fc.integer({ min: 1, max: 300 }),
        (said, max) => {
          const clean = cleanText(said, max);
          expect([...clean].length).toBeLessThanOrEqual(max);
          expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u);
        },
      ),
    );
    expect(cleanText("abcdef", 4)).toBe("abc…");
    expect(cleanText("abcd", 4)).toBe("abcd");
  });

  it("says that some is missing where the rest was never looked at", () => {
    expect(cleanText(`seen${"\u200b".repeat(10_000)}unseen`, 20)).toBe("seen…");
  });

  it("is in quotes that it cannot end", () => {
    expect(quoted('a" and \\"b')).toBe('"a\\" and \\\\\\"b"');
    fc.assert(
      fc.property(fc.string(), (said) => {
        expect(JSON.parse(quoted(cleanText(said)))).toBe(cleanText(said));
      }),
    );
  });
});
