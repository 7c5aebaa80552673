/** Puts back the plain signs that a word processor, chat or web page has made prettier. */

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

export function withPlainSigns(text: string): string {
  return text.replace(PRETTY, (sign) => SIGNS.get(sign) ?? sign);
}
