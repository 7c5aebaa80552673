import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Steps } from "../../base/steps.js";
import { ConfigError } from "../../config/index.js";
import type { References } from "./schema.js";

const MAX_SECRET_FILE = 64 * 1024;
/** Bytes that are read and decoded in one step. */
const PIECE = 256 * 1024;
/** Permission bits of everyone. */
const EVERYONE = 0o007;

/**
 * What a tenants file refers to, for one reading of it. Many tenants may name the same variable or file: each is
 * looked up once, and its problem told at each place.
 *
 * @param path of the tenants file; files are relative to its folder.
 * @param notes takes what is not wrong, but probably not meant.
 */
export function referencesOf(
  path: string,
  variable: (name: string) => string | undefined,
  notes: string[],
): References {
  return {
    variable: once((name) => variableOf(name, variable)),
    file: once((name) => secretFile(resolve(dirname(path), name), notes)),
  };
}

function once(read: (name: string) => string): (name: string) => string {
  const known = new Map<string, { value: string } | { error: unknown }>();
  return (name) => {
    const found = known.get(name) ?? outcomeOf(() => read(name));
    known.set(name, found);
    if ("error" in found) throw found.error;
    return found.value;
  };
}

function outcomeOf(read: () => string): { value: string } | { error: unknown } {
  try {
    return { value: read() };
  } catch (error) {
    return { error };
  }
}

function variableOf(name: string, variable: (name: string) => string | undefined): string {
  if (!/^[A-Za-z_]\w{0,127}$/.test(name)) throw new RangeError("must be the name of an environment variable");
  const value = variable(name);
  if (value === undefined) throw new RangeError("names an environment variable that is not set");
  return value;
}

function secretFile(path: string, notes: string[]): string {
  try {
    const { text, mode } = readSmall(path);
    if (text.trim() === "") throw new ConfigError(["The file is empty"]);
    if (process.getuid !== undefined && (mode & EVERYONE) !== 0) {
      notes.push(`${path} contains a secret and may be read by everyone on this machine: chmod 600 it.`);
    }
    return text;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new RangeError(`names a file that cannot be used: ${error.message.replace(/\.$/, "")}`);
  }
}

/** @throws ConfigError */
function readSmall(path: string): { text: string; mode: number } {
  try {
    const { mode } = factsOf(path, MAX_SECRET_FILE, "The file");
    return { text: readFileSync(path, "utf8"), mode };
  } catch (error) {
    throw inWords(error, "The file");
  }
}

/**
 * Reads a text file, a piece at a time: to decode many megabytes takes long.
 *
 * @param what it is called in errors.
 * @throws ConfigError
 */
export function* readText(path: string, limit: number, what: string): Steps<string> {
  let file: number | undefined;
  try {
    const { size } = factsOf(path, limit, what);
    file = openSync(path, "r");
    const decoder = new StringDecoder("utf8");
    const piece = Buffer.allocUnsafe(Math.min(size + 1, PIECE));
    const parts: string[] = [];
    let read = 0;
    for (;;) {
      const length = readSync(file, piece);
      if (length === 0) break;
      read += length;
      if (read > limit) throw tooLarge(limit, what);
      parts.push(decoder.write(piece.subarray(0, length)));
      yield;
    }
    return parts.join("") + decoder.end();
  } catch (error) {
    throw inWords(error, what);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Asked before a file is opened: to open a pipe would wait for who writes to it. */
function factsOf(path: string, limit: number, what: string): { size: number; mode: number } {
  const facts = statSync(path);
  if (!facts.isFile()) throw new ConfigError([`${what} is not a file.`]);
  if (facts.size > limit) throw tooLarge(limit, what);
  return facts;
}

function tooLarge(limit: number, what: string): ConfigError {
  return new ConfigError([`${what} is larger than ${limit / 1024} KiB.`]);
}

function inWords(error: unknown, what: string): ConfigError {
  if (error instanceof ConfigError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === "ENOENT" ? "does not exist" : code === "EACCES" ? "may not be read" : `cannot be read (${code})`;
  return new ConfigError([`${what} ${why}.`]);
}
