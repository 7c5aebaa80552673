import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const FOLDER = join(import.meta.dirname, "../../../src/presets");

/** Files that a file imports statically, relative ones only, at run time. */
function imports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)\.js";/gm)].map(
    (match) => `${join(file, "..", match[1] ?? "")}.ts`,
  );
}

describe("start-up", () => {
  it("loads neither a system's file nor zod through the catalogue's index", () => {
    const seen = new Set<string>();
    const queue = [join(FOLDER, "index.ts")];
    for (let file = queue.pop(); file; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      queue.push(...imports(file));
    }
    expect(seen.size).toBeGreaterThan(4);
    for (const file of seen) {
      expect(file).not.toContain("/systems/");
      expect(file).not.toContain("schema.ts");
      expect(readFileSync(file, "utf8")).not.toContain('from "zod"');
    }
  });
});
