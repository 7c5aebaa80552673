/** Undoes what a word processor, a chat, a web page or a terminal has done to the characters of a text. */

const SIGNS: ReadonlyMap<string, string> = new Map([
  ...[..."“”„‟″«»"].map((sign) => [sign, '"'] as const),
  ...[..."‘’‚‛′"].map((sign) => [sign, "'"] as const),
  ...[..."\u00a0\u2007\u202f"].map((sign) => [sign, " "] as const),
  ["—", "--"],
  ["–", "-"],
  ["−", "-"],
  ["‐", "-"],
  ["‑", "-"],
  ["…", "..."],
  ["\ufeff", ""],
  ["\u200b", ""],
  ["\u2060", ""],
]);
const PRETTY = /[“”„‟″«»‘’‚‛′\u00a0\u2007\u202f—–−‐‑…\ufeff\u200b\u2060]/g;

/** Puts back the plain signs that a word processor, chat or web page has made prettier. */
export function withPlainSigns(text: string): string {
  return text.replace(PRETTY, (sign) => SIGNS.get(sign) ?? sign);
}

const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({ lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: " " }),
);
const ENTITY = /&(?:(lt|gt|amp|quot|apos|nbsp)|#(\d{1,4})|#[xX]([0-9a-fA-F]{1,4}));/g;
/** Without one of these the text was never escaped, and an ampersand is one. */
const ESCAPED = /&(?:amp;)?(?:lt|gt|quot|#39|#34|#x27|#x22);/i;
const LINE_BREAK = /<br ?\/?>\n?/gi;

/** Undoes what a web page did to `<`, `>`, `&` and quotes. */
export function withoutEntities(text: string): string {
  const broken = text.includes("<br") ? text.replace(LINE_BREAK, "\n") : text;
  if (!ESCAPED.test(broken)) return broken;
  const once = broken.replace(ENTITY, undone);
  // Some pages escape what was escaped before.
  return ESCAPED.test(once) ? once.replace(ENTITY, undone) : once;
}

function undone(whole: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return NAMED.get(name) ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  // Only printable ASCII: anything else written like this was not part of a log.
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : whole;
}

const COLOURS = /(?:\u001b|\^\[|\\(?:033|x1[bB]|e|u001[bB])|#033)\[[\d;]{0,12}[A-Za-z]/g;
const CURSOR = /\u001b[=>()][A-Z0-9]?/g;

/** Takes off the colours of a terminal (ECMA-48 SGR and its like), also as caret, octal, hexadecimal or syslog notation. */
export function withoutColours(text: string): string {
  if (!text.includes("[")) return text;
  return text.replace(COLOURS, "").replace(CURSOR, "");
}

const FENCE = /^ {0,8}(?:`{3,8}|~{3,8}) {0,2}[\w-]{0,20} {0,4}$/;

/** Markdown's code, each line of a paste by itself; what only opens or closes a block of it is empty. */
export function withoutBackticks(line: string): string {
  if (FENCE.test(line)) return "";
  const end = line.length - 1;
  const wraps = end > 1 && line.startsWith("`") && line.endsWith("`") && line.indexOf("`", 1) === end;
  return wraps ? line.slice(1, end).trimEnd() : line;
}
