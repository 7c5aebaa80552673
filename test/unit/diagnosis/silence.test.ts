import { expect, test } from "vitest";
import { Silence } from "../../../src/diagnosis/checks/silence.js";
import { DEFAULT_LIMITS } from "../../../src/diagnosis/limits.js";

test("each wait takes its limit, and what is left of the deadline where that is less", () => {
  let now = 1_000;
  const silence = new Silence(9_000, () => now);
  expect(silence.left(4_000)).toBe(4_000);
  now += 6_000;
  expect(silence.left(4_000)).toBe(3_000);
  now += 6_000;
  expect(silence.left(4_000)).toBe(1);
});

test("once something is heard each wait has its limit again", () => {
  let now = 0;
  const silence = new Silence(9_000, () => now);
  now = 8_000;
  expect(silence.broken.aborted).toBe(false);
  silence.break();
  expect(silence.broken.aborted).toBe(true);
  expect(silence.left(4_000)).toBe(4_000);
});

test("a dead PBX is given up within ten seconds, and its other endpoints are tried before that", () => {
  const { dead, connect, handshake, patience, otherEndpoint, total } = DEFAULT_LIMITS;
  expect(dead).toBeLessThan(10_000);
  expect(Math.max(connect, handshake) + patience + otherEndpoint).toBeLessThanOrEqual(dead);
  expect(dead).toBeLessThan(total);
});

test("the last wait ends by the deadline too, whatever was heard before, and has a moment in any case", () => {
  let now = 0;
  const silence = new Silence(9_000, () => now);
  now = 6_000;
  silence.break();
  expect(silence.left(8_000)).toBe(8_000);
  expect(silence.leftOfAll(8_000)).toBe(3_000);
  now = 8_900;
  expect(silence.leftOfAll(8_000)).toBe(1_500);
  expect(silence.leftOfAll(700)).toBe(700);
});

test("a PBX that is slow and then mute is given up within ten seconds, TCP after UDP and all", () => {
  const { dead, patience, register, overTcp, beside } = DEFAULT_LIMITS;
  expect(dead + overTcp).toBeLessThanOrEqual(10_000);
  expect(patience + register + overTcp).toBeLessThanOrEqual(10_000);
  expect(beside).toBeLessThan(1_500);
});

test("a PBX that answers REGISTER and not OPTIONS is not kept waiting", () => {
  expect(DEFAULT_LIMITS.patience).toBeLessThanOrEqual(1_000);
});

test("a REGISTER that UDP loses is asked over TCP within ten seconds", () => {
  const { register, overTcp } = DEFAULT_LIMITS;
  expect(register + overTcp).toBeLessThanOrEqual(10_000);
});

test("a connection that takes seven seconds is still waited for", () => {
  const { dead, connect, again } = DEFAULT_LIMITS;
  expect(Math.min(again, dead - connect)).toBeGreaterThanOrEqual(6_000);
});
