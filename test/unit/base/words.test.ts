import { expect, it } from "vitest";
import { capital, counted, span, times } from "../../../src/base/words.js";

it.each([
  [0, "0 agents"],
  [1, "1 agent"],
  [2, "2 agents"],
])("%i of a thing is named as %j", (count, words) => {
  expect(counted(count, "agent")).toBe(words);
});

it("takes an irregular plural", () => {
  expect(counted(1, "entry", "entries")).toBe("1 entry");
  expect(counted(2, "entry", "entries")).toBe("2 entries");
});

it("says how often", () => {
  expect([1, 2, 3].map(times)).toEqual(["once", "twice", "3 times"]);
});

it("begins a sentence", () => {
  expect(capital("the PBX")).toBe("The PBX");
  expect(capital("")).toBe("");
});

it.each([
  [-5, "0 s"],
  [1_499, "1 s"],
  [119_499, "119 s"],
  [119_500, "2 min"],
  [7_199_000, "120 min"],
  [7_200_000, "2 h"],
  [172_799_000, "48 h"],
  [172_800_000, "2 days"],
])("%i ms are %s", (ms, words) => {
  expect(span(ms)).toBe(words);
});
