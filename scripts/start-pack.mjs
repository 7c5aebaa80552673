// Makes CommonJS of the bundle's modules and puts those that every start needs into one script, `start.js`: some thirty small
// ES modules would take longer to load than to run, and more memory. Every other chunk is loaded by Node's own `require`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { transform } from "esbuild";

/**
 * @param dist folder of the modules that esbuild has written, with `chunks/` in it.
 * @param metafile esbuild's account of them.
 */
export async function packStart(dist, { outputs }) {
  const entry = "dist/cli.js";
  const serve = Object.keys(outputs).find((file) => outputs[file].entryPoint === "src/commands/serve.ts");
  const first = new Set([...closure(outputs, entry), ...closure(outputs, serve)]);
  const pack = [];
  for (const file of Object.keys(outputs)) {
    const path = join(dist, file.replace(/^dist\//, ""));
    const name = JSON.stringify(basename(file));
    const code = await commonJs(readFileSync(path, "utf8"));
    if (first.has(file)) pack.push(`${name}(module,exports,require,__filename){${code}\n}`);
    if (file === entry) writeFileSync(path, `#!/usr/bin/env node\nrequire("./start.js")(${name});\n`);
    else writeFileSync(path, first.has(file) ? `module.exports=require("../start.js")(${name});\n` : code);
  }
  writeFileSync(join(dist, "package.json"), '{"type":"commonjs"}\n');
  writeFileSync(join(dist, "start.js"), `const packed={${pack.join(",\n")}};\n${LOAD}`);
}

/** Loads a module of the pack by its file's name, once, and any other as a file. */
const LOAD = `
const { basename, join } = require("node:path");
const chunks = join(__dirname, "chunks");
const loaded = new Map();
const isChunk = (id) => /^\\.\\.?\\/.*\\.js$/.test(id);
const requireFrom = (id) => (isChunk(id) ? load(basename(id)) : require(id));
function load(name) {
  if (!Object.hasOwn(packed, name)) return require(join(chunks, name));
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  packed[name](module, module.exports, requireFrom, join(chunks, name));
  return module.exports;
}
module.exports = load;
`;

/**
 * Runs the program as a client does that lists the tools and goes.
 *
 * @returns what it answered to `tools/list`.
 */
export async function firstCalls(args) {
  const child = spawn(process.execPath, args, {
    // No setting of this program. Windows cannot start Node without its own.
    env: process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot },
    stdio: ["pipe", "pipe", "inherit"],
  });
  for (const call of FIRST_CALLS) child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...call })}\n`);
  let listed;
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, result } = JSON.parse(line);
    if (id !== LIST_ID) continue;
    listed = result;
    child.stdin.end();
  }
  if (child.exitCode === null) await once(child, "exit");
  if (child.exitCode !== 0 || listed === undefined) {
    throw new Error(`the server ended with exit code ${child.exitCode}`);
  }
  return listed;
}

const LIST_ID = 2;
const FIRST_CALLS = [
  {
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "build", version: "0" } },
  },
  { method: "notifications/initialized" },
  { id: LIST_ID, method: "tools/list" },
];

/** A file and all that it imports immediately. */
function closure(outputs, file, seen = new Set()) {
  if (file === undefined || seen.has(file)) return seen;
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
