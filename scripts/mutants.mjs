// Which faults no test notices. Without arguments: in every file that guards users (scripts/mutants/rooms.ts); with
// files: in these; with --changed: in those that differ from the main branch or, on it, from the commit before.
// --minutes bounds the time; a file that has no result by then is named.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { loadTypeScript } from "./typescript.mjs";

const root = dirname(import.meta.dirname);
const folder = join(root, "reports", "mutants");
const { FLOORS, GUARDS, isMutated, testsOf } = await loadTypeScript("scripts/mutants/rooms.ts");
const { judge, shareOf } = await loadTypeScript("scripts/mutants/verdict.ts");
const survivors = parse(readFileSync(join(root, "scripts", "mutants", "survivors.yaml"), "utf8")) ?? {};

const STRYKER = {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  // The tests are chosen in that file, and not by `testFiles`: with it, mutants in constants of a module are never active.
  vitest: { configFile: "scripts/mutants/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  concurrency: 2,
  // That a machine is busy must not count as noticed.
  timeoutMS: 60_000,
  reporters: ["json"],
  tempDirName: "reports/mutants/sandbox",
  ignorePatterns: ["/dist", "/build", "/reports"],
  // What the first is for needs an interface that TypeScript 7 no longer has, and the second reads every file.
  tsconfigFile: "none",
  disableTypeChecks: false,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { changed: { type: "boolean" }, minutes: { type: "string" } },
});
const deadline = values.minutes === undefined ? Infinity : Date.now() + Number(values.minutes) * 60_000;

const files = values.changed ? changedFiles() : positionals.length > 0 ? positionals : [...GUARDS.keys()];

let failed = 0;
// Files that guard users come first, in case the time runs out.
for (const file of files.sort((left, right) => Number(GUARDS.has(right)) - Number(GUARDS.has(left)))) {
  const problem = await tryFile(file);
  if (problem !== undefined) {
    failed += 1;
    say(`  ${problem}`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;

/** @returns what is wrong with it. */
async function tryFile(file) {
  const tests = testsOf(file, root);
  if (tests.length === 0) return void say(`${file}: left out, no unit test is its own`);
  if (Date.now() >= deadline) return void say(`${file}: left out, the time is over`);
  const result = await mutated(file, tests);
  if (result === "late") return void say(`${file}: no result, the time is over`);
  if (result === "broken") return `${file}: the run has failed, see its log in reports/mutants`;
  const verdict = judge(result, survivors[file] ?? []);
  const share = shareOf(verdict);
  say(`${file}: ${verdict.killed} of ${verdict.of} noticed, ${share} %`);
  for (const { place, line, becomes } of verdict.unnamed) say(`  ${file}:${place}  ${line}  =>  ${becomes}`);
  for (const { line, becomes } of verdict.stale) say(`  named, but noticed or gone: ${line}  =>  ${becomes}`);
  const floor = GUARDS.has(file) ? FLOORS.guard : FLOORS.other;
  if (share < floor) return `${file}: fewer than ${floor} % are noticed`;
  if (!GUARDS.has(file)) return undefined;
  if (verdict.unnamed.length > 0)
    return `${file}: scripts/mutants/survivors.yaml does not say why these may live`;
  if (verdict.stale.length > 0) return `${file}: scripts/mutants/survivors.yaml names what is not there`;
  return undefined;
}

/** Runs StrykerJS on one file. @returns that file of its report, or why there is none. */
async function mutated(file, tests) {
  // Separate files, so two concurrent runs do not use each other's.
  const of = (end) => join(folder, file.replaceAll("/", "-") + end);
  const [report, config, log] = [of(".json"), of(".config.json"), of(".log")];
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const own = { mutate: [file], jsonReporter: { fileName: report } };
  writeFileSync(config, JSON.stringify({ ...STRYKER, ...own }, null, 2));
  const stryker = join(root, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  const child = spawn(process.execPath, [stryker, "run", config], {
    cwd: root,
    env: { ...process.env, MUTANTS_TESTS: tests.join(",") },
    stdio: ["ignore", "pipe", "pipe"],
    // A separate process group, which ends with all its workers.
    detached: true,
  });
  const said = [];
  child.stdout.on("data", (chunk) => said.push(chunk));
  child.stderr.on("data", (chunk) => said.push(chunk));
  let late = false;
  const end = () => {
    late = true;
    process.kill(-child.pid, "SIGTERM");
  };
  const timer = deadline === Infinity ? undefined : setTimeout(end, Math.max(1, deadline - Date.now()));
  await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  writeFileSync(log, Buffer.concat(said));
  if (late) return "late";
  if (!existsSync(report)) return "broken";
  return JSON.parse(readFileSync(report, "utf8")).files[file];
}

/** Sources that differ from where the main branch was left, or from the commit before where this is that branch. */
function changedFiles() {
  const head = git("rev-parse", "HEAD");
  const base = git("merge-base", "HEAD", "origin/main") ?? git("merge-base", "HEAD", "main");
  const since = base === undefined || base === head ? git("rev-parse", "HEAD~1") : base;
  const names = since && git("diff", "--name-only", "--diff-filter=d", since, "--", "src");
  if (names === undefined) {
    say("There is no commit to compare with: nothing is tried.");
    return [];
  }
  const changed = names.split("\n").filter(isMutated);
  if (changed.length === 0) say("No code in src/ has changed: nothing is tried.");
  return changed;
}

function git(...args) {
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
