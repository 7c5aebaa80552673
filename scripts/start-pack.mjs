// Makes CommonJS of the bundle's modules and puts those that every start needs into one script, `start.js`, with V8's
// code cache beside it: compiling them is most of the time that a start takes. See dist-loader.cjs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    const code = await commonJs(readFileSync(path, "utf8"));
    if (first.has(file)) {
      rmSync(path);
      pack.push(`${JSON.stringify(basename(file))}:function(module,exports,require,__filename){${code}\n}`);
    } else writeFileSync(path, code);
  }
  writeFileSync(join(dist, "package.json"), '{"type":"commonjs"}\n');
  writeFileSync(join(dist, "start.js"), `({${pack.join(",\n")}})`);
  copyFileSync(new URL("dist-loader.cjs", import.meta.url), join(dist, "cli.js"));
  await firstCalls(["-e", KEEP_CACHE, join(dist, "cli.js"), join(dist, "start.cache")]);
}

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

/** Runs the program as a client would, and keeps what V8 has compiled by then. */
const KEEP_CACHE = `
  const vm = require("node:vm");
  const [cli, cache] = process.argv.splice(1, 2, "cli.js");
  let start;
  vm.Script = class extends vm.Script {
    constructor(...given) {
      super(...given);
      start = this;
    }
  };
  process.once("exit", () => require("node:fs").writeFileSync(cache, start.createCachedData()));
  require(cli);`;

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
