// Looks for a crash, a hang or growth of the SIP parser, or of the reader of captures or logs:
//
//     npm run fuzz -- [seconds, 60 by default] [seed] [captures or logs]
//
// A separate thread feeds mutated messages (files) to everything that reads one; this one watches that it makes progress.
// Exit code 0: none of the three. An input that fails is written to reports/fuzz/ and named.
import { Buffer } from "node:buffer";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { build } from "esbuild";
import { loadTypeScript } from "./typescript.mjs";

/** One input may take so long before it counts as a hang; the largest have 70 kB, and the machine may be busy. */
const HANG_MS = 2_000;
const SAMPLES = 30;
/**
 * Heap after a collection, without what is kept, the least of the last third against the least of the one before it: more is
 * growth. In the first third code is still compiled, on a busy machine for longer, and a single sample may be taken before
 * another thread has swept what was given up; what is leaked is there in the least of them too.
 */
const GROWTH_BYTES = 1_048_576;
/** Some inputs that were messages are mutated further, so many of them. */
const KEPT = 200;
const KEPT_BYTES = 4_000;

const root = dirname(import.meta.dirname);

/** What each of them is made of. */
const ENGINES = {
  sip: `
    export * from "./src/sip/index.js";
    export { parseWithNotes } from "./src/sip/message/parse.js";
    export { shownText } from "./src/redaction/untrusted.js";`,
  captures: `
    export * from "./src/captures/index.js";
    export * from "./test/support/capture-file.js";
    export * from "./test/support/captured-call.js";`,
  logs: 'export { readLog } from "./src/logs/read-log.js";',
};
const INPUTS = { sip: "messages", captures: "captures", logs: "logs" };

if (isMainThread) {
  const [seconds = "60", seed = Date.now() % 2 ** 32, what = "sip"] = process.argv.slice(2);
  await supervise(Number(seconds), Number(seed), what);
} else await fuzz(workerData);

async function supervise(seconds, seed, what) {
  if (!(seconds > 0) || !Number.isInteger(seed) || !(what in ENGINES)) {
    throw new Error("usage: fuzz-parser.mjs [seconds] [seed] [sip, captures or logs]");
  }
  const { esbuildPresets } = await loadTypeScript("scripts/presets/modules.ts");
  await build({
    absWorkingDir: root,
    stdin: { contents: ENGINES[what], resolveDir: root, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    plugins: [esbuildPresets(root)],
    outfile: `reports/fuzz/${what}.mjs`,
  });
  console.log(`seed ${seed}, ${seconds} s`);
  // Count of inputs, length of the current one, its bytes.
  const shared = new SharedArrayBuffer(8 + 131_072);
  const worker = new Worker(new URL(import.meta.url), { workerData: { seconds, seed, what, shared } });
  const count = new Int32Array(shared, 0, 1);
  let [seen, since] = [0, performance.now()];
  const watch = setInterval(() => {
    const now = Atomics.load(count, 0);
    if (now !== seen) [seen, since] = [now, performance.now()];
    else if (now > 0 && performance.now() - since > HANG_MS)
      fail(shared, `hangs for over ${HANG_MS} ms`, seed);
  }, 100);
  worker.once("error", (error) => fail(shared, error.stack ?? String(error), seed));
  worker.once("message", (figures) => {
    clearInterval(watch);
    process.exitCode = report(figures) ? 0 : 1;
  });
}

function fail(shared, why, seed) {
  const [length] = new Int32Array(shared, 4, 1);
  const folder = join(root, "reports", "fuzz");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `failed-${seed}.bin`);
  writeFileSync(file, Buffer.from(shared, 8, length));
  console.error(`FAILED: ${why}\nThe input is ${file}`);
  process.exit(1);
}

function report({ inputs, bytes, slowest, endings, heap }) {
  const megabytes = (count) => `${(count / 1_048_576).toFixed(2)} MiB`;
  const third = Math.max(1, Math.floor(heap.length / 3));
  const [before, last] = [heap.slice(third, -third), heap.slice(-third)].map((part) => Math.min(...part));
  console.log(
    `${inputs} inputs, ${megabytes(bytes)}, no crash, no hang; the slowest took ${slowest.toFixed(1)} ms`,
  );
  console.log(endings.map(([ending, times]) => `${ending} ${times}`).join(", "));
  console.log(
    `heap after collection: at least ${megabytes(before)} in the middle third, ${megabytes(last)} in the last, of ${heap.length} samples`,
  );
  const grown = last - before > GROWTH_BYTES;
  if (grown) console.error(`FAILED: it grows by over ${megabytes(GROWTH_BYTES)}`);
  return !grown;
}

async function fuzz({ seconds, seed, what, shared }) {
  const { randomFrom } = await import("./fuzz/random.mjs");
  const { check } = await import(what === "sip" ? "./fuzz/checks.mjs" : `./fuzz/${what}.mjs`);
  const { mutated, SEEDS } = await import(`./fuzz/${INPUTS[what]}.mjs`);
  // Most inputs end in an error, and its stack costs more than the parsing.
  Error.stackTraceLimit = 4;
  const random = randomFrom(seed);
  const [count, length] = [new Int32Array(shared, 0, 1), new Int32Array(shared, 4, 1)];
  const current = new Uint8Array(shared, 8);
  const messages = [...SEEDS];
  const endings = new Map();
  const heap = [];
  let [inputs, bytes, slowest] = [0, 0, 0];
  const collect = collector();
  const left = () => collect() - messages.reduce((sum, message) => sum + message.length, 0);
  // Expressions are compiled when they are first met, once for each width of characters: no growth of the reader's.
  for (const end of ["", "\u2013"])
    for (const each of SEEDS) check(Buffer.concat([each, Buffer.from(end)]), random);
  const started = performance.now();
  const every = (seconds * 1_000) / SAMPLES;
  for (let now = started; now - started < seconds * 1_000; now = performance.now()) {
    if (now - started >= (heap.length + 1) * every) heap.push(left());
    const input = mutated(messages, random);
    length[0] = input.length;
    current.set(input);
    Atomics.add(count, 0, 1);
    const before = performance.now();
    const ending = check(input, random);
    slowest = Math.max(slowest, performance.now() - before);
    inputs += 1;
    bytes += input.length;
    const times = (endings.get(ending) ?? 0) + 1;
    endings.set(ending, times);
    const telling = ending === "message" ? messages.length < KEPT || random() < 0.01 : times <= 2;
    if (telling && input.length < KEPT_BYTES) keep(messages, alone(input), SEEDS.length, random);
  }
  heap.push(left());
  const sorted = [...endings].sort(([, less], [, more]) => more - less);
  parentPort.postMessage({ inputs, bytes, slowest, endings: sorted, heap });
}

/** A copy that keeps nothing else: a small Buffer is a piece of a larger one. */
function alone(input) {
  return Buffer.from(Uint8Array.from(input).buffer);
}

/** Kept up to the limit, then in place of another that is not a seed. */
function keep(messages, input, fixed, random) {
  if (messages.length < fixed + KEPT) messages.push(input);
  else messages[fixed + Math.floor(random() * KEPT)] = input;
}

/** Collects garbage, and gives what is left: heap and the buffers outside of it. */
function collector() {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  return () => {
    // Twice: the first finishes what was under way.
    gc();
    gc();
    const { used_heap_size: used, external_memory: outside } = getHeapStatistics();
    return used + outside;
  };
}
