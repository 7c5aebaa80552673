import { describe, expect, it } from "vitest";
import { typedPassword } from "../../../../src/passwords/page/typed.js";

describe("a typed password", () => {
  it.each([
    ["as it was typed", " a b\u00a0ü "],
    ["of one character", "x"],
    ["of 256 characters", "x".repeat(256)],
    ["of 256 characters that are two units each", "😀".repeat(256)],
  ])("is taken %s", (_how, typed) => {
    const password = typedPassword(typed);
    expect(typeof password === "string" ? password : password.reveal()).toBe(typed);
  });

  it.each([
    ["empty", ""],
    ["tooLong", "x".repeat(257)],
    ["tooLong", "\u0007".repeat(257)],
    ["invalid", "a\u0007b"],
    ["invalid", "a\nb"],
    ["invalid", "a\u0085b"],
    ["invalid", "not UTF-8: \ufffd"],
  ])("is %s: %j", (problem, typed) => {
    expect(typedPassword(typed)).toBe(problem);
  });
});
