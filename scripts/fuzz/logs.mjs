// Pastes to be broken, and what the reader of logs has to put up with.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The reader, bundled from src/ by the script that runs this. */
const ENGINE = new URL("../../reports/fuzz/logs.mjs", import.meta.url);
const { readLog } = await import(ENGINE.href);

const TESTS = join(import.meta.dirname, "..", "..", "test", "unit", "logs");
export const SEEDS = ["pastes", join("calls", "pastes")].flatMap((folder) =>
  readdirSync(join(TESTS, folder)).map((name) => readFileSync(join(TESTS, folder, name))),
);

/** What a paste may hold. */
const MOST_BYTES = 60_000;
const PREFIXES = ["> ", "app-1  | ", "Nov 30 10:00:00 pbx asterisk[1]: ", "    ", "{", '["', "\u001b[31m"];

/** One to eight changes: bytes, lines taken out, doubled, turned round, from another paste, with something before each. */
export function mutated(files, random) {
  const below = (limit) => Math.floor(random() * limit);
  let bytes = Buffer.from(files[below(files.length)]);
  for (let left = 1 + below(8); left > 0 && bytes.length > 8; left -= 1) {
    const at = below(bytes.length);
    const kind = below(10);
    if (kind < 3) bytes[at] = below(256);
    else if (kind < 4) {
      const size = 1 + below(below(3) === 0 ? bytes.length : 64);
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
    } else {
      const lines = bytes.toString("latin1").split("\n");
      const line = below(lines.length);
      const count = 1 + below(20);
      if (kind < 5) lines.splice(line, count);
      else if (kind < 6) lines.splice(line, 0, ...lines.slice(line, line + count));
      else if (kind < 7) lines.splice(line, count, ...lines.slice(line, line + count).reverse());
      else if (kind < 8) {
        const other = files[below(files.length)].toString("latin1").split("\n");
        lines.splice(line, 0, ...other.slice(below(other.length)).slice(0, count * 4));
      } else if (kind < 9) {
        const prefix = PREFIXES[below(PREFIXES.length)];
        for (let index = line; index < lines.length; index += 1) lines[index] = prefix + lines[index];
      } else lines[line] = (lines[line] ?? "").repeat(1 + below(40));
      bytes = Buffer.from(lines.join("\n"), "latin1");
    }
    bytes = bytes.subarray(0, MOST_BYTES);
  }
  return bytes;
}

/** Reads it; throws where the reader says something that cannot be. */
export function check(input) {
  const text = input.toString("utf8");
  const { lines, understood, unknown, events, findings, outcome } = readLog(text);
  const most = text.split("\n").length;
  assert.ok(lines <= most && understood + unknown <= most, "more lines than there are");
  for (const { line, lastLine } of events)
    assert.ok(line >= 1 && lastLine <= most, `an event of line ${line} to ${lastLine}, of ${most}`);
  for (const { id, evidence, cause, fix } of findings)
    assert.ok(
      [id, evidence, cause, fix].every((each) => each.length > 0 && each.length < 6_000),
      id,
    );
  return findings.length > 0 ? "message" : outcome;
}
