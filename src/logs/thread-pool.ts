import { Worker } from "node:worker_threads";
import { FairQueue } from "./fair-queue.js";

/** What a thread of a pool says: once that it is there, then one answer for each job. */
export type ThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: unknown };

export interface ThreadPoolOptions {
  /** The script of a thread: it sends a {@link ThreadMessage} for each message that it gets. */
  readonly script: URL;
  readonly maxThreads: number;
  /** Jobs that wait for a thread. */
  readonly maxWaiting: number;
  /** From its handing over to its answer, milliseconds. */
  readonly jobMs: number;
  /** After so many milliseconds without a job a thread ends. */
  readonly idleMs: number;
}

/** Too many jobs wait already, or this one has waited too long. */
export class PoolBusy extends Error {
  override readonly name = "PoolBusy";
}

/** A thread has worked on a job for too long, and was ended. */
export class ThreadTimeout extends Error {
  override readonly name = "ThreadTimeout";
}

/** No thread could be started: the script is missing, or the process may not have one. */
export class NoThread extends Error {
  override readonly name = "NoThread";
}

interface Task {
  readonly job: unknown;
  readonly settle: (message: Exclude<ThreadMessage, { kind: "ready" }>) => void;
}

interface Thread {
  readonly worker: Worker;
  /** It has loaded its script: what ends it from now on is not the lack of threads. */
  ready: boolean;
  task?: Task | undefined;
  idle?: NodeJS.Timeout | undefined;
}

/** More than any job needs; one that takes more ends its thread and not the process. */
const MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 };

/**
 * A few threads for work that would hold up the event loop. They are started when there is work, keep no process
 * alive, and are given nothing of this process: no environment, no arguments, no standard streams.
 */
export class ThreadPool<Job, Result> {
  readonly #options: ThreadPoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #waiting = new FairQueue<Task>();

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /** Threads that there are now. */
  get size(): number {
    return this.#threads.size;
  }

  /**
   * Has a thread do a job. One that is aborted or takes too long ends its thread.
   *
   * @param whose those who have jobs that wait take turns: see {@link FairQueue}.
   * @throws PoolBusy, ThreadTimeout, NoThread, the signal's reason, and what the thread throws.
   */
  async run(job: Job, signal: AbortSignal, whose: readonly string[] = []): Promise<Result> {
    signal.throwIfAborted();
    if (this.#waiting.size >= this.#options.maxWaiting) throw new PoolBusy("too many jobs wait for a thread");
    const { promise, resolve, reject } = withResolvers<Result>();
    const task: Task = {
      job,
      settle: (message) => {
        if (message.kind === "error") reject(message.error);
        else resolve(message.result as Result);
      },
    };
    const onAbort = () => this.#drop(task, signal.reason);
    const late = setTimeout(() => {
      const words = `no answer within ${this.#options.jobMs} ms`;
      this.#drop(task, this.#waiting.delete(task) ? new PoolBusy(words) : new ThreadTimeout(words));
    }, this.#options.jobMs);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#waiting.add(task, whose);
    this.#dispatch();
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      signal.removeEventListener("abort", onAbort);
    }
  }

  #dispatch(): void {
    while (this.#waiting.size > 0) {
      const thread = this.#freeThread();
      if (thread === undefined) return;
      const task = this.#waiting.take() as Task;
      if (thread instanceof NoThread) {
        task.settle({ kind: "error", error: thread });
        continue;
      }
      clearTimeout(thread.idle);
      thread.task = task;
      // Who waits for the answer waits for the thread.
      thread.worker.ref();
      thread.worker.postMessage(task.job);
    }
  }

  #freeThread(): Thread | NoThread | undefined {
    for (const thread of this.#threads) if (thread.task === undefined) return thread;
    if (this.#threads.size >= this.#options.maxThreads) return undefined;
    try {
      return this.#start();
    } catch (error) {
      return new NoThread("no thread can be started", { cause: error });
    }
  }

  #start(): Thread {
    const worker = new Worker(this.#options.script, {
      env: {},
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: MEMORY,
    });
    const thread: Thread = { worker, ready: false };
    this.#threads.add(thread);
    worker.on("message", (message: ThreadMessage) => {
      if (message.kind === "ready") thread.ready = true;
      else this.#settle(thread, message);
    });
    worker.on("error", (error) => this.#lost(thread, error));
    worker.on("exit", (code) => this.#lost(thread, new Error(`the thread has ended with ${code}`)));
    return thread;
  }

  #settle(thread: Thread, message: Parameters<Task["settle"]>[0]): void {
    const { task } = thread;
    thread.task = undefined;
    thread.worker.unref();
    thread.idle = setTimeout(() => this.#end(thread), this.#options.idleMs).unref();
    task?.settle(message);
    this.#dispatch();
  }

  #lost(thread: Thread, error: Error): void {
    if (!this.#threads.delete(thread)) return;
    clearTimeout(thread.idle);
    const why = thread.ready ? error : new NoThread("a thread did not start", { cause: error });
    thread.task?.settle({ kind: "error", error: why });
    this.#dispatch();
  }

  /** Takes a job back, with its thread where it has one. */
  #drop(task: Task, error: unknown): void {
    this.#waiting.delete(task);
    for (const thread of this.#threads) if (thread.task === task) this.#end(thread);
    task.settle({ kind: "error", error });
    this.#dispatch();
  }

  #end(thread: Thread): void {
    this.#threads.delete(thread);
    clearTimeout(thread.idle);
    void thread.worker.terminate();
  }

  /** Ends all threads; jobs that are under way fail. */
  close(): void {
    const error = new Error("the pool is closed");
    for (let task = this.#waiting.take(); task; task = this.#waiting.take()) {
      task.settle({ kind: "error", error });
    }
    for (const thread of this.#threads) {
      this.#end(thread);
      thread.task?.settle({ kind: "error", error });
    }
  }
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
