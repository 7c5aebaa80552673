import { Buffer } from "node:buffer";

/** What is shown in the place of a secret. */
export const HIDDEN = "[secret]";

/**
 * From this length on (characters) a value is taken out wherever it stands and however it is encoded.
 *
 * A shorter one can be guessed anyway, and its letters stand in every second sentence: two or three
 * characters are taken out only where they stand alone, neither inside a word nor inside a number, a host or
 * a version, and only as they are; a single character is hidden by its field's name alone.
 */
const FULL_LENGTH = 4;
const SHORT_LENGTH = 2;
const ALONE = { before: "(?<![\\w.@%/+\\u0080-\\uffff-])", after: "(?![\\w@%/+\\u0080-\\uffff-]|\\.\\w)" };

/** One pattern that finds all values, the longest first, so that a value that contains another goes as a whole. */
export function patternOf(values: readonly string[]): RegExp {
  const length = (value: string) => [...value].length;
  const patterns = values
    .toSorted((left, right) => right.length - left.length)
    .flatMap((value) => {
      if (length(value) >= FULL_LENGTH) return encodingsOf(value);
      return length(value) >= SHORT_LENGTH ? [`${ALONE.before}${literal(value)}${ALONE.after}`] : [];
    });
  // What is replaced already stays as it is, even where a value is part of the word "secret".
  return new RegExp(["\\[secret\\]", ...patterns].join("|"), "g");
}

/**
 * Source texts of regular expressions that find a value in every form in which ordinary programs write it:
 * as it is, percent-encoded, escaped in JSON or a SIP quoted-string, escaped in HTML or XML, hexadecimal, and
 * inside base64 (both alphabets, at each of the three positions that it can have in what was encoded).
 */
function encodingsOf(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  return [
    textPattern(value),
    cutPattern(value),
    caseBlind(bytes.toString("hex")),
    ...[0, 1, 2].map((at) => base64Pattern(bytes, at)),
  ];
}

/** The value as text, each of its characters in any of the forms in which it may be written. */
function textPattern(value: string): string {
  return partsOf(value).join("");
}

function partsOf(value: string): string[] {
  const parts = value.match(/\\+|[\s\S]/gu) ?? [];
  return parts.map((part) => (part.startsWith("\\") ? backslashes(part.length) : character(part)));
}

/** Fewer characters before a cut are left: they stand at the end of many a word. */
const CUT_LENGTH = 3;

/** The beginning of the value where a text has been cut in the midst of it, as `cleanText` cuts: with an ellipsis. */
function cutPattern(value: string): string {
  const parts = partsOf(value);
  const first = parts.slice(0, CUT_LENGTH).join("");
  // The last part is left out: with it the value would be whole.
  const rest = parts.slice(CUT_LENGTH, -1).reduceRight((after, part) => `(?:${part}${after})?`, "");
  return `${first}${rest}(?:[%&\\\\][^\\s…]{0,9})?(?=…)`;
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};
const JSON_ESCAPES: Readonly<Record<string, string>> = {
  "\b": "b",
  "\f": "f",
  "\n": "n",
  "\r": "r",
  "\t": "t",
};

/**
 * Backslashes before an escaped character, at most: each layer of escaping doubles them, and without a bound
 * a long run would be gone through from each of its places.
 */
const LAYERS = 16;
const ESCAPE = `\\\\{1,${LAYERS}}`;

/**
 * One character. Letters and digits of ASCII are escaped by no encoder. The plain form comes last: an `&`
 * is the beginning of `&amp;` too.
 */
function character(value: string): string {
  if (/^[a-z0-9]$/i.test(value)) return value;
  const code = value.codePointAt(0) ?? 0;
  const forms = [percent(value), unicodeEscape(value), entity(value, code)];
  if (code < 0x100) forms.push(`${ESCAPE}x${caseBlind(hex(code, 2))}`);
  const letter = JSON_ESCAPES[value];
  if (letter !== undefined) forms.push(`${ESCAPE}${letter}`);
  if (value === " ") forms.push("\\+");
  forms.push(`(?:${ESCAPE})?${literal(value)}`);
  return `(?:${forms.join("|")})`;
}

/**
 * A run of backslashes, doubled by every layer of escaping. Taken as a whole, since one pattern for each of
 * them would take exponential time on a long run.
 */
function backslashes(count: number): string {
  const escaped = ["%(?:25)*5[cC]", `${ESCAPE}u005[cC]`, "&#0*92;", "&#[xX]0*5[cC];"].join("|");
  return `(?:(?:${escaped}){${count}}|\\\\{${count},${count * LAYERS}})`;
}

/** `%40`, and `%2540` where it was encoded twice. */
function percent(value: string): string {
  return [...Buffer.from(value, "utf8")].map((byte) => `%(?:25)*${caseBlind(hex(byte, 2))}`).join("");
}

function unicodeEscape(value: string): string {
  return value
    .split("")
    .map((unit) => `${ESCAPE}u${caseBlind(hex(unit.charCodeAt(0), 4))}`)
    .join("");
}

function entity(value: string, code: number): string {
  const name = NAMED_ENTITIES[value];
  const forms = [
    `#0*${code}`,
    `#[xX]0*${caseBlind(code.toString(16))}`,
    ...(name === undefined ? [] : [name]),
  ];
  return `&(?:amp;)*(?:${forms.join("|")});`;
}

/** One character of base64 that is shared with a neighbour. */
const SHARED = "(?:[A-Za-z0-9+/_-]|%2[bBfF])?";
/**
 * A value that repeats itself (`""""`) is found one or two characters before its place, where it looks the same
 * at another alignment: the rest of it is taken along, at the cost of a few characters of a neighbour.
 */
const REST = "(?:[A-Za-z0-9+/_-]|%2[bBfF]){0,3}";
const PLUS = `(?:[+-]|%2[bB]|${ESCAPE}u002[bB])`;
const SLASH = `(?:_|(?:${ESCAPE})?/|%2[fF]|${ESCAPE}u002[fF])`;

/**
 * The value inside base64 where `offset` (0–2) bytes stand before it in its group of three. The characters
 * at both ends carry bits of a neighbour too, so that any character is taken there.
 */
function base64Pattern(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const sharedAtEnd = (offset + bytes.length) % 3 === 0 ? 0 : 1;
  const own = encoded.slice(offset === 0 ? 0 : offset + 1, encoded.length - sharedAtEnd);
  const exact = own.replace(/[+/]/g, (sign) => (sign === "+" ? PLUS : SLASH));
  return `${offset === 0 ? "" : SHARED}${exact}${sharedAtEnd === 0 ? "" : SHARED}${REST}`;
}

/** A text as the source of a regular expression that matches it alone. */
function literal(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function caseBlind(digits: string): string {
  return digits.replace(/[a-f]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}
