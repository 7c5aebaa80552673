import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presetModules } from "../../../scripts/presets/modules.js";

const FOLDER = join(import.meta.dirname, "../../../src/presets");

const CATALOGUE = join(FOLDER, "catalogue.ts");
const made = presetModules(FOLDER).get("catalogue.js") ?? "";

/** Files that a file imports statically, relative ones only, at run time. */
function imports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)\.js";/gm)].map(
    (match) => `${join(file, "..", match[1] ?? "")}.ts`,
  );
}

describe("start-up", () => {
  it("loads neither a system's preset nor zod through the catalogue's index", () => {
    const seen = new Set<string>();
    const queue = [join(FOLDER, "index.ts")];
    for (let file = queue.pop(); file; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      if (file !== CATALOGUE) queue.push(...imports(file));
    }
    expect(seen).toContain(CATALOGUE);
    const texts = [...seen].map((file) => (file === CATALOGUE ? made : readFileSync(file, "utf8")));
    for (const text of texts) expect(text).not.toMatch(/from "(?:zod|yaml)"|^import [^(]*systems\//m);
    expect(made).toContain('import("./systems/3cx.js")');
    // A line for each system, and not what is known of it.
    expect(made.length).toBeLessThan(30_000);
  });
});
