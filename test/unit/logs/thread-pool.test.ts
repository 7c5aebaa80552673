import { afterEach, describe, expect, it } from "vitest";
import { NoThread, PoolBusy, ThreadPool, ThreadTimeout } from "../../../src/logs/thread-pool.js";

/** What a thread does with a job; each sends a message when it is there. */
const SCRIPT = `
  import { parentPort, threadId } from "node:worker_threads";
  const held = [];
  parentPort.on("message", (job) => {
    if (job === "hang") for (;;);
    if (job === "block") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    if (job === "end") process.exit(7);
    if (job === "fill") for (;;) held.push(new Array(100_000).fill({}));
    if (job === "throw") return parentPort.postMessage({ kind: "error", error: new RangeError("no") });
    if (job === "print") process.stdout.write("printed");
    const result = job === "see" ? { env: { ...process.env }, argv: process.argv.slice(2) } : [job, threadId];
    parentPort.postMessage({ kind: "result", result });
  });
  parentPort.postMessage({ kind: "ready" });`;

const scriptOf = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const never = new AbortController().signal;

let pool: ThreadPool<string, unknown>;
function open(options: Partial<ConstructorParameters<typeof ThreadPool>[0]> = {}) {
  pool = new ThreadPool<string, unknown>({
    script: scriptOf(SCRIPT),
    ...{ maxThreads: 1, maxWaiting: 3, jobMs: 60_000, idleMs: 60_000 },
    ...options,
  });
  return pool;
}

afterEach(() => pool.close());

describe("a pool of threads", () => {
  it("starts none before there is work, does jobs in order, and keeps its thread for the next", async () => {
    open();
    expect(pool.size).toBe(0);
    const done = await Promise.all(["a", "b", "c"].map((job) => pool.run(job, never)));
    const [[, thread] = []] = done as [string, number][];
    expect(done).toEqual([
      ["a", thread],
      ["b", thread],
      ["c", thread],
    ]);
    expect(pool.size).toBe(1);
  });

  it("has as many threads as it may, and no more", async () => {
    open({ maxThreads: 2, maxWaiting: 10 });
    await Promise.all(["a", "b", "c", "d"].map((job) => pool.run(job, never)));
    expect(pool.size).toBe(2);
  });

  it("lets those who have jobs that wait take turns", async () => {
    open({ maxWaiting: 10 });
    const ended: string[] = [];
    const run = (job: string, ...whose: string[]) => pool.run(job, never, whose).then(() => ended.push(job));
    await Promise.all([run("a1", "acme"), run("a2", "acme"), run("a3", "acme"), run("g1", "globex")]);
    expect(ended).toEqual(["a1", "a2", "g1", "a3"]);
  });

  it("gives its threads nothing of the process", async () => {
    process.env.TELZINO_TEST_CANARY = "canary";
    try {
      expect(await open().run("see", never)).toEqual({ env: {}, argv: [] });
    } finally {
      delete process.env.TELZINO_TEST_CANARY;
    }
  });

  it("refuses a job when enough of them wait", async () => {
    open({ maxWaiting: 1 });
    const stop = new AbortController();
    const hanging = pool.run("hang", stop.signal);
    const waiting = pool.run("a", never);
    await expect(pool.run("b", never)).rejects.toThrow(PoolBusy);
    stop.abort();
    await expect(hanging).rejects.toThrow("aborted");
    expect(await waiting).toEqual(["a", expect.any(Number)]);
  });

  it("ends the thread of an aborted job, and does the next one with another", async () => {
    open();
    const [, first] = (await pool.run("a", never)) as [string, number];
    const stop = new AbortController();
    const hanging = pool.run("hang", stop.signal);
    const next = pool.run("b", never);
    stop.abort(new Error("the client has gone"));
    await expect(hanging).rejects.toThrow("the client has gone");
    const [job, second] = (await next) as [string, number];
    expect(job).toBe("b");
    expect(second).not.toBe(first);
  });

  it("forgets an aborted job that waits, and leaves the thread alone", async () => {
    open();
    const stop = new AbortController();
    const running = pool.run("a", never);
    const waiting = pool.run("b", stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow("aborted");
    await expect(running).resolves.toEqual(["a", expect.any(Number)]);
    expect(pool.size).toBe(1);
    await expect(pool.run("c", stop.signal)).rejects.toThrow("aborted");
  });

  it("ends a thread that takes too long, and does the next job with another", async () => {
    open({ jobMs: 3_000 });
    await pool.run("a", never);
    // Blocked and not busy: three seconds of a core are more than most other tests take.
    await expect(pool.run("block", never)).rejects.toThrow(ThreadTimeout);
    expect(await pool.run("b", never)).toEqual(["b", expect.any(Number)]);
  });

  it("ends a thread that has nothing to do", async () => {
    open({ idleMs: 1 });
    await pool.run("a", never);
    await expect.poll(() => pool.size).toBe(0);
  });

  it("passes on what a job throws, and keeps the thread", async () => {
    open();
    await expect(pool.run("throw", never)).rejects.toThrow(RangeError);
    expect(pool.size).toBe(1);
  });

  it.each(["end", "fill"])(
    "fails the job that ends its thread (%s), and not as if there were no threads",
    async (job) => {
      open();
      const failed = await pool.run(job, never).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(Error);
      expect(failed).not.toBeInstanceOf(NoThread);
      expect(await pool.run("a", never)).toEqual(["a", expect.any(Number)]);
    },
  );

  it.each([
    ["is missing", new URL("../diagnosis/logs/no-such-file.js", import.meta.url)],
    ["cannot be read", scriptOf("not JavaScript")],
    ["is no file", new URL("http://127.0.0.1/script.js")],
  ])("says that there is no thread when its script %s", async (_why, script) => {
    open({ script });
    const jobs = await Promise.allSettled([pool.run("a", never), pool.run("b", never)]);
    expect(jobs.map((job) => job.status === "rejected" && job.reason instanceof NoThread)).toEqual([
      true,
      true,
    ]);
  });
});
