// The official MCP conformance suite against the built server and against its front with the suite's fixtures:
//   node test/conformance/run.mjs
// Writes reports/conformance.json. Exit code 0 when every scenario ended as expected. npm brings Node 22 for the suite.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { parse } from "yaml";
import { loadTypeScript } from "../../scripts/typescript.mjs";

const ROOT = dirname(dirname(import.meta.dirname));
const { esbuildPresets } = await loadTypeScript("scripts/presets/modules.ts");
const REPORTS = join(ROOT, "reports");
const FIXTURE = join(REPORTS, "fixture-server.mjs");
const SUITE = [
  "-y",
  "-p",
  "node@22",
  "-p",
  "@modelcontextprotocol/conformance@0.1.16",
  "conformance",
  "server",
];
const START_MS = 20_000;
const SUITE_MS = 300_000;

const expected = parse(readFileSync(join(import.meta.dirname, "expected-failures.yml"), "utf8"));
const CLI = [join(ROOT, "dist", "cli.js"), "http", "--no-auth", "--sandbox", "--port", "0"];
const TARGETS = [
  { name: "server, stateless", args: CLI, failures: expected.server },
  { name: "server, with sessions", args: [...CLI, "--sessions"], failures: expected.server },
  { name: "front with fixtures", args: [FIXTURE], failures: expected.fixture ?? [] },
];

/** Starts a server and waits for the line that says where it listens. */
async function start(args) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let heard = "";
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not started: ${heard}`)), START_MS);
    child.once("exit", () => reject(new Error(`ended at once: ${heard}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      heard += text;
      const line = heard.split("\n").find((each) => each.includes('"message":"listening"'));
      if (line === undefined) return;
      clearTimeout(late);
      resolve(JSON.parse(line).url);
    });
  });
  return { child, url };
}

/** Runs the suite. Resolves with how each scenario ended. */
async function judge(url) {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  let output = "";
  const suite = spawn("npx", [...SUITE, "--url", url, "--suite", "all"], { cwd: folder, detached: true });
  const late = setTimeout(() => process.kill(-suite.pid, "SIGKILL"), SUITE_MS);
  for (const stream of [suite.stdout, suite.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  await new Promise((resolve) => suite.once("close", resolve));
  clearTimeout(late);
  rmSync(folder, { recursive: true, force: true });
  const summary = output.split("=== SUMMARY ===")[1];
  if (summary === undefined) throw new Error(`the suite did not come to its end:\n${output.slice(-2_000)}`);
  const lines = [...summary.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed/gm)];
  return lines.map(([, scenario, passed, failed]) => ({
    scenario,
    checks: Number(passed) + Number(failed),
    failed: Number(failed) > 0,
  }));
}

mkdirSync(REPORTS, { recursive: true });
await build({
  plugins: [esbuildPresets(ROOT)],
  entryPoints: [join(import.meta.dirname, "fixture-server.ts")],
  outfile: FIXTURE,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
});
let numPassedTests = 0;
let numFailedTests = 0;
for (const { name, args, failures } of TARGETS) {
  const { child, url } = await start(args);
  const outcomes = await judge(url).finally(() => child.kill("SIGTERM"));
  const wrong = [
    ...outcomes
      .filter(({ scenario, failed }) => failed !== failures.includes(scenario))
      .map(
        ({ scenario, failed }) => `${scenario} ${failed ? "fails" : "passes now: take it out of the list"}`,
      ),
    ...failures
      .filter((scenario) => !outcomes.some((outcome) => outcome.scenario === scenario))
      .map((scenario) => `${scenario} is no scenario`),
  ];
  const passed = outcomes.filter(({ failed, checks }) => !failed && checks > 0).length;
  const empty = outcomes.filter(({ checks }) => checks === 0).map(({ scenario }) => scenario);
  const notes = empty.length === 0 ? "" : `, without a check of their own: ${empty.join(", ")}`;
  console.log(
    `${name}: ${passed} of ${outcomes.length} scenarios pass, ${failures.length} expected to fail${notes}`,
  );
  for (const line of wrong) console.log(`  ${line}`);
  // What is expected to fail proves nothing, so it does not count.
  numPassedTests += passed;
  numFailedTests += wrong.length;
}
rmSync(FIXTURE, { force: true });
const report = {
  numPassedTests,
  numFailedTests,
  numPendingTests: 0,
  success: numFailedTests === 0 && numPassedTests > 0,
};
writeFileSync(join(REPORTS, "conformance.json"), `${JSON.stringify(report)}\n`);
console.log(`conformance: ${numPassedTests} passed, ${numFailedTests} not as expected`);
process.exitCode = report.success ? 0 : 1;
