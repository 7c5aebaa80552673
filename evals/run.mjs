// Compiles the evaluations (they use the sandbox of src/) and runs them; README.md says with what arguments.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const root = dirname(import.meta.dirname);
const compiled = join(root, "node_modules", ".cache", "evals");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

const { status } = spawnSync(process.execPath, [tsc, "-p", join(import.meta.dirname, "tsconfig.json")], {
  stdio: ["ignore", 2, "inherit"],
});
if (status !== 0) process.exit(status ?? 1);
mkdirSync(compiled, { recursive: true });
// The compiled files are modules because this says so, and read their version from it.
copyFileSync(join(root, "package.json"), join(compiled, "package.json"));
const { main } = await import(pathToFileURL(join(compiled, "evals", "main.js")).href);
process.exitCode = await main(process.argv.slice(2), root);
