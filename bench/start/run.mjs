// node bench/start/run.mjs [rounds]   From spawn to the answer of tools/list, against a bare server on the SDK.
//
// Each sample is a fresh process, one at a time, the servers in turn: on a machine with other work the milliseconds
// move, the ratio of the medians much less. RSS is that of the process when the list has come (Linux).
import { existsSync, readFileSync } from "node:fs";
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

const servers = [
  { name: "bare SDK server", args: [join(import.meta.dirname, "bare-server.mjs")] },
  { name: "telzino-sip-mcp", args: [cli] },
  { name: "telzino-sip-mcp --read-only", args: [cli, "--read-only"] },
].map((server) => ({ ...server, samples: [] }));

async function sample({ args }) {
  const began = performance.now();
  const server = new StdioServer(args);
  try {
    await server.initialize();
    const listed = await server.request("tools/list");
    const ms = performance.now() - began;
    return { ms, rss: rssOf(server.child.pid), bytes: Buffer.byteLength(JSON.stringify(listed)) };
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

const base = median(servers[0].samples.map(({ ms }) => ms));
console.log(`Node ${process.version}, ${rounds} interleaved rounds, medians\n`);
console.log("| server | spawn → tools/list, ms | ratio | RSS, MiB | tools/list, bytes |");
console.log("| --- | --- | --- | --- | --- |");
for (const { name, samples } of servers) {
  const ms = median(samples.map((taken) => taken.ms));
  const rss = median(samples.map((taken) => taken.rss));
  const cells = [name, ms.toFixed(0), (ms / base).toFixed(2), rss.toFixed(1), samples[0].bytes];
  console.log(`| ${cells.join(" | ")} |`);
}
