import { type InputStep, type PastedLine, split } from "./pasted-line.js";

/**
 * Line ends that a logger has written as signs: `\r\n` of JSON, C and Python, `#015#012` of rsyslog, `<CR><LF>`. A line
 * that holds a message that way becomes the message's lines.
 */

const ESCAPED = /#01[25]|<CR>|<LF>|[␍␊]|\\n/;
const SYSLOG = /(?:#015)?#012|#015/g;
const NAMED = /<CR>(?:<LF>)?|<LF>|[␍␊]{1,2}/g;
const BACKSLASHED = /\\{1,2}r\\{1,2}n|\\{1,2}n/g;

/** What Erlang prints of lines. */
const ERLANG = /<<"([^"]{0,400})">>/g;

export const splitEscapedLines: InputStep = (lines) =>
  lines.some(({ text }) => ESCAPED.test(text) || text.includes('<<"')) ? lines.flatMap(broken) : lines;

function broken(line: PastedLine): PastedLine[] {
  const text = unescaped(line.text);
  return text === line.text ? [line] : split(line, text.split("\n"));
}

function unescaped(text: string): string {
  if (/^[\s[]{0,8}<<"/.test(text)) return [...text.matchAll(ERLANG)].map(([, part]) => part).join("\n");
  if (/#01[25]/.test(text)) return text.replace(SYSLOG, "\n");
  if (!text.includes("SIP/2.0")) return text;
  if (/<CR>|<LF>|[␍␊]/.test(text)) return text.replace(NAMED, "\n");
  // Once may be part of a path; a message has many.
  if (!/\\r\\{1,2}n|\\n[A-Z][\w-]{0,40}:/.test(text)) return text;
  return text
    .replace(BACKSLASHED, "\n")
    .replace(/\\(["'/\\])/g, "$1")
    .replace(/\\t/g, "\t")
    .replace(
      // What opened and closed the string.
      /^(\s{0,20}(?:[\w.]{1,30} ?[:=] ?)?)b?["'](?=[A-Z])/,
      "$1",
    );
}
