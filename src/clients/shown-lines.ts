import { namesSecret } from "../redaction/secret-keys.js";
import type { OwnPart, Span } from "./own-part.js";

/** Stands for whatever is not shown. */
const HIDDEN = "…";

/** Strings (TOML's of several lines first), comments, punctuation, words; then anything else, a character at a time. */
const TOKEN =
  /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\/|[{}[\],:=]|[A-Za-z0-9_-]+|\S/g;
const COMMENT = /^(?:#|\/[/*])/;
const PUNCTUATION = /^[{}[\],:=]$/;

/** A stretch that is shown, as it is or as something else. */
interface Shown extends Span {
  as?: string;
}

/**
 * The lines of a client's file as a terminal may show them. Nothing is shown of the entries and settings of others, and
 * of this server's own entry its keys and the values that this program writes. What else is there, comments too, may
 * hold a secret under any name, so `…` stands for it.
 *
 * @param literals the values that may be shown, as they are written, with their quotes.
 */
export function shownLines(text: string, own: OwnPart, literals: ReadonlySet<string>): string[] {
  const entries = own.entries.flatMap((entry) => shownTokens(text, entry, own.separator, literals));
  const shown: Shown[] = [...own.frame, ...entries].sort((one, other) => one.from - other.from);
  let next = 0;
  let from = 0;
  return text.split("\n").map((line) => {
    const to = from + line.length;
    let made = "";
    let at = from;
    // Nothing that is shown continues past the end of a line.
    for (let span = shown[next]; span && span.to <= to; next += 1, span = shown[next]) {
      made += hidden(text.slice(at, span.from)) + (span.as ?? text.slice(span.from, span.to));
      at = span.to;
    }
    made += hidden(text.slice(at, to));
    from = to + 1;
    return made.replace(/…(?:[\s,]*…)+/g, HIDDEN);
  });
}

/** What is in this server's own part, however it is laid out. */
export function contentOf(text: string, own: OwnPart): string[][] {
  return own.entries.map(({ from, to }) => text.slice(from, to).match(TOKEN) ?? []);
}

/** White space stays: the layout is part of what is shown. */
function hidden(text: string): string {
  return text.replace(/\S(?:.*\S)?/s, HIDDEN);
}

function shownTokens(
  text: string,
  { from, to }: Span,
  separator: string,
  literals: ReadonlySet<string>,
): Shown[] {
  const shown: Shown[] = [];
  const part = text.slice(from, to);
  let underSecret = false;
  for (const { 0: token, index } of part.matchAll(TOKEN)) {
    const span = { from: from + index, to: from + index + token.length };
    if (COMMENT.test(token) || token.includes("\n")) continue;
    if (PUNCTUATION.test(token)) shown.push(span);
    else if (isKey(part, index + token.length, separator)) {
      underSecret = namesSecret(token);
      shown.push(span);
    } else if (literals.has(token)) shown.push(span);
    else if (underSecret && /^["']/.test(token)) shown.push({ ...span, as: '"[secret]"' });
  }
  return shown;
}

function isKey(text: string, behind: number, separator: string): boolean {
  const next = /\S/g;
  next.lastIndex = behind;
  return next.exec(text)?.[0] === separator;
}
