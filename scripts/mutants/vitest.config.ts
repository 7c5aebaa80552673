import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { vitePresets } from "../presets/modules.js";

const root = join(import.meta.dirname, "../..");

/** The tests that have to notice a mutant; `scripts/mutants.mjs` names them. */
export default defineConfig({
  root,
  plugins: [vitePresets(root)],
  test: {
    setupFiles: ["test/support/untrusted-text.ts", "scripts/mutants/setup.ts"],
    include: (process.env.MUTANTS_TESTS ?? "test/unit/**/*.test.ts").split(","),
    // That a machine is busy must not count as noticed.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
