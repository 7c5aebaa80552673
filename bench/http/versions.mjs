// node bench/http/versions.mjs old/dist/cli.js new/dist/cli.js [seconds] [rounds]   Calls a second, p99 and CPU time a call of two
// builds of the hosted server, in turn at each number of connections, and the size of their answers: a longer answer costs
// more. CPU time, on all threads, suffers least from whatever else the machine is doing (Linux). The p99 leaves out the first
// answer of each connection: the event loop accepts one connection a turn, so the last of 64 waits for 64 turns.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, stop, writeTenants } from "./child.mjs";
import { lengthOfAnswer, load, percentile, toolCall } from "./load.mjs";

const [clis, [duration = 3, rounds = 5]] = [process.argv.slice(2, 4), process.argv.slice(4).map(Number)];
if (clis.length < 2) {
  console.error("usage: node bench/http/versions.mjs old/dist/cli.js new/dist/cli.js [seconds] [rounds]");
  process.exit(2);
}
const LEVELS = [1, 16, 64];
const AGENT = "11111111-1111-4111-8111-111111111111";
const ROWS = [
  { title: "ping", message: { method: "ping" }, expects: '"result":{}' },
  toolCall("list_agents", {}, AGENT),
  toolCall("list_pbx_presets", { presetId: "3cx" }, "3CX"),
  toolCall("get_sip_status", { agentId: AGENT }, AGENT),
];
const MANY = ["--limit-calls", "9999999", "--max-calls", "2000"];
const folder = mkdtempSync(join(tmpdir(), "bench-versions-"));
const { path, tokens } = writeTenants(folder, ["load"]);
const start = async (cli) => ({
  ...(await startServer([cli, "http", "--port", "0", "--sandbox", "--tenants", path, ...MANY])),
  token: tokens.load,
});
const servers = await Promise.all(clis.map(start));
let wrong = 0;

async function measure(server, row, options) {
  const sample = await load(server, row, options);
  wrong += sample.wrong;
  return sample;
}

const median = (values) => percentile(values, 0.5);

try {
  for (const row of ROWS)
    for (const server of servers) await measure(server, row, { connections: 16, amount: 2_000 });
  console.log(`Node ${process.version}, ${rounds} × ${duration} s each, in turn; medians\n`);
  console.log(
    "| call | old, bytes | new | connections | old, calls/s | new | ratio | old, p99 ms | new | old, CPU ms a call | new | ratio |",
  );
  console.log(`|${" --- |".repeat(12)}`);
  for (const row of ROWS) {
    const sizes = await Promise.all(servers.map((server) => lengthOfAnswer(server, row)));
    for (const connections of LEVELS) {
      const samples = servers.map(() => []);
      for (let round = 0; round < rounds; round += 1) {
        // Who comes first changes: the machine is never quite the same.
        const order = round % 2 === 0 ? [0, 1] : [1, 0];
        for (const index of order)
          samples[index].push(await measure(servers[index], row, { connections, duration }));
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
