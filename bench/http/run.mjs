// node bench/http/run.mjs [--quick]   Calls a second of the hosted server, against a bare server on the SDK.
//
// The hosted server checks a static token and counts limits (set too high to be reached); the bare one does neither.
// The servers take turns at each number of connections. The load generator shares the machine with them.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { CLI, requireBuild, startServer, stop, writeTenants } from "./child.mjs";

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
const hosted = await startServer([CLI, "http", "--port", "0", "--sandbox", "--tenants", path, ...limits]);
let wrong = 0;

const headers = {
  authorization: `Bearer ${tokens.load}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};
const body = (name, args) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } });
const presets = { ...hosted, body: body("list_pbx_presets", { query: "3cx" }), expects: "3CX" };
// Answers of equal length: a longer one costs either server more.
const length = (await answerTo(presets)).length;
const text = { ...bare, body: body("text", { length }), expects: '"type":"text"' };
const status = { ...hosted, body: body("get_sip_status", { agentId: AGENT }), expects: AGENT };

async function answerTo({ url, body }) {
  return await (await fetch(url, { method: "POST", headers, body })).text();
}

async function load({ url, body, expects }, connections, amount) {
  const result = await autocannon({
    url,
    body,
    connections,
    ...(amount === undefined ? { duration: SECONDS } : { amount }),
    method: "POST",
    headers,
    verifyBody: (answer) => answer.includes(expects) && !answer.includes('"isError":true'),
  });
  const bad = result.non2xx + result.errors + result.timeouts + result.mismatches;
  wrong += bad;
  return {
    rate: result["2xx"] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    calls: result["2xx"],
    bad,
  };
}

const mean = (samples, key) => samples.reduce((sum, sample) => sum + sample[key], 0) / samples.length;
const shown = (samples) =>
  [mean(samples, "rate").toFixed(0), mean(samples, "p50").toFixed(1), mean(samples, "p99").toFixed(1)].join(
    " | ",
  );

function rssMiB({ pid }) {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return (Number(kib) / 1024).toFixed(1);
}

try {
  console.log(`Node ${process.version}, ${ROUNDS} × ${SECONDS} s for each server and level, in turn\n`);
  // Until then V8 has not compiled what is called often.
  for (const target of [text, presets, status]) await load(target, 16, 2_000);
  console.log(
    "| connections | bare, calls/s | p50, ms | p99, ms | list_pbx_presets, calls/s | p50, ms | p99, ms | ratio |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const connections of LEVELS) {
    const [theirs, ours] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(await load(text, connections));
      ours.push(await load(presets, connections));
    }
    const ratio = (mean(ours, "rate") / mean(theirs, "rate")).toFixed(2);
    console.log(`| ${connections} | ${shown(theirs)} | ${shown(ours)} | ${ratio} |`);
  }
  console.log("\n| connections | get_sip_status on the sandbox API, calls/s | p50, ms | p99, ms |");
  console.log("| --- | --- | --- | --- |");
  for (const connections of LEVELS)
    console.log(`| ${connections} | ${shown([await load(status, connections)])} |`);
  const calls = quick ? 10_000 : 100_000;
  const before = rssMiB(hosted.child);
  await load(presets, 16, calls);
  console.log(`\nRSS before ${calls} further calls ${before} MiB, after ${rssMiB(hosted.child)} MiB`);
  console.log(`wrong answers and errors: ${wrong}`);
} finally {
  await Promise.all([stop(bare.child), stop(hosted.child)]);
  rmSync(folder, { recursive: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
