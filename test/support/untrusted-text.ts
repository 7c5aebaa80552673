import { expect } from "vitest";
import { createRedactor } from "../../src/redaction/redactor.js";
import { Untrusted } from "../../src/redaction/untrusted.js";

/** In expectations text from outside may be written as the string that it is for a program. */
expect.addEqualityTesters([
  (left: unknown, right: unknown) => {
    if (left instanceof Untrusted && typeof right === "string") return left.unwrap() === right;
    if (right instanceof Untrusted && typeof left === "string") return right.unwrap() === left;
    if (left instanceof Untrusted && right instanceof Untrusted) return String(left) === String(right);
    return undefined;
  },
]);

/** A sentence or data as it leaves a program that holds no secret. */
export function asShown<T>(value: T): T {
  return createRedactor().redactDeep(value);
}
