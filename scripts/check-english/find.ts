// Finds the patterns of patterns.yaml in the prose of a file.
import { parse } from "yaml";
import { markdownProse, scriptProse, yamlProse } from "./prose.js";

interface Pattern {
  readonly name: string;
  readonly instead: string;
  readonly find: RegExp;
  readonly allow: readonly RegExp[];
  /** Kinds of files in which it is looked for; without it, in all. */
  readonly only?: readonly string[];
}

interface Find {
  readonly line: number;
  readonly name: string;
  readonly words: string;
  readonly instead: string;
}

const readers = { md: markdownProse, yaml: yamlProse, ts: scriptProse, mjs: scriptProse };
const gap = "[\\s*_]+";

/** @param yaml as in patterns.yaml. */
export function readPatterns(yaml: string): Pattern[] {
  return parse(yaml).map((each: Pattern & { find: string; allow?: string[] }) => ({
    ...each,
    find: expression(each.find),
    allow: (each.allow ?? []).map(expression),
  }));
}

/** A blank matches any white space; words are whole words. */
function expression(source: string): RegExp {
  return new RegExp(`\\b(?:${source.replaceAll(" ", gap)})(?![\\w-])`, "gi");
}

/**
 * @param path its ending decides how the text is read: Markdown, YAML, or a script.
 * @returns how many words of prose there are, and the finds with their lines.
 */
export function look(
  path: string,
  text: string,
  patterns: readonly Pattern[],
): { words: number; finds: Find[] } {
  const kind = path.split(".").at(-1) as keyof typeof readers;
  const prose = readers[kind](text);
  const finds = patterns
    .filter(({ only }) => only === undefined || only.includes(kind))
    .flatMap((pattern) => findPattern(pattern, prose, (at) => text.slice(0, at).split("\n").length))
    .sort((one, other) => one.line - other.line);
  return { words: prose.match(/[A-Za-z][A-Za-z'’-]*/g)?.length ?? 0, finds };
}

function findPattern(
  { name, find, allow, instead }: Pattern,
  prose: string,
  lineOf: (at: number) => number,
): Find[] {
  const allowed = allow.flatMap((each) =>
    [...prose.matchAll(each)].map((found) => [found.index, found.index + found[0].length] as const),
  );
  return [...prose.matchAll(find)]
    .filter(({ index }) => !allowed.some(([from, to]) => from <= index && index < to))
    .map((found) => ({
      line: lineOf(found.index),
      name,
      words: found[0].replace(/\s+/g, " ").slice(0, 60),
      instead,
    }));
}
