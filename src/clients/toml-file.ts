import { type Entry, SERVER } from "./entry.js";
import { ClientFileError } from "./file-error.js";
import type { OwnPart, Span } from "./own-part.js";
import type { Client } from "./table.js";
import { headerOf, type Statement, scanToml } from "./toml-scan.js";

const BOM = "\uFEFF";
const KEYS = ["command", "args", "env_vars", "env"] as const;

/** A TOML file in lines, with what must be put back when it is written. */
interface TomlText {
  bom: string;
  eol: string;
  lines: string[];
}

function open(text: string): TomlText {
  const bom = text.startsWith(BOM) ? BOM : "";
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  return { bom, eol, lines: text.slice(bom.length).split(eol) };
}

function close({ bom, eol, lines }: TomlText): string {
  return `${bom}${lines.join(eol)}`;
}

/** Where the entry's tables stand. @throws ClientFileError where it is written as anything but a table. */
function find(lines: readonly string[], root: string) {
  let table: readonly string[] = [];
  let own: Statement | undefined;
  const within: Statement[] = [];
  const children: Statement[] = [];
  for (const statement of scanToml(lines)) {
    if (statement.table) {
      table = statement.table;
      if (!isOwn(table, root)) continue;
      if (table.length === 2) own = statement;
      else children.push(statement);
    } else if (statement.key) {
      const full = [...table, ...statement.key];
      if (isOwn(table, root) && table.length === 2) within.push(statement);
      else if (!isOwn(table, root) && (isOwn(full, root) || (full.length === 1 && full[0] === root))) {
        throw new ClientFileError(
          `${root} is not written as a table [${root}.${SERVER}]: change it by hand`,
          {
            line: statement.from + 1,
            column: 1,
          },
        );
      }
    }
  }
  return { own, within, children };
}

function isOwn(path: readonly string[], root: string): boolean {
  return path[0] === root && path[1] === SERVER;
}

/**
 * Puts the entry's table into a TOML text. Of a table that is there only this program's keys are changed; every other
 * line stays as it is.
 *
 * @throws ClientFileError
 */
export function putToml(text: string, client: Client, entry: Entry): string {
  const toml = open(text);
  const { own, within, children } = find(toml.lines, client.root);
  const wanted = new Map(
    KEYS.flatMap((key) => (entry[key] ? [[key as string, `${key} = ${tomlValue(entry[key])}`]] : [])),
  );
  const envTable = children.find(({ table }) => table?.[2] === "env");
  if (envTable && wanted.has("env")) {
    throw new ClientFileError("variables stand in a table of their own: remove it first", {
      line: envTable.from + 1,
      column: 1,
    });
  }
  if (!own) {
    const last = toml.lines.findLastIndex((line) => line.trim() !== "");
    const block = [`[${client.root}.${SERVER}]`, ...wanted.values()];
    toml.lines.splice(last + 1, toml.lines.length, ...(last < 0 ? [] : [""]), ...block, "");
    return close(toml);
  }
  // From the end, so that the places of what is before stay right.
  const missing = new Map(wanted);
  const edits = within.flatMap(({ from, to, key }) => {
    const [name = ""] = key ?? [];
    if (!KEYS.some((known) => known === name)) return [];
    const line = wanted.get(name);
    missing.delete(name);
    const now = toml.lines.slice(from, to).join("\n").trim();
    return now === line ? [] : [{ from, to, lines: line === undefined ? [] : [line] }];
  });
  for (const edit of edits.reverse()) toml.lines.splice(edit.from, edit.to - edit.from, ...edit.lines);
  toml.lines.splice(own.to, 0, ...missing.values());
  return close(toml);
}

/** Takes the entry's table and the tables below it out again. @throws ClientFileError */
export function removeToml(text: string, client: Client): string {
  const toml = open(text);
  for (const table of tables(toml.lines, client.root).reverse()) {
    // The empty line before it came with it.
    const from = toml.lines[table.from - 1]?.trim() === "" ? table.from - 1 : table.from;
    toml.lines.splice(from, table.to - from);
  }
  return close(toml);
}

/** What of a client's TOML file is this server's: its table and those below it. @throws ClientFileError */
export function ownToml(text: string, client: Client): OwnPart {
  const { bom, eol, lines } = open(text);
  const starts: number[] = [];
  let start = bom.length;
  for (const line of lines) {
    starts.push(start);
    start += line.length + eol.length;
  }
  const end = (line: number) => (starts[line] ?? 0) + (lines[line]?.length ?? 0);
  const own = tables(lines, client.root);
  return {
    entries: own.map(({ from, to }) => ({ from: end(from), to: end(to - 1) })),
    // A header has no values, but there may be a comment behind it.
    frame: own.map(({ from }) => {
      const before = starts[from] ?? 0;
      return { from: before, to: before + headerOf(lines[from] ?? "").length };
    }),
    separator: "=",
  };
}

/** The lines of the entry's table and of those below it, each from its header to its last statement. */
function tables(lines: readonly string[], root: string): Span[] {
  const statements = scanToml(lines);
  const { own, children } = find(lines, root);
  return [...(own ? [own] : []), ...children]
    .sort((one, other) => one.from - other.from)
    .map((header) => {
      const after = statements.filter(({ from }) => from > header.from);
      const next = after.findIndex(({ table }) => table !== undefined);
      const last = (next < 0 ? after : after.slice(0, next)).at(-1) ?? header;
      return { from: header.from, to: last.to };
    });
}

/** A basic string, an array of them, or an inline table. JSON's escapes are all TOML's too, but for DEL. */
function tomlValue(value: string | readonly string[] | Readonly<Record<string, string>> | undefined): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  if (Array.isArray(value)) return `[${value.map((item: string) => tomlValue(item)).join(", ")}]`;
  const pairs = Object.entries(value ?? {}).map(([key, item]) => `${key} = ${tomlValue(item)}`);
  return `{ ${pairs.join(", ")} }`;
}
