// A plugin of StrykerJS: of the mutants of a file, only those that were drawn are tried. The others count as not valid.
import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";

const root = dirname(dirname(import.meta.dirname));

/** What tells a mutant from all others, as the instrumenter lists it. */
export function markOf({ fileName, location: { start, end }, mutatorName, replacement }) {
  const file = relative(root, fileName).replaceAll("\\", "/");
  return [file, start.line, start.column, end.line, end.column, mutatorName, replacement].join(":");
}

class OnlyDrawn {
  async init() {
    this.marks = new Set(JSON.parse(readFileSync(process.env.MUTANTS_DRAWN, "utf8")));
  }

  async check(mutants) {
    const status = (mutant) => (this.marks.has(markOf(mutant)) ? "passed" : "compileError");
    return Object.fromEntries(
      mutants.map((mutant) => [mutant.id, { status: status(mutant), reason: "not drawn" }]),
    );
  }

  /** All at once. */
  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }
}

/** @public StrykerJS asks for that name. */
export const strykerPlugins = [{ kind: "Checker", name: "only-drawn", injectableClass: OnlyDrawn }];
