import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "..");

it("each redaction that npm run redactions takes out is in the sources", () => {
  const script = join(ROOT, "scripts", "take-out-redactions.mjs");
  expect(execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" })).toMatch(/^\d{2} fit/);
});
