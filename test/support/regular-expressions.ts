import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type AST, RegExpParser } from "@eslint-community/regexpp";
import {
  Chars,
  getFirstConsumedChar,
  isPotentiallyEmpty,
  type ReadonlyFlags,
  toUnicodeSet,
} from "regexp-ast-analysis";
import { analyse } from "scslre";
import { parseAst } from "vitest/node";

/** Finds the regular expressions of the sources, and those among them whose work grows faster than the text. */

const ROOT = dirname(dirname(import.meta.dirname));

export interface RegularExpression {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly line: number;
  readonly source: string;
  readonly flags: string;
}

/** Literals in `src/`, and the places where one is made of a string. */
export function expressionsInSources(): { literals: RegularExpression[]; made: string[] } {
  const literals: RegularExpression[] = [];
  const made = new Set<string>();
  for (const entry of readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
    const full = join(entry.parentPath, entry.name);
    const path = relative(ROOT, full).split(sep).join("/");
    const text = readFileSync(full, "utf8");
    visitNodes(parseAst(text, { lang: "ts" }), (node) => {
      if (isLiteral(node)) {
        const line = text.slice(0, node.start).split("\n").length;
        literals.push({ path, line, source: node.regex.pattern, flags: node.regex.flags });
      } else if (isMade(node)) made.add(path);
    });
  }
  return { literals, made: [...made].sort() };
}

interface Literal {
  start: number;
  regex: { pattern: string; flags: string };
}

function isLiteral(node: object): node is Literal {
  return "regex" in node && typeof node.regex === "object" && node.regex !== null;
}

function isMade(node: object): boolean {
  if (!("type" in node) || (node.type !== "NewExpression" && node.type !== "CallExpression")) return false;
  return "callee" in node && (node.callee as { name?: unknown }).name === "RegExp";
}

function visitNodes(node: unknown, see: (node: object) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) see(node);
  for (const child of Object.values(node)) visitNodes(child, see);
}

/** From how many on a repetition counts as one without a bound. */
const UNBOUNDED = 5_000;

/**
 * Why the work of an expression may be quadratic or worse; empty where it is linear.
 *
 * scslre finds repetitions within and beside each other. It does not see every expression that tries again from
 * each place of the text, so there is a rule besides: in one that may begin anywhere, no repetition without a
 * bound is followed by something that must match too, unless what it repeats cannot hold a beginning.
 */
export function slowness(source: string, flags: string): string[] {
  const { reports } = analyse({ source, flags });
  return [
    ...reports.map(({ type }) => `scslre: ${type}`),
    ...restarts(source, flags).map((raw) => `tried again from each place: ${raw}`),
  ];
}

function restarts(source: string, flags: string): string[] {
  // A sticky one is tried at one place.
  if (flags.includes("y")) return [];
  const { pattern, flags: parsed } = new RegExpParser().parseLiteral(String(new RegExp(source, flags)));
  return pattern.alternatives.flatMap((alternative) => {
    const [first] = alternative.elements;
    if (first === undefined || isStart(first, parsed)) return [];
    const begins = beginning(alternative, parsed);
    return repetitionsBefore(alternative.elements, false, parsed)
      .filter(({ element }) => begins === undefined || !apart(element, begins, parsed))
      .map(({ raw }) => raw);
  });
}

function isStart(element: AST.Element, { multiline }: ReadonlyFlags): boolean {
  return element.type === "Assertion" && element.kind === "start" && multiline !== true;
}

type Characters = ReturnType<typeof toUnicodeSet>["chars"];

/** What a match must begin with; `undefined` where it may be empty. */
function beginning(alternative: AST.Alternative, flags: ReadonlyFlags): Characters | undefined {
  const [first] = alternative.elements;
  // Each line is its own beginning.
  if (first?.type === "Assertion" && first.kind === "start") return Chars.lineTerminator(flags);
  const { char, empty } = getFirstConsumedChar(alternative, "ltr", flags);
  return empty ? undefined : char;
}

/** Whether nothing that is repeated may be the beginning of another match. */
function apart(repeated: AST.Element, begins: Characters, flags: ReadonlyFlags): boolean {
  switch (repeated.type) {
    case "Character":
    case "CharacterClass":
    case "CharacterSet":
      return toUnicodeSet(repeated, flags).chars.isDisjointWith(begins);
    case "Quantifier":
      return apart(repeated.element, begins, flags);
    case "Group":
    case "CapturingGroup":
      return repeated.alternatives.every(({ elements }) =>
        elements.every((element) => apart(element, begins, flags)),
      );
    default:
      return repeated.type === "Assertion";
  }
}

/** Repetitions without a bound after which something must match. */
function repetitionsBefore(
  elements: readonly AST.Element[],
  more: boolean,
  flags: ReadonlyFlags,
): AST.Quantifier[] {
  return elements.flatMap((element, index) => {
    const after =
      more || elements.slice(index + 1).some((next) => !isPotentiallyEmpty(next, flags) || isEnd(next));
    const inner = element.type === "Quantifier" ? element.element : element;
    const below =
      "alternatives" in inner && inner.type !== "Assertion"
        ? inner.alternatives.flatMap((each) =>
            "elements" in each ? repetitionsBefore(each.elements, after, flags) : [],
          )
        : [];
    return element.type === "Quantifier" && element.max >= UNBOUNDED && after ? [element, ...below] : below;
  });
}

function isEnd(element: AST.Element): boolean {
  return element.type === "Assertion" && (element.kind === "end" || element.kind === "word");
}
