// node bench/all.mjs   The figures of start, call and hosted server on each Node line that the package runs on.
//
// The running Node, and the others from npm's package `node`, which is kept in a cache folder.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { loadTypeScript } from "../scripts/typescript.mjs";

const BENCHES = ["start/run.mjs", "start/call.mjs", "http/run.mjs"];

const { findNodes } = await loadTypeScript("test/support/nodes.ts");
for (const { major, path, reason } of await findNodes()) {
  if (path === undefined) {
    console.log(`## Node ${major} was not measured: ${reason}`);
    process.exitCode = 1;
    continue;
  }
  for (const bench of BENCHES) {
    console.log(`\n## ${bench}\n`);
    const { status } = spawnSync(path, [join(import.meta.dirname, bench)], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}
