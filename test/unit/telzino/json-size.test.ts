import fc from "fast-check";
import { expect, it } from "vitest";
import { hasMoreParts } from "../../../src/telzino/json-size.js";

function partsOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 1 : 1 + Object.keys(value).length;
  return own + Object.values(value).reduce((sum: number, item) => sum + partsOf(item), 0);
}

it("counts the objects, lists and properties of any JSON, and nothing within its texts", () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const parts = partsOf(JSON.parse(json));
      expect(hasMoreParts(json, parts)).toBe(false);
      if (parts > 0) expect(hasMoreParts(json, parts - 1)).toBe(true);
    }),
  );
});

it.each(['"[[[[[[', '"\\\\', '"\\\\\\"[[[', '[{":'])("ends at what is not JSON: %s", (text) => {
  expect(hasMoreParts(text, 3)).toBe(false);
});

it("takes a megabyte of text for one part", () => {
  expect(hasMoreParts(JSON.stringify(['[{:"\\'.repeat(200_000)]), 1)).toBe(false);
});
