// How much of all of src/ the unit tests notice, measured on a random sample: its mutants are too many to try each.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { loadTypeScript } from "../typescript.mjs";
import { markOf } from "./only-drawn.mjs";
import { runStryker } from "./stryker.mjs";

const root = dirname(dirname(import.meta.dirname));

/**
 * @param {{ size: number, seed: number, deadline: number, say: (line: string) => void }} options
 * @returns whether every mutant that was drawn has a result.
 */
export async function trySample({ size, seed, deadline, say }) {
  const { isMutated, testsAround } = await loadTypeScript("scripts/mutants/rooms.ts");
  const { draw, intervalOf, runsOf } = await loadTypeScript("scripts/mutants/sample.ts");
  const { judge, shareOf } = await loadTypeScript("scripts/mutants/verdict.ts");
  const all = await allMutants(isMutated);
  const drawn = draw(all, size, seed);
  say(`${drawn.length} of ${all.length} mutants are drawn, seed ${seed}`);
  const sum = { killed: 0, of: 0 };
  let missing = 0;
  for (const [index, { tests, mutants }] of runsOf(drawn, (file) => testsAround(file, root)).entries()) {
    const files = [...new Set(mutants.map(({ file }) => file))];
    const marks = mutants.map(({ mark }) => mark);
    const report = await reportOf({ name: `sample-${index}`, files, tests, drawn: marks, deadline });
    if (typeof report === "string") {
      say(`${files.join(", ")}: no result, ${report}`);
      missing += mutants.length;
      continue;
    }
    for (const file of files) {
      const { killed, of, unnamed } = judge(report[file], []);
      say(`${file}: ${killed} of ${of} noticed`);
      for (const { place, line, becomes } of unnamed) say(`  ${file}:${place}  ${line}  =>  ${becomes}`);
      sum.killed += killed;
      sum.of += of;
    }
  }
  const [least, most] = intervalOf(sum);
  say(`all of src/: ${sum.killed} of ${sum.of} noticed, ${shareOf(sum)} % (95 %: ${least} to ${most} %)`);
  if (missing > 0) say(`${missing} of those drawn have no result: the share is not that of all of src/`);
  return missing === 0;
}

/** @returns the files of StrykerJS's report, or why there is none. */
async function reportOf(run) {
  if (Date.now() >= run.deadline) return "the time is over";
  // What no unit test can notice is not noticed.
  if (run.tests.length === 0) return unnoticed(run);
  const report = await runStryker(run);
  if (report === "late") return "the time is over";
  return report === "broken" ? "the run has failed, see its log in reports/mutants" : report;
}

function unnoticed({ files, drawn }) {
  const of = (file) =>
    drawn
      .filter((mark) => mark.startsWith(`${file}:`))
      .map((mark) => ({
        status: "NoCoverage",
        location: { start: { line: Number(mark.split(":")[1]) + 1 } },
      }));
  const source = (file) => readFileSync(join(root, file), "utf8");
  return Object.fromEntries(files.map((file) => [file, { source: source(file), mutants: of(file) }]));
}

/** As StrykerJS makes them. */
async function allMutants(isMutated) {
  const logger = { debug() {}, info() {}, isDebugEnabled: () => false };
  const instrumenter = new Instrumenter(logger);
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.replaceAll("\\", "/")}`)
    .filter(isMutated)
    .sort();
  const all = [];
  for (const file of files) {
    const source = { name: join(root, file), mutate: true, content: readFileSync(join(root, file), "utf8") };
    const options = { ignorers: [], excludedMutations: [], plugins: null };
    const { mutants } = await instrumenter.instrument([source], options);
    all.push(...mutants.map((mutant) => ({ file, mark: markOf(mutant) })));
  }
  return all;
}
