// Loaded into a server before its program: at each SIGUSR2 it says on stderr how long the event loop was held up at
// most since the last one, in milliseconds.
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
process.on("SIGUSR2", () => {
  const longest = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
  delay.reset();
  process.stderr.write(`${JSON.stringify({ longest, reported: true })}\n`);
});
