import { availableParallelism } from "node:os";
import type { LogReport } from "./read-log.js";
import type { ReaderJob } from "./reader-thread.js";
import { NoThread, ThreadPool } from "./thread-pool.js";

/** Characters up to which a log is read at once: that takes less time than to wait for a thread, and holds nobody up. */
const READ_AT_ONCE = 4_000;

/** Beside this file, as the build puts it. */
const SCRIPT = new URL("./reader-thread.js", import.meta.url);

const pool = new ThreadPool<ReaderJob, LogReport>({
  script: SCRIPT,
  // One core is left to those who did not send a log.
  maxThreads: Math.max(1, availableParallelism() - 1),
  maxWaiting: 64,
  jobMs: 10_000,
  idleMs: 30_000,
});

/**
 * As `readLogWithPreset`, beside the event loop, where others would have to wait for a long log. Where there can be no
 * thread (sources that were not built, a process that may not start one) it is read here; its length is bounded anyway.
 *
 * @throws PoolBusy, ThreadTimeout, and the signal's reason.
 */
export async function readLogAside(
  text: string,
  options: ReaderJob[1],
  signal: AbortSignal,
): Promise<LogReport> {
  if (text.length <= READ_AT_ONCE) return readHere(text, options);
  try {
    return await pool.run([text, options], signal);
  } catch (error) {
    if (!(error instanceof NoThread)) throw error;
    return readHere(text, options);
  }
}

/** What a thread does is loaded here only where there is none: it is loaded in front of everybody. */
async function readHere(...job: ReaderJob): Promise<LogReport> {
  const { readLogWithPreset } = await import("./read-log.js");
  return readLogWithPreset(...job);
}
