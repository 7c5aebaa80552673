import { describe, expect, it } from "vitest";
import { sameText } from "../../../src/base/same-text.js";

describe("two texts", () => {
  it.each([
    ["abc", "abc", true],
    ["", "", true],
    ["abc", "abd", false],
    ["abc", "abcd", false],
    ["", "a", false],
  ])("%j and %j are compared whatever their lengths", (given, expected, same) => {
    expect(sameText(given, expected)).toBe(same);
  });
});
