import { createRedactor, type Redactor } from "../../src/redaction/redactor.js";
import { Secret } from "../../src/redaction/secret.js";

/** A redactor that holds these. */
export function holding(...values: string[]): Redactor {
  const redactor = createRedactor();
  for (const value of values) redactor.hold(new Secret(value));
  return redactor;
}
