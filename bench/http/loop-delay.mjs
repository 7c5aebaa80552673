// Loaded into a server before its program: at each SIGUSR2 it says on stderr how long the event loop was held up at
// most since the last one, in milliseconds; and for how much of a hold-up at most the main thread was really at work,
// which other programs on the same machine do not lengthen (Linux).
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

/** How long the main thread has been on a CPU, milliseconds. */
function workedMs() {
  const [ns] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return Number(ns) / 1e6;
}

let [before, worked] = [0, 0];
function tick() {
  const now = workedMs();
  worked = Math.max(worked, now - before);
  before = now;
  setTimeout(tick, RESOLUTION_MS).unref();
}
if (process.platform === "linux") tick();

process.on("SIGUSR2", () => {
  const longest = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
  process.stderr.write(`${JSON.stringify({ longest, worked, reported: true })}\n`);
  delay.reset();
  worked = 0;
});
