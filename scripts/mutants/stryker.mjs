// One run of StrykerJS: the mutants of some files against some tests.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";

const root = dirname(dirname(import.meta.dirname));
const folder = join(root, "reports", "mutants");

/** Of this process, from outside. */
const ENDS = ["SIGINT", "SIGTERM"];

const STRYKER = {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner", join(import.meta.dirname, "only-drawn.mjs")],
  // The tests are chosen in that file, and not by `testFiles`: with it, mutants in constants of a module are never active.
  vitest: { configFile: "scripts/mutants/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  concurrency: 2,
  // That a machine is busy must not count as noticed.
  timeoutMS: 30_000,
  reporters: ["json"],
  tempDirName: "reports/mutants/sandbox",
  ignorePatterns: ["/dist", "/build", "/reports"],
  // What the first is for needs an interface that TypeScript 7 no longer has, and the second reads every file.
  tsconfigFile: "none",
  disableTypeChecks: false,
};

/**
 * @param {object} run
 * @param {string} run.name of its files in reports/mutants.
 * @param {string[]} run.files from the repository's root.
 * @param {string[]} run.tests paths or patterns.
 * @param {string[]} [run.drawn] the marks of the mutants that are tried; without them, all are.
 * @param {number} run.deadline epoch milliseconds.
 * @returns the files of its report, each with the number of tests, or why there is none.
 */
export async function runStryker({ name, files, tests, drawn, deadline }) {
  // Separate files, so two concurrent runs do not use each other's.
  const of = (end) => join(folder, name.replaceAll("/", "-") + end);
  const [report, config, log, list] = [of(".json"), of(".config.json"), of(".log"), of(".drawn.json")];
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const own = {
    mutate: files,
    jsonReporter: { fileName: report },
    checkers: drawn === undefined ? [] : ["only-drawn"],
  };
  writeFileSync(config, JSON.stringify({ ...STRYKER, ...own }, null, 2));
  if (drawn !== undefined) writeFileSync(list, JSON.stringify(drawn));
  const stryker = join(root, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  const child = spawn(process.execPath, [stryker, "run", config], {
    cwd: root,
    env: { ...process.env, MUTANTS_TESTS: tests.join(","), MUTANTS_DRAWN: list },
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
  // A signal that ends this process ends that group as well: it would keep running otherwise.
  const leave = (signal) => {
    end();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of ENDS) process.once(signal, leave);
  await new Promise((resolve) => child.once("close", resolve));
  for (const signal of ENDS) process.off(signal, leave);
  clearTimeout(timer);
  writeFileSync(log, Buffer.concat(said));
  if (late) return "late";
  if (!existsSync(report)) return "broken";
  const { files: mutated, testFiles } = JSON.parse(readFileSync(report, "utf8"));
  const known = Object.values(testFiles).reduce((sum, file) => sum + file.tests.length, 0);
  return Object.fromEntries(Object.entries(mutated).map(([file, of]) => [file, { ...of, tests: known }]));
}
