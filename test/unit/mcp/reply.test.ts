import { describe, expect, it } from "vitest";
import { errorResult, successResult } from "../../../src/mcp/reply.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { fact } from "../../../src/tools/core/facts.js";
import { ownWords } from "../../support/plain.js";

const MAX_TEXT = 24_000;
const SECRET = "tulip-rocket-482913";

function textOf(lines: readonly string[], next: readonly string[] = []): string {
  const redactor = createRedactor();
  redactor.hold(new Secret(SECRET));
  const results = [successResult([fact({}, ...lines)], next, redactor), errorResult(lines, next, redactor)];
  const [told, failed] = results.map(({ content: [first] }) => (first?.type === "text" ? first.text : ""));
  expect(failed).toBe(told);
  return told ?? "";
}

/** Own words that end so many characters before the bound. */
const upTo = (left: number) => "x".repeat(MAX_TEXT - left);

describe("the text of a result", () => {
  it("is whole up to its bound, and from there on ends with the last line that fits", () => {
    expect(textOf(["first", "x".repeat(MAX_TEXT - 6)])).toHaveLength(MAX_TEXT);
    expect(textOf(["first", "x".repeat(MAX_TEXT - 5)])).toBe("first\n(cut)");
    expect(textOf(["x".repeat(MAX_TEXT + 1)])).toBe("(cut)");
  });

  it("is never cut within somebody else's words, which would end without their quotation mark", () => {
    for (const left of [1, 8, 16]) {
      const text = textOf([
        "first",
        upTo(200),
        `said ${"y".repeat(188 - left)}${untrusted('two "w" words')}`,
        "last",
      ]);
      expect(text).toMatch(/^first\nx+\n\(cut\)$/);
      expect(ownWords(text)).toBe(text);
    }
    const fits = textOf([upTo(200), `said ${untrusted("a b")}`, "z".repeat(300)]);
    expect(fits).toMatch(/\nsaid "a b"\n\(cut\)$/);
  });

  it("has no half of a secret where it is cut, also of words that come in several lines", () => {
    for (let left = 0; left <= 40; left += 1) {
      const said = untrusted(`${SECRET.slice(0, 5)}\n${SECRET.slice(5)}`, { max: 500 });
      const text = textOf([upTo(100), "a".repeat(98 - left), `${said}`, "z".repeat(300)]);
      expect(text).not.toMatch(/tulip|482913/);
    }
    expect(textOf(["a", `${untrusted(`it is ${SECRET}`)}`])).toBe(`a\n${LEFT_OUT}`);
  });

  it("keeps what to do next behind a cut: three steps, checked as the rest", () => {
    const steps = ["one", `two ${untrusted(SECRET)}`, "three", "four"];
    expect(textOf(["first", upTo(0)], steps)).toBe(
      `first\n(cut)\n\nNext:\n1. one\n2. two ${LEFT_OUT}\n3. three`,
    );
  });
});
