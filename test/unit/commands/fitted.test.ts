import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitted } from "../../../src/commands/fitted.js";

const terminal = (columns: number) => Object.assign(new PassThrough(), { isTTY: true, columns });

describe("a report in a terminal of 40 columns", () => {
  it.each([
    [
      "   - a bullet whose text is longer than the terminal is wide",
      "   - a bullet whose text is longer than\n     the terminal is wide",
    ],
    [
      "   │ 1. an answer that is quoted, longer than the terminal",
      "   │ 1. an answer that is quoted, longer\n   │    than the terminal",
    ],
    [
      "✗ credentials  none are set, and none can be asked for",
      "✗ credentials  none are set, and none\n               can be asked for",
    ],
    [
      `  see https://example.com/${"a".repeat(60)} for more of it`,
      `  see\n  https://example.com/${"a".repeat(60)}\n  for more of it`,
    ],
  ])("continues below the start of its text: %s", (line, expected) => {
    expect(fitted(line, terminal(40))).toBe(expected);
  });

  it.each([
    "   Look closer: telzino-sip-mcp diagnose --agent-id 11111111-1111-4111-8111-111111111111",
    "     146 ms  -> udp 192.0.2.1:5060  OPTIONS sip:pbx.example.com SIP/2.0",
    "a line that is exactly as wide as that..",
  ])("leaves alone what is copied, and what fits: %s", (line) => {
    expect(fitted(line, terminal(40))).toBe(line);
  });

  it("loses and adds nothing but blanks, and is no wider than it must be", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "bc", " ", "-", "│", "1."), maxLength: 200 }),
        (line) => {
          const lines = fitted(line, terminal(40)).split("\n");
          const bare = (text: string) => text.replace(/[\s│]/g, "");
          expect(bare(lines.join(""))).toBe(bare(line));
          for (const each of lines) expect(each.length <= 40 || !/\S \S/.test(each.slice(40))).toBe(true);
        },
      ),
    );
  });
});

it("a report in a pipe, or a terminal of unknown width, is as it was written", () => {
  const line = "words ".repeat(40);
  expect(fitted(line, new PassThrough())).toBe(line);
  expect(fitted(line, Object.assign(new PassThrough(), { isTTY: true }))).toBe(line);
});
