// Loads TypeScript on every Node.js that is supported: esbuild makes one module of a file and of what it imports from here.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(import.meta.dirname);
const { name, version, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * @param file from the repository's root.
 * @param plugins for esbuild.
 * @returns the module that it exports.
 */
export async function loadTypeScript(file, plugins = []) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    write: false,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.18",
    logLevel: "warning",
    define: { PACKAGE_FACTS: JSON.stringify({ name, version, engines }) },
    plugins,
  });
  // One folder below the root, like its sources, so packages and package.json are found from there.
  const path = join(root, "build", `${basename(file, ".ts")}-${process.pid}.mjs`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, outputFiles[0].text);
  try {
    return await import(pathToFileURL(path).href);
  } finally {
    rmSync(path);
  }
}
