// node bench/http/run.mjs [--quick]   Calls a second of the hosted server, against a bare server on the SDK.
//
// The hosted server checks a static token and counts limits (set too high to be reached); the bare one does neither. Both give
// answers of equal length: a longer one costs either more. The servers take turns at each number of connections. The load
// generator shares the machine with them.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLI, requireBuild, startServer, stop, writeTenants } from "./child.mjs";
import { lengthOfAnswer, load, toolCall } from "./load.mjs";

requireBuild("node bench/http/run.mjs [--quick]");
const quick = process.argv.includes("--quick");
const SECONDS = quick ? 1 : 4;
const ROUNDS = quick ? 1 : 2;
const LEVELS = [1, 16, 64, 256];
const AGENT = "11111111-1111-4111-8111-111111111111";
const MANY = 9_999_999;

const folder = mkdtempSync(join(tmpdir(), "bench-http-"));
const { path, tokens } = writeTenants(folder, ["load"]);
// One caller has a quarter of the places.
const limits = ["--limit-calls", MANY, "--limit-writes", MANY, "--max-calls", 2_000].map(String);
const bare = await startServer([join(import.meta.dirname, "bare-server.mjs")]);
const hosted = {
  ...(await startServer([CLI, "http", "--port", "0", "--sandbox", "--tenants", path, ...limits])),
  token: tokens.load,
};
const short = toolCall("list_pbx_presets", { query: "zzzzqq" }, "zzzzqq");
const long = toolCall("list_pbx_presets", { query: "3cx" }, "3CX");
const status = toolCall("get_sip_status", { agentId: AGENT }, AGENT);
let wrong = 0;

async function measure(server, call, options) {
  const sample = await load(server, call, options);
  wrong += sample.wrong;
  return sample;
}

const mean = (samples, key) => samples.reduce((sum, sample) => sum + sample[key], 0) / samples.length;
const shown = (samples) =>
  [
    mean(samples, "rate").toFixed(0),
    ...["p50", "p99"].map((key) => mean(samples, key).toFixed(1)),
    mean(samples, "cpu").toFixed(2),
  ].join(" | ");

function rssMiB({ pid }) {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return (Number(kib) / 1024).toFixed(1);
}

try {
  console.log(`Node ${process.version}, ${ROUNDS} × ${SECONDS} s for each server and level, in turn`);
  const warm = { connections: 16, amount: 2_000 };
  const COLUMNS = "calls/s | p50, ms | p99, ms | CPU, ms a call";
  for (const call of [short, long]) {
    const length = await lengthOfAnswer(hosted, call);
    const text = toolCall("text", { length }, '"type":"text"');
    // Until then V8 has not compiled what is called often.
    await measure(bare, text, warm);
    await measure(hosted, call, warm);
    console.log(`\n${call.title}, answers of ${length} characters\n`);
    console.log(`| connections | bare, ${COLUMNS} | here, ${COLUMNS} | ratio |`);
    console.log(`|${" --- |".repeat(10)}`);
    for (const connections of LEVELS) {
      const [theirs, ours] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        theirs.push(await measure(bare, text, { connections, duration: SECONDS }));
        ours.push(await measure(hosted, call, { connections, duration: SECONDS }));
      }
      const ratio = (mean(ours, "rate") / mean(theirs, "rate")).toFixed(2);
      console.log(`| ${connections} | ${shown(theirs)} | ${shown(ours)} | ${ratio} |`);
    }
  }
  await measure(hosted, status, warm);
  console.log(`\n| connections | get_sip_status on the sandbox API, ${COLUMNS} |`);
  console.log(`|${" --- |".repeat(5)}`);
  for (const connections of LEVELS) {
    const sample = await measure(hosted, status, { connections, duration: SECONDS });
    console.log(`| ${connections} | ${shown([sample])} |`);
  }
  const amount = quick ? 10_000 : 100_000;
  const before = rssMiB(hosted.child);
  await measure(hosted, short, { connections: 16, amount });
  console.log(`\nRSS before ${amount} further calls ${before} MiB, after ${rssMiB(hosted.child)} MiB`);
  console.log(`wrong answers and errors: ${wrong}`);
} finally {
  await Promise.all([stop(bare.child), stop(hosted.child)]);
  rmSync(folder, { recursive: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
