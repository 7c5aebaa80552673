import { describe, expect, it } from "vitest";
import { isModestJson } from "../../../../src/hosting/front/json-bounds.js";

const modest = (text: string) => isModestJson(Buffer.from(text));

describe("a message", () => {
  it.each([
    [
      "an ordinary call",
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"port":5060}}}',
    ],
    ["a text of brackets and commas", JSON.stringify({ log: '[{,"\\'.repeat(10_000) })],
    ["64 levels", `${"[".repeat(64)}${"]".repeat(64)}`],
    ["many lists one after the other", `[${"[],".repeat(400)}1]`],
    ["what is no JSON", 'a"b'],
    ["nothing", ""],
  ])("may be %s", (_name, text) => {
    expect(modest(text)).toBe(true);
  });

  it.each([
    ["65 levels", `${"[".repeat(65)}${"]".repeat(65)}`],
    ["objects without end", '{"a":'.repeat(50_000)],
    [
      "members without end",
      JSON.stringify(Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [index, 1]))),
    ],
    ["lists without end", `[${"[],".repeat(1_100)}1]`],
    ["levels after a text that ends with a backslash", `["\\\\",${"[".repeat(100)}`],
  ])("may not be %s", (_name, text) => {
    expect(modest(text)).toBe(false);
  });
});
