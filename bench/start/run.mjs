// node bench/start/run.mjs [rounds]   From spawn to the answer of tools/list, against a bare server on the SDK.
//
// Each sample is a fresh process, one at a time, the servers in turn: on a machine with other work the milliseconds
// move, the ratio of the medians less, and the CPU time least. RSS and CPU time are those of the process when the list has
// come, of all its threads (Linux).
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { median, StdioServer } from "./stdio-server.mjs";

const rounds = Number(process.argv[2] ?? 15);
const root = dirname(dirname(import.meta.dirname));
const cli = join(root, "dist", "cli.js");
if (!Number.isInteger(rounds) || rounds < 1 || !existsSync(cli)) {
  console.error("usage: npm run build && node bench/start/run.mjs [rounds]");
  process.exit(2);
}

// As `install` writes flags.
const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
const secrets = join(folder, "secrets");
writeFileSync(secrets, "OFFICE=of-the-bench\n", { mode: 0o600 });
const agent = ["--agent-id", "11111111-1111-4111-8111-111111111111"];
const named = ["--secrets-file", secrets];
const others = ["--entry-port", "0", "--api-url", "http://127.0.0.1:9", "--log-file", join(folder, "log")];
const servers = [
  { name: "bare SDK server", args: [join(import.meta.dirname, "bare-server.mjs")] },
  { name: "telzino-sip-mcp", args: [cli] },
  { name: "--read-only", args: [cli, "--read-only"] },
  { name: "--agent-id", args: [cli, ...agent] },
  { name: "--secrets-file", args: [cli, ...named] },
  { name: "--sandbox", args: [cli, "--sandbox"] },
  { name: "all but --sandbox", args: [cli, "--read-only", ...agent, ...named, ...others] },
].map((server) => ({ ...server, samples: [] }));

async function sample({ args }) {
  const began = performance.now();
  const server = new StdioServer(args);
  try {
    await server.initialize();
    const listed = await server.request("tools/list");
    const ms = performance.now() - began;
    const { pid } = server.child;
    return { ms, cpu: server.cpuMs(), rss: rssOf(pid), bytes: Buffer.byteLength(JSON.stringify(listed)) };
  } finally {
    await server.stop();
  }
}

/** MiB; NaN where there is no /proc. */
function rssOf(pid) {
  const file = `/proc/${pid}/status`;
  const [, kib] = (existsSync(file) && /^VmRSS:\s+(\d+)/m.exec(readFileSync(file, "utf8"))) || [];
  return Number(kib) / 1024;
}

// The first round fills the page cache and does not count.
for (let round = 0; round <= rounds; round += 1) {
  const turn = round % servers.length;
  for (const server of [...servers.slice(turn), ...servers.slice(0, turn)]) {
    const taken = await sample(server);
    if (round > 0) server.samples.push(taken);
  }
}
rmSync(folder, { recursive: true });

const medianOf = ({ samples }, key) => median(samples.map((taken) => taken[key]));
const [bare] = servers;
console.log(`Node ${process.version}, ${rounds} interleaved rounds, medians\n`);
console.log(
  "| server | spawn → tools/list, ms | ratio | CPU time, ms | ratio | RSS, MiB | tools/list, bytes |",
);
console.log(`|${" --- |".repeat(7)}`);
for (const server of servers) {
  const times = ["ms", "cpu"].flatMap((key) => {
    const value = medianOf(server, key);
    return [value.toFixed(0), (value / medianOf(bare, key)).toFixed(2)];
  });
  const cells = [server.name, ...times, medianOf(server, "rss").toFixed(1), server.samples[0].bytes];
  console.log(`| ${cells.join(" | ")} |`);
}
