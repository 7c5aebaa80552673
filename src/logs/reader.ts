import { availableParallelism } from "node:os";
import type { LogReport } from "./read-log.js";
import type { ReaderJob } from "./reader-thread.js";
import { NoThread, ThreadPool } from "./thread-pool.js";

/** Up to this many characters a log is read directly: that is faster than waiting for a thread, and delays no other caller. */
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

/** What the reading of a log takes up of a server that many share. */
export interface ReadingPlace {
  /** Those who wait for a thread take turns: see `FairQueue`. */
  readonly whose: readonly string[];
  /** Gives it back. */
  end(): void;
}

/**
 * As `readLogWithPreset`, beside the event loop, where others would have to wait for a long log. Where there can be no
 * thread (sources that were not built, a process that may not start one) it is read here; its length is bounded anyway.
 *
 * @param begin asks for a place where the log is not read directly; it may throw.
 * @throws PoolBusy, ThreadTimeout, the signal's reason, and what `begin` throws.
 */
export async function readLogAside(
  text: string,
  options: ReaderJob[1],
  signal: AbortSignal,
  begin?: () => ReadingPlace | undefined,
): Promise<LogReport> {
  if (text.length <= READ_AT_ONCE) return readHere(text, options);
  const place = begin?.();
  try {
    return await pool.run([text, options], signal, place?.whose);
  } catch (error) {
    if (!(error instanceof NoThread)) throw error;
    return await readHere(text, options);
  } finally {
    place?.end();
  }
}

/** The thread's code is loaded here only if there is no thread: loading it would delay every caller. */
async function readHere(...job: ReaderJob): Promise<LogReport> {
  const { readLogWithPreset } = await import("./read-log.js");
  return readLogWithPreset(...job);
}
