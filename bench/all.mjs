// node bench/all.mjs [--quick]   The figures of start, call and hosted server on each Node line that the package runs on.
//
// The running Node, and the others from npm's package `node`, which is kept in a cache folder. Some 16 minutes on two
// busy cores; with --quick four, and figures that say only whether all of it runs.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { loadTypeScript } from "../scripts/typescript.mjs";

const [option, ...more] = process.argv.slice(2);
const quick = option === "--quick";
if (
  (option !== undefined && !quick) ||
  more.length > 0 ||
  !existsSync(join(dirname(import.meta.dirname), "dist", "cli.js"))
) {
  console.error("usage: npm run build && node bench/all.mjs [--quick]");
  process.exit(2);
}
/** What hangs is ended. */
const LIMIT_MS = 15 * 60_000;
const BENCHES = [
  ["start/run.mjs", ...(quick ? ["2"] : [])],
  ["start/call.mjs", ...(quick ? ["100"] : [])],
  ["http/run.mjs", ...(quick ? ["--quick"] : [])],
];

const { findNodes } = await loadTypeScript("test/support/nodes.ts");
for (const { major, path, reason } of await findNodes()) {
  if (path === undefined) {
    console.log(`\n## Node ${major} was not measured: ${reason}`);
    process.exitCode = 1;
    continue;
  }
  for (const [bench, ...args] of BENCHES) {
    console.log(`\n## Node ${major}: ${[bench, ...args].join(" ")}\n`);
    const began = performance.now();
    const { status, error } = spawnSync(path, [join(import.meta.dirname, bench), ...args], {
      stdio: "inherit",
      timeout: LIMIT_MS,
    });
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    console.log(
      status === 0 ? `\n(${seconds} s)` : `\n${bench} failed after ${seconds} s: ${error ?? status}`,
    );
    if (status !== 0) process.exitCode = 1;
  }
}
