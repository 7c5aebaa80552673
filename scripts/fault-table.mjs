// Prints which finding stands first for each fault: `npm run faults`. The faults are those of the tests, run anew.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const folder = join(root, "reports", "faults");
rmSync(folder, { recursive: true, force: true });

const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const args = [
  vitest,
  "run",
  "--project",
  "integration",
  "test/integration/diagnosis/faults",
  "--reporter=dot",
];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });

console.log("| fault | first finding | |\n| --- | --- | --- |");
for (const file of readdirSync(folder).sort()) process.stdout.write(readFileSync(join(folder, file), "utf8"));
process.exitCode = status ?? 1;
