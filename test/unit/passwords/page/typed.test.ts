import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readTyped, typedPassword } from "../../../../src/passwords/page/typed.js";

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

describe("what a page posts", () => {
  const posted = (pieces: readonly string[], headers: Record<string, string> = {}) => {
    const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)));
    return Object.assign(stream, { headers }) as unknown as IncomingMessage;
  };

  it("is read up to its limit", async () => {
    expect(await readTyped(posted(["ab", "c"]), 3)).toEqual(Buffer.from("abc"));
    expect(await readTyped(posted(["ab", "cd"]), 3)).toBe("too large");
    expect(await readTyped(posted(["a"], { "content-length": "4" }), 3)).toBe("too large");
  });

  it("may be broken off", async () => {
    const request = posted([]);
    request.destroy(new Error("aborted"));
    expect(await readTyped(request, 3)).toBe("broken off");
  });
});
