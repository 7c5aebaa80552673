#!/usr/bin/env node
"use strict";
// Runs the bundle. What every start needs is one script with V8's code cache beside it; the cache counts only for the
// V8 that made it and is a mere saving: without it everything is compiled anew.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { basename, join } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { compileFunction, Script } = require("node:vm");

// A start runs once and then waits, perhaps for hours: neither optimized code nor a large nursery would ever pay for the
// memory that they take. Both are back as soon as something is loaded that not every start needs.
let starting = true;
tune("--no-opt", "--semi-space-growth-factor=1");

const file = join(__dirname, "start.js");
const script = new Script(readFileSync(file, "utf8"), { filename: file, cachedData: readCache() });
const bundled = script.runInThisContext();
const loaded = new Map();
// All chunks stand in one folder: one for all of them.
const requireBeside = createRequire(join(__dirname, "chunks", "cli.js"));
const requireChunk = (id) => (/^\.\.?\/.*\.js$/.test(id) ? load(basename(id)) : requireBeside(id));

function tune(...flags) {
  for (const flag of flags) setFlagsFromString(flag);
}

function readCache() {
  try {
    return readFileSync(join(__dirname, "start.cache"));
  } catch {
    return undefined;
  }
}

function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const path = join(__dirname, "chunks", name);
  if (starting && bundled[name] === undefined) {
    starting = false;
    tune("--opt", "--semi-space-growth-factor=2");
  }
  const run =
    bundled[name] ??
    compileFunction(readFileSync(path, "utf8"), ["module", "exports", "require", "__filename"], {
      filename: path,
    });
  const module = { exports: {} };
  loaded.set(name, module);
  run(module, module.exports, requireChunk, path);
  return module.exports;
}

load("cli.js");
