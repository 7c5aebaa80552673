// node bench/logs/run.mjs   How the reading of a log grows with it: milliseconds for a quarter, a half and the whole of what
// explain_sip_log takes, the best of several, and their ratios. A ratio of 2 is linear; 4 would be quadratic.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { WORST } from "./inputs.mjs";

const MODULES = join(dirname(dirname(import.meta.dirname)), "build");
const MAX_LOG = 60_000;
const SIZES = [MAX_LOG / 4, MAX_LOG / 2, MAX_LOG];
const ROUNDS = 7;

if (!existsSync(MODULES)) throw new Error("run `npm run build:modules` first");
const { readLog } = await import(join(MODULES, "logs", "read-log.js"));

function best(text) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    readLog(text);
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

for (const make of Object.values(WORST)) best(make(MAX_LOG / 4));
console.log(`Node ${process.version}\n\n| log | ${SIZES.join(" | ")} characters, ms | ratios |`);
console.log("| --- | --- | --- | --- | --- |");
for (const [name, make] of Object.entries(WORST)) {
  const [quarter, half, whole] = SIZES.map((size) => best(make(size)));
  const times = [quarter, half, whole].map((ms) => ms.toFixed(1)).join(" | ");
  console.log(`| ${name} | ${times} | ${(half / quarter).toFixed(1)}, ${(whole / half).toFixed(1)} |`);
}
