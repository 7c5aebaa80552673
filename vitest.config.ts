import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { vitePresets } from "./scripts/presets/modules.js";

const projects = ["unit", "integration", "isolated"] as const;
const slow = ["peers", "browser", "packed", "clients"] as const;

/** Tests that replace a module have theirs to themselves. */
const ISOLATED = "test/integration/isolated/**/*.test.ts";

/** `vitest run` is the quick suite; the slower ones are asked for by name: `vitest run --project peers`. */
const asked = process.argv.join(" ");
const wanted = [...projects, ...slow.filter((name) => asked.includes(name))];

export default defineConfig({
  test: {
    // Tests wait for sockets and timers more than they compute.
    maxWorkers: 3 * availableParallelism(),
    projects: wanted.map((name) => ({
      plugins: [vitePresets(import.meta.dirname)],
      test: {
        name,
        setupFiles: ["test/support/untrusted-text.ts"],
        include: [name === "isolated" ? ISOLATED : `test/${name}/**/*.test.ts`],
        exclude: name === "integration" ? [ISOLATED] : [],
        // What most tests would take is the loading of modules. So they share them, and put back what they change.
        isolate: name !== "unit" && name !== "integration",
        // Far more than any takes: a busy machine is no fault of the code.
        testTimeout: name === "clients" ? 120_000 : 60_000,
        hookTimeout: name === "unit" ? 60_000 : 120_000,
        // How long something may take is no assertion: a busy machine takes longer.
        expect: { poll: { timeout: 10_000 } },
        // Real PBXs and browsers each want a core of their own.
        fileParallelism: !slow.some((suite) => suite === name),
      },
    })),
  },
});
