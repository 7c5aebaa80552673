import { type AST, getStaticTOMLValue, ParseError, parseTOML } from "toml-eslint-parser";
import { ClientFileError, positionOf } from "./file-error.js";
import type { Span } from "./own-part.js";

/** `[a.b]` or `[[a.b]]` with what belongs to it. */
export interface TomlTable extends Span {
  path: readonly string[];
  /** Behind the brackets that close its header. */
  headerEnd: number;
  /** One of `[[…]]`. */
  repeated: boolean;
  pairs: readonly TomlPair[];
}

/** `a.b = value`. */
export interface TomlPair extends Span {
  key: readonly string[];
  value: unknown;
  /** Of an inline table, its pairs. */
  pairs: readonly TomlPair[];
  /** Where the part of the key with that index begins. */
  keyAt(index: number): number;
}

/** A TOML text with the places of what is in it. */
export interface TomlText {
  /** The pairs before the first table. */
  pairs: readonly TomlPair[];
  tables: readonly TomlTable[];
}

/** @throws ClientFileError where the text is not TOML. */
export function readToml(text: string): TomlText {
  // A blank for the byte order mark, so positions stay the same.
  const body = text.replace(/^\uFEFF/, " ");
  const [top] = parsed(body).body;
  const tables = top.body.filter((node) => node.type === "TOMLTable");
  return {
    pairs: top.body.filter((node) => node.type === "TOMLKeyValue").map(pairOf),
    tables: tables.map((node) => {
      const repeated = node.kind === "array";
      return {
        from: node.range[0],
        to: node.range[1],
        path: partsOf(node.key),
        headerEnd: body.indexOf("]", node.key.range[1]) + (repeated ? 2 : 1),
        repeated,
        pairs: node.body.map(pairOf),
      };
    }),
  };
}

function parsed(body: string): AST.TOMLProgram {
  try {
    return parseTOML(body);
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) throw new ClientFileError("the file is nested too deeply");
    if (!(error instanceof ParseError)) throw error;
    // What is missing at the end is missing where the text ends, not on an empty line behind it.
    const at = Math.min(error.index, body.trimEnd().length);
    throw new ClientFileError(wordsOf(error.message), positionOf(body, at));
  }
}

/** The parser's messages; two of them repeat a character, and nothing of a client's file is to be shown. */
function wordsOf(message: string): string {
  if (/^Unterminated (?!table)/.test(message)) return "a value does not end";
  if (message.startsWith("Expected equal")) return "neither a table nor key = value";
  return `not TOML: ${message.replace(/^(Invalid code point) \S+/, "$1")}`;
}

function pairOf(node: AST.TOMLKeyValue): TomlPair {
  return {
    from: node.range[0],
    to: node.range[1],
    key: partsOf(node.key),
    value: getStaticTOMLValue(node.value),
    pairs: node.value.type === "TOMLInlineTable" ? node.value.body.map(pairOf) : [],
    keyAt: (index) => node.key.keys[index]?.range[0] ?? node.range[0],
  };
}

function partsOf({ keys }: AST.TOMLKey): string[] {
  return keys.map((part) => (part.type === "TOMLBare" ? part.name : part.value));
}
