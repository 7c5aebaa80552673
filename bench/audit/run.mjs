// How long an audit of many agents takes, as a ratio of what the API's limit and its outage allow at best, and in how much memory:
//   npm run build && node bench/audit/run.mjs [agents] [requests a second of the API] [--rate of the audit]
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [agents = 10_000, perSecond = 50, rate = perSecond] = process.argv.slice(2).map(Number);
const OUTAGE = { at: Math.round(agents / perSecond / 3), seconds: 30 };
const PAGE = 100;

const stub = spawn(process.execPath, [
  join(import.meta.dirname, "stub.mjs"),
  ...[agents, perSecond, Math.ceil(perSecond / 2), 40, OUTAGE.at, OUTAGE.seconds].map(String),
]);
stub.stderr.pipe(process.stderr);
const said = createInterface({ input: stub.stdout })[Symbol.asyncIterator]();
const { value: port } = await said.next();

const folder = mkdtempSync(join(tmpdir(), "audit-"));
const began = performance.now();
const audit = spawn(
  process.execPath,
  [
    join(import.meta.dirname, "../../dist/cli.js"),
    ...["audit", "--json", "--rate", String(rate), "--state", join(folder, "audit.jsonl")],
  ],
  {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env.PATH,
      TELZINO_API_URL: `http://127.0.0.1:${port}`,
      TELZINO_ACCESS_TOKEN: "token-of-the-bench",
    },
  },
);
let peakKb = 0;
const memory = setInterval(() => {
  const status = readFileSync(`/proc/${audit.pid}/status`, "utf8");
  peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
}, 200);
let printed = "";
for await (const piece of audit.stdout) printed += piece;
clearInterval(memory);
const seconds = (performance.now() - began) / 1_000;
stub.kill("SIGTERM");
const { value: counts } = await said.next();
rmSync(folder, { recursive: true });

const report = JSON.parse(printed);
const best = (agents + Math.ceil(agents / PAGE)) / perSecond + OUTAGE.seconds;
console.log(
  JSON.stringify(
    {
      agents,
      perSecond,
      rate,
      outage: OUTAGE,
      seconds: Number(seconds.toFixed(1)),
      best: Number(best.toFixed(1)),
      ratio: Number((seconds / best).toFixed(3)),
      peakMiB: Number((peakKb / 1_024).toFixed(1)),
      requests: report.requests,
      ofStub: JSON.parse(counts),
      counts: report.counts,
      causes: report.causes.length,
    },
    null,
    2,
  ),
);
