// Prints the verdict and the first finding for each fault, and writes it to reports/faults.md: `npm run faults`. The faults are
// those of the tests, run again: at the scripted registrar, and at the real peers that are installed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const SOURCES = [
  {
    project: "integration",
    files: ["faults", "kinds", "wire-cases", "proof", "strangers"].map(
      (name) => `test/integration/diagnosis/${name}`,
    ),
  },
  {
    project: "peers",
    files: ["kamailio", "asterisk", "sipp", "dns"].map((peer) => `test/peers/diagnosis-${peer}`),
  },
];

const root = dirname(import.meta.dirname);
const reports = join(root, "reports");
const folder = join(reports, "faults");
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const runs = SOURCES.map(({ project, files }) => {
  const args = [vitest, "run", "--project", project, ...files, "--reporter=dot"];
  // Only the table goes to stdout; failures and skipped peers go to stderr.
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", process.stderr, "inherit"] });
  return run.status ?? 1;
});

const rows = readdirSync(folder)
  .sort()
  .flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean));
const table = [
  "| fault | verdict | first finding | | ms |",
  "| --- | --- | --- | --- | --- |",
  ...rows,
  "",
  `${rows.length} faults`,
  "",
];
writeFileSync(join(reports, "faults.md"), table.join("\n"));
process.stdout.write(table.join("\n"));
process.exitCode = rows.length === 0 ? 1 : Math.max(...runs);
