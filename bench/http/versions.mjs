// node bench/http/versions.mjs old/dist/cli.js new/dist/cli.js [seconds] [rounds]   Calls a second, p99 and CPU time a call of two
// builds of the hosted server, in turn at each number of connections, and the size of their answers: a longer answer costs
// more. CPU time, on all threads, suffers least from whatever else the machine is doing (Linux). The p99 leaves out the first
// answer of each connection: the event loop accepts one connection a turn, so the last of 64 waits for 64 turns.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { startServer, stop, writeTenants } from "./child.mjs";

const [clis, [duration = 3, rounds = 5]] = [process.argv.slice(2, 4), process.argv.slice(4).map(Number)];
if (clis.length < 2) {
  console.error("usage: node bench/http/versions.mjs old/dist/cli.js new/dist/cli.js [seconds] [rounds]");
  process.exit(2);
}
const LEVELS = [1, 16, 64];
const AGENT = "11111111-1111-4111-8111-111111111111";
const tool = (name, args, expects) => ({
  title: name,
  message: { method: "tools/call", params: { name, arguments: args } },
  expects,
});
const ROWS = [
  { title: "ping", message: { method: "ping" }, expects: '"result":{}' },
  tool("list_agents", {}, AGENT),
  tool("list_pbx_presets", { presetId: "3cx" }, "3CX"),
  tool("get_sip_status", { agentId: AGENT }, AGENT),
];
const MANY = ["--limit-calls", "9999999", "--max-calls", "2000"];
const folder = mkdtempSync(join(tmpdir(), "bench-versions-"));
const { path, tokens } = writeTenants(folder, ["load"]);
const start = (cli) => startServer([cli, "http", "--port", "0", "--sandbox", "--tenants", path, ...MANY]);
const servers = await Promise.all(clis.map(start));
let wrong = 0;

/** CPU time of a process so far, milliseconds. */
function cpuMs({ pid }) {
  if (process.platform !== "linux") return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function load({ url, child }, { message, expects }, options) {
  const before = cpuMs(child);
  const running = autocannon({
    ...requestOf(url, message),
    verifyBody: (answer) => answer.includes(expects) && !answer.includes('"isError":true'),
    ...options,
  });
  const begun = new Set();
  const times = [];
  running.on("response", (connection, _status, _bytes, ms) => {
    if (begun.has(connection)) times.push(ms);
    begun.add(connection);
  });
  const result = await running;
  wrong += result.mismatches + result.errors + result.non2xx;
  const cpu = (cpuMs(child) - before) / result["2xx"];
  return { rate: result.requests.average, p99: percentile(times, 0.99), cpu };
}

function requestOf(url, message) {
  return {
    url,
    method: "POST",
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
    headers: {
      authorization: `Bearer ${tokens.load}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
  };
}

async function bytesOf({ url }, { message }) {
  const { url: to, ...request } = requestOf(url, message);
  return (await (await fetch(to, request)).text()).length;
}

const percentile = (values, part) => values.toSorted((a, b) => a - b)[Math.floor(values.length * part)];

const median = (values) => percentile(values, 0.5);

try {
  for (const row of ROWS)
    for (const server of servers) await load(server, row, { connections: 16, amount: 2_000 });
  console.log(`Node ${process.version}, ${rounds} × ${duration} s each, in turn; medians\n`);
  console.log(
    "| call | old, bytes | new | connections | old, calls/s | new | ratio | old, p99 ms | new | old, CPU ms a call | new | ratio |",
  );
  console.log(`|${" --- |".repeat(12)}`);
  for (const row of ROWS) {
    const sizes = await Promise.all(servers.map((server) => bytesOf(server, row)));
    for (const connections of LEVELS) {
      const samples = servers.map(() => []);
      for (let round = 0; round < rounds; round += 1) {
        // Who comes first changes: the machine is never quite the same.
        const order = round % 2 === 0 ? [0, 1] : [1, 0];
        for (const index of order)
          samples[index].push(await load(servers[index], row, { connections, duration }));
      }
      const rates = samples.map((all) => median(all.map(({ rate }) => rate)));
      const ratio = median(samples[0].map(({ rate }, index) => samples[1][index].rate / rate));
      const slowest = samples.map((all) => median(all.map(({ p99 }) => p99)));
      const costs = samples.map((all) => median(all.map(({ cpu }) => cpu)));
      const dearer = (costs[1] / costs[0]).toFixed(2);
      const shown = [
        ...rates.map((rate) => rate.toFixed(0)),
        ratio.toFixed(2),
        ...slowest.map((ms) => ms.toFixed(0)),
      ];
      shown.push(...costs.map((cost) => cost.toFixed(3)), dearer);
      console.log(`| ${[row.title, ...sizes, connections, ...shown].join(" | ")} |`);
    }
  }
  console.log(`\nwrong answers and errors: ${wrong}`);
} finally {
  await Promise.all(servers.map(({ child }) => stop(child)));
  rmSync(folder, { recursive: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
