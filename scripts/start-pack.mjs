// Makes CommonJS of the bundle's modules and puts those that a start needs into one script, `start.js`: some thirty small
// ES modules would take longer to load than to run, and more memory. Every other chunk is loaded by Node's own `require`.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { transform } from "esbuild";

/** Whose modules, and what they import immediately, a start needs; the last two with `--log-file` and `--sandbox`. */
const STARTS = ["src/cli.ts", "src/commands/serve.ts", "src/commands/log-file.ts", "src/sandbox/reserve.ts"];

/**
 * @param dist folder of the modules that esbuild has written, with `chunks/` in it.
 * @param metafile esbuild's account of them.
 */
export async function packStart(dist, { outputs }) {
  const entry = "dist/cli.js";
  const outputOf = (source) => Object.keys(outputs).find((file) => outputs[file].entryPoint === source);
  const first = new Set(STARTS.flatMap((source) => [...closure(outputs, outputOf(source))]));
  const packed = new Set([...first].map((file) => basename(file)));
  const pack = new Map();
  for (const file of Object.keys(outputs)) {
    const path = join(dist, file.replace(/^dist\//, ""));
    const name = JSON.stringify(basename(file));
    const code = await commonJs(readFileSync(path, "utf8"));
    if (!first.has(file)) {
      writeFileSync(path, fromPack(code, packed));
      continue;
    }
    pack.set(name, code);
    if (file === entry) writeFileSync(path, `#!/usr/bin/env node\nrequire("./start.js")(${name});\n`);
    else rmSync(path);
  }
  writeFileSync(join(dist, "package.json"), '{"type":"commonjs"}\n');
  // esbuild's helpers, with which most of them begin, are there once.
  const [helpers = ""] = [...pack.values()].flatMap((code) => HELPERS.exec(code) ?? []);
  const modules = [...pack].map(([name, code]) => {
    const own = code.startsWith(helpers) ? code.slice(helpers.length) : code;
    return `${name}(module,exports,require,__filename){${own}\n}`;
  });
  writeFileSync(join(dist, "start.js"), `${helpers}const packed={${modules.join(",\n")}};\n${LOAD}`);
}

const HELPERS = /^var __defProp=.*?\b__toCommonJS=.*?;(?=var )/;

/** Loads a module of the pack by its file's name, once, and any other as a file. */
const LOAD = `
const { join, sep } = require("node:path");
const chunks = join(__dirname, "chunks") + sep;
const loaded = new Map();
const requireFrom = (id) => (/^\\.\\.?\\//.test(id) ? load(id.slice(id.lastIndexOf("/") + 1)) : require(id));
function load(name) {
  if (!Object.hasOwn(packed, name)) return require(chunks + name);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  packed[name](module, module.exports, requireFrom, chunks + name);
  return module.exports;
}
module.exports = load;
`;

/** A chunk that takes from the pack what is in there. */
function fromPack(code, packed) {
  return code.replace(/\brequire\("\.\/([\w-]+\.js)"\)/g, (whole, name) =>
    packed.has(name) ? `require("../start.js")(${JSON.stringify(name)})` : whole,
  );
}

/** A file and all that it imports immediately. */
function closure(outputs, file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path, kind } of outputs[file].imports)
    if (kind === "import-statement" && outputs[path]) closure(outputs, path, seen);
  return seen;
}

const MODULE_URL = 'var __moduleUrl=require("node:url").pathToFileURL(__filename).href;';

async function commonJs(code) {
  const { code: made } = await transform(code.replace(/^#!.*\n/, ""), {
    format: "cjs",
    platform: "node",
    target: "node20.18",
    minifyWhitespace: true,
    minifySyntax: true,
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "__moduleUrl" },
  });
  const url = made.includes("__moduleUrl") ? MODULE_URL : "";
  return `${url}${made}`;
}
