// Bundles src/ into dist/: `cli.js` loads `start.js`, what every start needs, and chunks that are loaded when first used.
// Types are checked by `npm run types`. dist/ is emptied first: what left src/ must leave the package too.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { bundledPackages, renderNotices, renderSbom } from "./notices.mjs";
import { packStart } from "./start-pack.mjs";
import { loadTypeScript } from "./typescript.mjs";

const root = dirname(import.meta.dirname);
const dist = join(root, "dist");
const { esbuildPresets } = await loadTypeScript("scripts/presets/modules.ts");
const presets = esbuildPresets(root);
const { name, version, engines, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  // Its main file is UMD, whose parts no bundler finds.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  target: "node20.18",
  // Names stay: a crash tells the error's class, and esbuild's keepNames would cost a call for each function.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

/** esbuild gives a CommonJS package that is loaded by `import()` only a default export: the others are named here. */
const lazyPackages = {
  name: "lazy-packages",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^[\w@][^:]*$/ }, ({ path, kind }) =>
      kind === "dynamic-import" && !isBuiltin(path) ? { path, namespace: "lazy" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "lazy" }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key));
      const named = names.filter((key) => key !== "default" && key !== "module.exports");
      return { contents: `export { ${named.join(", ")} } from "${path}";`, resolveDir: root };
    });
  },
};

rmSync(dist, { recursive: true, force: true });
// Part of the program as a text, so it need not load the tools to list them.
const { everyTool } = await loadTypeScript("src/mcp/offer.ts", [presets]);
const built = await Promise.all([
  build({
    ...common,
    entryPoints: ["src/cli.ts"],
    outdir: "dist",
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    define: {
      PACKAGE_FACTS: JSON.stringify({ name, version, engines }),
      // Twice: a text in JSON in a text in JavaScript.
      EVERY_TOOL: JSON.stringify(JSON.stringify(everyTool())),
    },
    plugins: [lazyPackages, presets],
  }),
  // A thread loads its script by itself, and shares no module with the program.
  build({
    ...common,
    entryPoints: ["src/logs/reader-thread.ts"],
    outfile: "dist/chunks/reader-thread.js",
    format: "cjs",
    plugins: [presets],
  }),
]);
await packStart(dist, built[0].metafile);
chmodSync(join(dist, "cli.js"), 0o755);

const packages = bundledPackages(
  root,
  built.map(({ metafile }) => metafile),
);
writeFileSync(join(dist, "THIRD-PARTY-NOTICES"), renderNotices(packages));
writeFileSync(
  join(dist, "sbom.cdx.json"),
  `${JSON.stringify(renderSbom({ name, version, license }, packages), null, 2)}\n`,
);
if (process.argv.includes("--metafile")) {
  writeFileSync(join(root, "reports", "bundle.json"), JSON.stringify(built[0].metafile));
}
