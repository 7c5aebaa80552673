// Adds up vitest's JSON reports: node .ci/count.mjs FAILED_STEPS REPORT... The last line is "N passed, N failed".
import { readFileSync } from "node:fs";

const [failedSteps = "0", ...files] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of files) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped += report.numPendingTests;
  // A suite that does not load fails without a test of its own.
  if (!report.success && report.numFailedTests === 0) failed += 1;
}
// A step that failed without a failed test (lint, types, demo, a report that is missing) counts as one.
if (failed === 0) failed = Number(failedSteps);
if (passed === 0) failed += 1;
if (skipped > 0) console.log(`${skipped} skipped: see the reasons above.`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
