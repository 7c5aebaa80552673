import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readErrorBody, readPageTitle } from "../../../src/telzino/error-body.js";

const asIs = (text: string) => text;
const read = (body: string) => readErrorBody(body, asIs);

describe("the words of an error body", () => {
  it.each([
    ['{"error":"Agent not found"}', "Agent not found"],
    ['{"message":"Agent not found"}', "Agent not found"],
    ['{"success":false,"error":{"message":"Agent not found"}}', "Agent not found"],
    ['{"success":false,"error":{"code":"E42","details":"no"}}', "no"],
    ['{"errors":["a is wrong","b is wrong"]}', "a is wrong; b is wrong"],
    ['{"errors":[{"field":"port","message":"must be a number"},{"msg":"no"}]}', "port: must be a number; no"],
    ['{"errors":{"port":["must be a number"]}}', "port: must be a number"],
    [
      '{"message":"Validation failed","errors":[{"path":["did"],"message":"E.164"}]}',
      "Validation failed: did: E.164",
    ],
    ['{"statusCode":400,"error":"Bad Request","message":["sipDomain is required"]}', "sipDomain is required"],
    ['{"error":"invalid_client","error_description":"Unknown client"}', "Unknown client"],
    ['{"type":"about:blank","title":"Not allowed","detail":"ask the owner"}', "ask the owner"],
    ['{"data":{"message":"deep"}}', "deep"],
    ['"just a string"', "just a string"],
    ["plain words", "plain words"],
    ['\uFEFF{"error":"with a mark"}', "with a mark"],
    ["<!DOCTYPE html><html><head><title>502 Bad &amp; Gateway</title></head></html>", "502 Bad & Gateway"],
    ["<html><body><h1>Forbidden</h1></body></html>", "Forbidden"],
  ])("of %s are read", (body, words) => {
    expect(read(body)?.detail.unwrap()).toBe(words);
  });

  it.each([
    "",
    "  ",
    "{}",
    "[]",
    "null",
    '{"error":null}',
    '{"error":42}',
    "<html></html>",
    '{"error":"cut of',
  ])("of %j are none", (body) => {
    expect(read(body)).toBeUndefined();
  });

  it("are cleaned and clamped", () => {
    const words = read(
      JSON.stringify({ error: `\u001b[31mred\u001b[0m\u200b\n\u202eword ${"x".repeat(5_000)}` }),
    );
    expect(words?.detail.unwrap()).toMatch(/^red word x+…$/);
    expect([...(words?.detail.unwrap() ?? "")]).toHaveLength(300);
  });

  it("never make the reader fail", () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string().map((text) => `<title>${text}`),
    );
    fc.assert(
      fc.property(body, (text) => {
        const words = read(text);
        return words === undefined || !words.detail.isEmpty;
      }),
    );
  });

  it("are found in deep nesting without running away", () => {
    expect(read(`${'{"error":'.repeat(2_000)}"x"${"}".repeat(2_000)}`)).toBeUndefined();
    const path = `${"[".repeat(30_000)}"port"${"]".repeat(30_000)}`;
    expect(read(`{"errors":[{"loc":["body",${path}],"msg":"wrong"}]}`)).toHaveProperty(
      "detail",
      "body: wrong",
    );
  });
});

describe("the title of a page", () => {
  it("is read from HTML only", () => {
    expect(readPageTitle("<html><title> Sign in </title></html>", asIs)).toEqual("Sign in");
    expect(readPageTitle('{"password":"stored"', asIs)).toBeUndefined();
    expect(readPageTitle("stored password", asIs)).toBeUndefined();
  });
});

describe("an error body without measure", () => {
  /** A value that counts how often it is looked at. */
  function counted(entries: number, read: (body: string) => unknown, bodyOf: (list: unknown) => unknown) {
    const parse = JSON.parse;
    let looked = 0;
    const entry = () => ({
      get message() {
        looked += 1;
        return "";
      },
    });
    JSON.parse = () => bodyOf(Array.from({ length: entries }, entry));
    try {
      read("{}");
    } finally {
      JSON.parse = parse;
    }
    return looked;
  }

  it.each<[string, (list: unknown) => unknown]>([
    ["a list", (list) => ({ errors: list })],
    ["fields", (list) => ({ errors: { ...(list as object) } })],
    ["a list of its own", (list) => list],
  ])("is looked at in its first fifty entries: %s", (_what, bodyOf) => {
    expect(counted(40_000, read, bodyOf)).toBe(50);
  });

  it("is not read where it is longer than 64 KiB, but for a page's title", () => {
    expect(read(JSON.stringify({ message: "no", more: "x".repeat(65_536) }))).toBeUndefined();
    expect(read(`<html><title>Portal</title>${"x".repeat(100_000)}`)?.detail.unwrap()).toBe("Portal");
  });
});
