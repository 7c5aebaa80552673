import type { Writable } from "node:stream";

/** A narrower terminal is left to break lines itself. */
const LEAST_COLUMNS = 40;
/** Where a line's own text starts: behind its indent, its mark and a label in a column. */
const START = /^\s*(?:│ )?\s*(?:(?:[-✓✗→…]|\d+\.) )?(?:[A-Za-z][A-Za-z ]{0,18}? {2,})?/;
/** Lines that are copied as a whole: commands, SIP messages, JSON. */
const COPIED = /\btelzino-sip-mcp [a-z]|\bSIP\/2\.0|^\s*[{[]/;

/**
 * A report as its reader sees it: in a terminal, lines wider than that are broken at blanks and continue below the start of
 * their text. Anywhere else, such as in a pipe, nothing changes. Text without colours.
 */
export function fitted(text: string, stream: Writable): string {
  const columns = columnsOf(stream);
  if (columns === undefined) return text;
  return text
    .split("\n")
    .flatMap((line) => (line.length <= columns || COPIED.test(line) ? [line] : broken(line, columns)))
    .join("\n");
}

function columnsOf(stream: Writable): number | undefined {
  const { isTTY, columns } = stream as Writable & { isTTY?: boolean; columns?: number };
  return isTTY === true && columns !== undefined && columns >= LEAST_COLUMNS ? columns : undefined;
}

function broken(line: string, columns: number): string[] {
  const [start = ""] = START.exec(line) ?? [];
  const below = start.length > columns / 2 ? "" : start.replace(/[^\s│]/g, " ");
  const lines: string[] = [];
  let rest = line;
  let least = start.length;
  while (rest.length > columns) {
    const fits = rest.lastIndexOf(" ", columns);
    const at = fits > least ? fits : rest.indexOf(" ", Math.max(columns, least));
    if (at === -1) break;
    lines.push(rest.slice(0, at));
    rest = below + rest.slice(at + 1);
    least = below.length;
  }
  return [...lines, rest];
}
