// Which faults no test notices. Without arguments: in every file that guards users (scripts/mutants/rooms.ts); with
// files: in these; with --changed: in those that differ from the main branch or, on it, from the commit before.
// --minutes bounds the time; a file that has no result by then is named. With --sample N: N mutants that are drawn from all of
// src/, and what share of them the tests notice; --seed draws the same ones again.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { trySample } from "./mutants/sampled.mjs";
import { runStryker } from "./mutants/stryker.mjs";
import { loadTypeScript } from "./typescript.mjs";

const root = dirname(import.meta.dirname);
const { FLOORS, GUARDS, isMutated, testsOf } = await loadTypeScript("scripts/mutants/rooms.ts");
const { judge, shareOf } = await loadTypeScript("scripts/mutants/verdict.ts");
const survivors = parse(readFileSync(join(root, "scripts", "mutants", "survivors.yaml"), "utf8")) ?? {};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    changed: { type: "boolean" },
    minutes: { type: "string" },
    sample: { type: "string" },
    seed: { type: "string" },
  },
});
const deadline = values.minutes === undefined ? Infinity : Date.now() + Number(values.minutes) * 60_000;

if (values.sample === undefined) {
  const files = values.changed ? changedFiles() : positionals.length > 0 ? positionals : [...GUARDS.keys()];
  process.exitCode = (await tryFiles(files)) ? 0 : 1;
} else {
  const size = Number(values.sample);
  const seed = Number(values.seed ?? Date.now() % 10_000);
  process.exitCode = (await trySample({ size, seed, deadline, say })) ? 0 : 1;
}

/** @returns whether all is well. */
async function tryFiles(files) {
  let failed = 0;
  // Files that guard users come first, in case the time runs out.
  for (const file of files.sort((left, right) => Number(GUARDS.has(right)) - Number(GUARDS.has(left)))) {
    const problem = await tryFile(file);
    if (problem !== undefined) {
      failed += 1;
      say(`  ${problem}`);
    }
  }
  return failed === 0;
}

/** @returns what is wrong with it. */
async function tryFile(file) {
  const tests = testsOf(file, root);
  if (tests.length === 0) return void say(`${file}: left out, no unit test is its own`);
  if (Date.now() >= deadline) return void say(`${file}: left out, the time is over`);
  const report = await runStryker({ name: file, files: [file], tests, deadline });
  if (report === "late") return void say(`${file}: no result, the time is over`);
  if (report === "broken") return `${file}: the run has failed, see its log in reports/mutants`;
  const verdict = judge(report[file], survivors[file] ?? []);
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
