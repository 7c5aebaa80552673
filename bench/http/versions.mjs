// node bench/http/versions.mjs old/dist/cli.js new/dist/cli.js [seconds] [rounds]   Calls a second, p99 and CPU time a call of two
// builds of the hosted server, in turn at each number of connections. CPU time, on all threads, suffers least from whatever
// else the machine is doing (Linux).
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
const TOOLS = [
  ["list_pbx_presets", { presetId: "3cx" }, "3CX"],
  ["get_sip_status", { agentId: AGENT }, AGENT],
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

async function load({ url, child }, [name, args, expects], options) {
  const before = cpuMs(child);
  const result = await autocannon({
    url,
    method: "POST",
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } }),
    headers: {
      authorization: `Bearer ${tokens.load}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    verifyBody: (answer) => answer.includes(expects) && !answer.includes('"isError":true'),
    ...options,
  });
  wrong += result.mismatches + result.errors + result.non2xx;
  const cpu = (cpuMs(child) - before) / result["2xx"];
  return { rate: result.requests.average, p99: result.latency.p99, cpu };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  for (const tool of TOOLS)
    for (const server of servers) await load(server, tool, { connections: 16, amount: 2_000 });
  console.log(`Node ${process.version}, ${rounds} × ${duration} s each, in turn; medians\n`);
  console.log(
    "| tool | connections | old, calls/s | new | ratio | old, p99 ms | new | old, CPU ms a call | new | ratio |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const tool of TOOLS) {
    for (const connections of LEVELS) {
      const samples = servers.map(() => []);
      for (let round = 0; round < rounds; round += 1) {
        // Who comes first changes: the machine is never quite the same.
        const order = round % 2 === 0 ? [0, 1] : [1, 0];
        for (const index of order)
          samples[index].push(await load(servers[index], tool, { connections, duration }));
      }
      const rates = samples.map((all) => median(all.map(({ rate }) => rate)));
      const ratio = median(samples[0].map(({ rate }, index) => samples[1][index].rate / rate));
      const slowest = samples.map((all) => median(all.map(({ p99 }) => p99)));
      const costs = samples.map((all) => median(all.map(({ cpu }) => cpu)));
      const dearer = (costs[1] / costs[0]).toFixed(2);
      const shown = [...rates.map((rate) => rate.toFixed(0)), ratio.toFixed(2), ...slowest];
      shown.push(...costs.map((cost) => cost.toFixed(3)), dearer);
      console.log(`| ${[tool[0], connections, ...shown].join(" | ")} |`);
    }
  }
  console.log(`\nwrong answers and errors: ${wrong}`);
} finally {
  await Promise.all(servers.map(({ child }) => stop(child)));
  rmSync(folder, { recursive: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
