// How much of all of src/ the unit tests notice, measured on a random sample: all of it would take days.
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
  const { isMutated, testsOfRoom } = await loadTypeScript("scripts/mutants/rooms.ts");
  const { byRoom, draw, intervalOf } = await loadTypeScript("scripts/mutants/sample.ts");
  const { judge, shareOf } = await loadTypeScript("scripts/mutants/verdict.ts");
  const all = await allMutants(isMutated);
  const drawn = draw(all, size, seed);
  say(`${drawn.length} of ${all.length} mutants are drawn, seed ${seed}`);
  const sum = { killed: 0, of: 0 };
  let missing = 0;
  for (const [room, mutants] of byRoom(drawn)) {
    const files = [...new Set(mutants.map(({ file }) => file))];
    const tests = testsOfRoom(room, files, root);
    const verdicts = tests.length === 0 ? [] : await verdictsOf({ room, mutants, files, tests });
    if (typeof verdicts === "string") {
      say(`${room}: ${mutants.length} have no result: ${verdicts}`);
      missing += mutants.length;
      continue;
    }
    // A mutant that no unit test can notice is not noticed.
    const of =
      tests.length === 0 ? mutants.length : verdicts.reduce((count, verdict) => count + verdict.of, 0);
    const killed = verdicts.reduce((count, verdict) => count + verdict.killed, 0);
    sum.of += of;
    sum.killed += killed;
    say(`${room || "src/*.ts"}: ${killed} of ${of} noticed`);
    for (const { file, unnamed } of verdicts) {
      for (const { place, line, becomes } of unnamed) say(`  ${file}:${place}  ${line}  =>  ${becomes}`);
    }
  }
  const [least, most] = intervalOf(sum);
  say(`all of src/: ${sum.killed} of ${sum.of} noticed, ${shareOf(sum)} % (95 %: ${least} to ${most} %)`);
  return missing === 0;

  /** @returns one for each file, or why there is none. */
  async function verdictsOf({ room, mutants, files, tests }) {
    if (Date.now() >= deadline) return "the time is over";
    const marks = mutants.map(({ mark }) => mark);
    const report = await runStryker({ name: `sample-${room}`, files, tests, drawn: marks, deadline });
    if (report === "late") return "the time is over";
    if (report === "broken") return "the run has failed, see its log in reports/mutants";
    return files.map((file) => ({ file, ...judge(report[file], []) }));
  }
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
