import { SipParseError } from "./errors.js";

/** Characters of a `token`, RFC 3261 25.1. */
export const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

/** Strips space and tab only: `trim()` would also take Unicode blanks, which are content. Linear, unlike `/[ \t]+$/`. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/**
 * Splits a header value at commas outside quoted strings and outside `<>` (RFC 3261 7.3.1).
 * Items are trimmed; empty ones are left out.
 *
 * @throws SipParseError when a quote or a `<` is never closed.
 */
export function splitList(value: string): string[] {
  const items = splitOutside(value, ",").map(trimBlanks);
  return items.filter((item) => item !== "");
}

/** Splits at a separator outside `""` and `<>`; keeps empty and untrimmed pieces. */
export function splitOutside(value: string, separator: "," | ";"): string[] {
  const items: string[] = [];
  let from = 0;
  let quoted = false;
  let angled = false;
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at];
    if (quoted) {
      if (char === "\\") at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"' && !angled) quoted = true;
    else if (char === "<") angled = true;
    else if (char === ">") angled = false;
    else if (char === separator && !angled) {
      items.push(value.slice(from, at));
      from = at + 1;
    }
  }
  if (quoted) throw new SipParseError("list", "a quoted string is never closed");
  if (angled) throw new SipParseError("list", 'a "<" is never closed');
  items.push(value.slice(from));
  return items;
}
