import { expect, it } from "vitest";
import { defaultSipPort, isPort } from "../../../src/base/sip-port.js";

it.each([
  [0, false],
  [1, true],
  [65_535, true],
  [65_536, false],
  [5060.5, false],
  [Number.NaN, false],
])("%d is a port: %s", (value, expected) => {
  expect(isPort(value)).toBe(expected);
});

it("knows where SIP is", () => {
  expect(["udp", "tcp", "tls", undefined].map(defaultSipPort)).toEqual([5060, 5060, 5061, 5060]);
});
