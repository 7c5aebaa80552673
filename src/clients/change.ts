import { namesSecret } from "../secret-keys.js";
import { cleanText } from "../text.js";

const MAX_SHOWN = 200;

/**
 * What changes between two texts, as lines with `-` and `+`: the part between their common beginning and end.
 * Values under names of secrets are struck out, and so are lines too long to tell what is in them.
 */
export function changedLines(before: string, after: string): string[] {
  const old = linesOf(before);
  const now = linesOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  if (removed.length + added.length === 0) return [];
  const hunk = `@@ -${start + 1},${removed.length} +${start + 1},${added.length} @@`;
  return [hunk, ...removed.map((line) => `-${shown(line)}`), ...added.map((line) => `+${shown(line)}`)];
}

function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function shown(line: string): string {
  if (line.length > MAX_SHOWN) return `(a line of ${line.length} characters)`;
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const pair = /(["']?)([\w.-]+)\1(\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*')/g;
  const struck = line.replace(pair, (whole, quote: string, key: string, between: string, value: string) =>
    namesSecret(key) && !isReference(value) ? `${quote}${key}${quote}${between}"[secret]"` : whole,
  );
  return `${indent}${cleanText(struck.trim(), MAX_SHOWN)}`;
}

/** `${VAR}`, `${env:VAR}`, `${input:id}` and `$VAR` name a secret and do not give it. */
function isReference(value: string): boolean {
  return /^["']\$(?:\{[\w:-]+\}|[A-Z_]+)["']$/.test(value);
}
