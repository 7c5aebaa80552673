/** Takes off the colours of a terminal (ECMA-48 SGR and its like), also as caret, octal, hexadecimal or syslog notation. */

const COLOURS = /(?:\u001b|\^\[|\\(?:033|x1[bB]|e|u001[bB])|#033)\[[\d;]{0,12}[A-Za-z]/g;
const CURSOR = /\u001b[=>()][A-Z0-9]?/g;

export function withoutColours(text: string): string {
  if (!text.includes("[")) return text;
  return text.replace(COLOURS, "").replace(CURSOR, "");
}
