import { ClientFileError } from "./file-error.js";

/** A TOML line that begins a statement, with the lines that its value goes on over. */
export interface Statement {
  /** Index of its first line. */
  from: number;
  /** Index after its last line. */
  to: number;
  /** `[a.b]` as `["a", "b"]`; `[[a]]` too. Absent: not a table header. */
  table?: readonly string[];
  /** Key of `key = value`, with its dots taken apart. */
  key?: readonly string[];
}

const BARE = String.raw`[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'`;
const DOTTED = String.raw`(?:${BARE})(?:\s*\.\s*(?:${BARE}))*`;
const HEADER = new RegExp(String.raw`^(\s*\[{1,2}\s*(${DOTTED})\s*\]{1,2})\s*(?:#.*)?$`);
const PAIR = new RegExp(String.raw`^\s*(${DOTTED})\s*=(.*)$`, "s");

/**
 * Takes a TOML text (1.0) apart into statements without reading values, so that one table can be changed and every other
 * byte stays. Comments and empty lines belong to no statement.
 *
 * @throws ClientFileError for what is neither, or for a string or array that does not end.
 */
export function scanToml(lines: readonly string[]): Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < lines.length; ) {
    const line = lines[from] ?? "";
    if (/^\s*(?:#.*)?$/.test(line)) {
      from += 1;
      continue;
    }
    const header = HEADER.exec(line)?.[2];
    const [, key, value = ""] = header === undefined ? (PAIR.exec(line) ?? []) : [];
    if (header === undefined && (key === undefined || value.trim() === "")) {
      throw new ClientFileError("neither a table nor key = value", { line: from + 1, column: 1 });
    }
    const to = header === undefined ? endOfValue(lines, from, value) : from + 1;
    statements.push({
      from,
      to,
      ...(header === undefined ? {} : { table: parts(header) }),
      ...(key === undefined ? {} : { key: parts(key) }),
    });
    from = to;
  }
  return statements;
}

/** A table's header without the comment behind it; empty where the line is none. */
export function headerOf(line: string): string {
  return HEADER.exec(line)?.[1] ?? "";
}

function parts(dotted: string): string[] {
  return [...dotted.matchAll(new RegExp(BARE, "g"))].map(([part]) => part.replace(/^(["'])(.*)\1$/s, "$2"));
}

const STRING = /^(?:"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')/;

/** Reads on over lines until strings and brackets are closed. */
function endOfValue(lines: readonly string[], from: number, first: string): number {
  let rest = [first, ...lines.slice(from + 1)].join("\n");
  let depth = 0;
  let line = from;
  while (rest !== "") {
    const string = STRING.exec(rest)?.[0];
    if (string === undefined && /^["']/.test(rest)) break;
    const piece = string ?? /^#[^\n]*/.exec(rest)?.[0] ?? rest.slice(0, 1);
    if (piece === "\n" && depth === 0) return line + 1;
    if (piece === "[" || piece === "{") depth += 1;
    if (piece === "]" || piece === "}") depth -= 1;
    line += piece.split("\n").length - 1;
    rest = rest.slice(piece.length);
  }
  if (rest !== "" || depth !== 0) {
    throw new ClientFileError("a value begins here and does not end", { line: from + 1, column: 1 });
  }
  return line + 1;
}
