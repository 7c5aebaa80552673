import { parentPort } from "node:worker_threads";
import { readLogWithPreset } from "./read-log.js";
import type { ThreadMessage } from "./thread-pool.js";

/** The script of a thread that reads logs. A text comes in, what it says goes out; it holds nothing else, and no secret. */

export type ReaderJob = Parameters<typeof readLogWithPreset>;

async function answerTo(job: ReaderJob): Promise<ThreadMessage> {
  try {
    return { kind: "result", result: await readLogWithPreset(...job) };
  } catch (error) {
    return { kind: "error", error };
  }
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", async (job: ReaderJob) => say(await answerTo(job)));
say({ kind: "ready" });
