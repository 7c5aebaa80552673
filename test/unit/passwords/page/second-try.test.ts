import { expect, it } from "vitest";
import { retryWithin } from "../../../../src/passwords/page/second-try.js";

const MINUTE = 60_000;

it.each([
  ["the PBX has refused it", { result: "failed" }, 1, 10 * MINUTE, 2 * MINUTE],
  ["something went wrong", { result: "error" }, 1, 10 * MINUTE, 2 * MINUTE],
  ["the page expires before", { result: "failed" }, 1, MINUTE, MINUTE],
  ["it has worked", { result: "registered" }, 1, 10 * MINUTE, undefined],
  ["another password does not help", { result: "failed", passwordHelps: false }, 1, 10 * MINUTE, undefined],
  ["it was the second try", { result: "failed" }, 2, 10 * MINUTE, undefined],
  ["the pause before it would outlast the page", { result: "failed" }, 1, 10_000, undefined],
  ["the pause before it fits", { result: "failed" }, 1, 10_001, 10_001],
] as const)("whether another password is taken: %s", (_when, outcome, tries, leftMs, expected) => {
  expect(retryWithin({ ...outcome, details: [] }, tries, leftMs)).toBe(expected);
});
