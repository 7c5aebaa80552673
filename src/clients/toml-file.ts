import { isDeepStrictEqual } from "node:util";
import { CREDENTIAL_VARIABLES, type Entry, SERVER } from "./entry.js";
import { ClientFileError, positionOf } from "./file-error.js";
import type { OwnPart, Span } from "./own-part.js";
import type { Client } from "./table.js";
import { readToml, type TomlPair, type TomlTable } from "./toml-text.js";

const BOM = "\uFEFF";
const KEYS = ["command", "args", "env_vars", "url", "bearer_token_env_var"] as const;
/** What only a program that is started has, and what only an address has. */
const OF_PROGRAM = ["env"] as const;
const OF_ADDRESS = ["http_headers", "env_http_headers"] as const;

interface Edit extends Span {
  text: string;
}

/** What happens to the pairs of one key. */
interface Change {
  there: readonly TomlPair[];
  /** Absent: they go. */
  line: string | undefined;
}

/** The entry's tables. @throws ClientFileError where it is written as anything but a table. */
function find(text: string, root: string): { own: TomlTable | undefined; children: TomlTable[] } {
  const { pairs, tables } = readToml(text);
  const refuse = (path: readonly string[], at: number) => {
    if (!isOwn(path, root) && !(path.length === 1 && path[0] === root)) return;
    const problem = `${root} is not written as a table [${root}.${SERVER}]: change it by hand`;
    throw new ClientFileError(problem, positionOf(text, at));
  };
  for (const { key, from } of pairs) refuse(key, from);
  for (const { path, from, repeated, pairs } of tables) {
    if (repeated && path.length <= 2) refuse(path, from);
    if (!isOwn(path, root)) for (const pair of pairs) refuse([...path, ...pair.key], pair.from);
  }
  const entry = tables.filter(({ path }) => isOwn(path, root));
  return {
    own: entry.find(({ path }) => path.length === 2),
    children: entry.filter(({ path }) => path.length > 2),
  };
}

function isOwn(path: readonly string[], root: string): boolean {
  return path[0] === root && path[1] === SERVER;
}

/**
 * Puts the entry's table into a TOML text. Of a table that is there only this program's keys and credentials are changed;
 * whatever else is in the file stays byte for byte.
 *
 * @throws ClientFileError
 */
export function putToml(text: string, client: Client, entry: Entry): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const { own, children } = find(text, client.root);
  const isProgram = entry.command !== undefined;
  const gone: readonly string[] = isProgram ? OF_ADDRESS : OF_PROGRAM;
  const inTheWay = children.find(
    ({ path }) => gone.includes(path[2] ?? "") || (path[2] === "env" && entry.env),
  );
  if (inTheWay) {
    const what = inTheWay.path[2] === "env" ? "variables" : "headers";
    const at = positionOf(text, inTheWay.from);
    throw new ClientFileError(`${what} are in a separate table: remove it first`, at);
  }
  const there = (key: string) => own?.pairs.filter((pair) => pair.key[0] === key) ?? [];
  const changes = [
    ...KEYS.flatMap((key) =>
      changeOf(key, key === "env_vars" ? handedOn(entry, there(key)[0]) : entry[key], there(key)),
    ),
    ...gone.flatMap((key) => changeOf(key, undefined, there(key))),
    ...(isProgram ? changeOfVariables(text, entry.env ?? {}, there("env")) : []),
  ];
  const added = changes.flatMap(({ there, line }) =>
    there.length === 0 && line !== undefined ? [line] : [],
  );
  if (!own) return appended(text, [`[${client.root}.${SERVER}]`, ...added], eol);
  const edits = changes.flatMap(({ there, line }) =>
    there.map((pair, index): Edit => {
      if (index > 0 || line === undefined) return { ...wholeLines(text, pair), text: "" };
      return { from: pair.from, to: lineEnd(text, pair.to), text: line };
    }),
  );
  const at = lineEnd(text, own.headerEnd);
  return edited(text, [...edits, { from: at, to: at, text: added.map((line) => `${eol}${line}`).join("") }]);
}

/** Names that are neither credentials nor in the entry are the user's, and stay. */
function handedOn(entry: Entry, there: TomlPair | undefined): readonly string[] | undefined {
  if (entry.command === undefined || !Array.isArray(there?.value)) return entry.env_vars;
  const wanted = entry.env_vars ?? [];
  const known: readonly unknown[] = [...CREDENTIAL_VARIABLES, ...wanted];
  const kept = there.value.filter(
    (name): name is string => typeof name === "string" && !known.includes(name),
  );
  return kept.length === 0 ? entry.env_vars : [...wanted, ...kept];
}

/** None where the key says the same already, however that is written. */
function changeOf(
  key: string,
  value: string | readonly string[] | undefined,
  there: readonly TomlPair[],
): Change[] {
  const [first] = there;
  const same = first ? first.key.length === 1 && isDeepStrictEqual(first.value, value) : value === undefined;
  return same ? [] : [{ there, line: value === undefined ? undefined : `${key} = ${tomlValue(value)}` }];
}

/** The same for the variables. Those that are neither credentials nor in the entry are the user's, and stay. */
function changeOfVariables(
  text: string,
  wanted: Readonly<Record<string, string>>,
  there: readonly TomlPair[],
): Change[] {
  const found = there.flatMap((pair) =>
    pair.key.length === 1
      ? pair.pairs.map(({ key, value, from, to }) => ({
          name: key[0] ?? "",
          value,
          text: text.slice(from, to),
        }))
      : [{ name: pair.key[1] ?? "", value: pair.value, text: text.slice(pair.keyAt(1), pair.to) }],
  );
  const values = new Map(found.map(({ name, value }) => [name, value]));
  const own = new Set<string>([...CREDENTIAL_VARIABLES, ...Object.keys(wanted)]);
  if ([...own].every((name) => values.get(name) === wanted[name])) return [];
  const pairs = [
    ...found.filter(({ name }) => !own.has(name)).map((pair) => pair.text),
    ...Object.entries(wanted).map(([name, value]) => `${name} = ${tomlValue(value)}`),
  ];
  return [{ there, line: pairs.length === 0 ? undefined : `env = { ${pairs.join(", ")} }` }];
}

/** A table at the end of the text, with an empty line before it. */
function appended(text: string, table: readonly string[], eol: string): string {
  const block = table.join(eol);
  if (/^\uFEFF?\s*$/.test(text)) return `${text}${block}${eol}`;
  return text.endsWith("\n") ? `${text}${eol}${block}${eol}` : `${text}${eol}${eol}${block}`;
}

/** Takes the entry's table and the tables below it out again. @throws ClientFileError */
export function removeToml(text: string, client: Client): string {
  // From the end, so earlier positions stay right.
  return tables(text, client.root).reduceRight((left, table) => {
    const { from: start, to } = wholeLines(left, table);
    // The empty line before it came with it.
    const before = wholeLines(left, { from: start - 1, to: start - 1 });
    const from = start > 0 && left.slice(before.from, start).trim() === "" ? before.from : start;
    const rest = left.slice(to);
    // A text without a line end at its end has none afterwards.
    const head = left.slice(0, from);
    return rest === "" && !left.endsWith("\n") ? head.replace(/\r?\n$/, "") : `${head}${rest}`;
  }, text);
}

/** What of a client's TOML file is this server's: its table and those below it. @throws ClientFileError */
export function ownToml(text: string, client: Client): OwnPart {
  const own = tables(text, client.root);
  return {
    entries: own.map(({ headerEnd, to }) => ({ from: lineEnd(text, headerEnd), to: lineEnd(text, to) })),
    // A header has no values, but there may be a comment behind it.
    frame: own.map(({ from, headerEnd }) => ({ from: lineStart(text, from), to: headerEnd })),
    separator: "=",
  };
}

/** The entry's table and those below it, in the order of the text. */
function tables(text: string, root: string): TomlTable[] {
  const { own, children } = find(text, root);
  return [...(own ? [own] : []), ...children].sort((one, other) => one.from - other.from);
}

function edited(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((one, other) => other.from - one.from)
    .reduce((now, { from, to, text: put }) => `${now.slice(0, from)}${put}${now.slice(to)}`, text);
}

/** From the beginning of its first line to behind the end of its last. */
function wholeLines(text: string, { from, to }: Span): Span {
  const end = text.indexOf("\n", to);
  return { from: lineStart(text, from), to: end < 0 ? text.length : end + 1 };
}

function lineStart(text: string, at: number): number {
  const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  return start === 0 && text.startsWith(BOM) ? BOM.length : start;
}

/** Where the line ends, before its line end. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  if (end < 0) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

/** A basic string, or an array of them. JSON's escapes are all TOML's too, but for DEL. */
function tomlValue(value: string | readonly string[]): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  return `[${value.map((item) => tomlValue(item)).join(", ")}]`;
}
