import { Buffer } from "node:buffer";
import { withoutEscapes } from "./text.js";

/** Layers of escaping that are undone: a text that was encoded twice, inside a text that was escaped once more. */
const LAYERS = 3;
/** Times that it is decoded from base64 or hexadecimal. */
const DECODED = 2;

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
]);
const BACKSLASH_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Percent-encoding (in runs, for UTF-8), character references of HTML and XML, backslash escapes of JSON and SIP. */
const ESCAPES =
  /(?:%[0-9a-f]{2}){1,4096}|%u[0-9a-f]{4}|&(?:#x[0-9a-f]{1,16}|#[0-9]{1,16}|[a-z]{2,4});?|\\(?:u\{[0-9a-f]{1,6}\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[^ux])/gi;
/** Quoted-printable (RFC 2045 section 6.7): soft line breaks, and bytes in runs. */
const SOFT_BREAK = /=[ \t]{0,16}\r?\n[ \t]{0,16}/g;
const QUOTED_PRINTABLE = /(?:=[0-9a-f]{2}){1,4096}/gi;

function unescaped(text: string, textOf = utf8): string {
  return text.replace(ESCAPES, (written) => {
    if (/^%u/i.test(written)) return codePoint(Number.parseInt(written.slice(2), 16));
    if (written.startsWith("%")) return textOf(Buffer.from(written.replaceAll("%", ""), "hex"));
    if (written.startsWith("&")) return reference(written.slice(1).replace(/;$/, ""));
    const sign = written.charAt(1);
    if (written.length > 2) return codePoint(Number.parseInt(written.slice(2).replace("{", ""), 16));
    return BACKSLASH_ESCAPES.get(sign) ?? sign;
  });
}

function reference(name: string): string {
  if (!name.startsWith("#")) return NAMED_ENTITIES.get(name.toLowerCase()) ?? `&${name};`;
  const isHex = /^#x/i.test(name);
  return codePoint(Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10));
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

function unquotedPrintable(text: string, textOf = utf8): string {
  return text
    .replace(SOFT_BREAK, "")
    .replace(QUOTED_PRINTABLE, (written) => textOf(Buffer.from(written.replaceAll("=", ""), "hex")));
}

/** Valid UTF-8 beyond ASCII, in a text of bytes. */
const UTF8_RUNS = /(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){1,4096}/g;

/** Bytes as UTF-8, and those that are none (of a character that was cut, or of other text beside it) as Latin-1. */
function utf8(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\ufffd")) return text;
  return latin1(bytes).replace(UTF8_RUNS, (run) => Buffer.from(run, "latin1").toString("utf8"));
}

const latin1 = (bytes: Buffer) => bytes.toString("latin1");

/** What reads otherwise as Latin-1 than as UTF-8. */
const TWO_READINGS = /[%=][c-f][0-9a-f][%=][89ab][0-9a-f]/i;

/** A text that bytes stand for. */
interface Decoded {
  readonly text: string;
  /** What is more than noise in it, and may have been encoded once more. */
  readonly readable: string;
}

const READABLE = /[^\0-\x08\x0e-\x1f\x7f-\x9f\ufffd]{8,}/g;
const READABLE_ASCII = /[\x09\x0a\x0d\x20-\x7e]{8,}/g;

function decoded(text: string, readable: RegExp): Decoded {
  return { text, readable: (text.match(readable) ?? []).join(" ") };
}

/**
 * Bytes as text, whatever their character encoding. Where only ASCII is looked for, one text does for all: what is not ASCII
 * is left out of it, the NULs of UTF-16 with it.
 */
function textsOf(bytes: Buffer, high: HighBytes | undefined): Decoded[] {
  if (bytes.length === 0) return [];
  const plain = decoded(latin1(bytes).replaceAll("\0", ""), READABLE_ASCII);
  if (high === undefined) return [{ ...plain, text: plain.text.replace(/[^\x09\x0a\x0d\x20-\x7e]/g, "") }];
  // What is decoded beside it may be no UTF-8; then its own characters still are.
  return [
    plain,
    decoded(bytes.toString("utf8"), READABLE),
    ...utf16(bytes, 0, high),
    ...utf16(bytes, 1, high),
  ];
}

/** In a row, of one window of a secret. */
const UNITS = 6;

/** UTF-16 of either byte order whose high bytes are at even or at odd places. Most noise has not the high bytes for it. */
function utf16(bytes: Buffer, parity: 0 | 1, high: HighBytes): Decoded[] {
  let row = 0;
  for (let at = parity; at < bytes.length && row < UNITS; at += 2)
    row = high.has(bytes[at] ?? 0) ? row + 1 : 0;
  if (row < UNITS) return [];
  const big = bytes.subarray(parity, bytes.length - ((bytes.length - parity) % 2));
  return [
    decoded(Buffer.from(big).swap16().toString("utf16le"), READABLE),
    decoded(bytes.subarray(1 - parity).toString("utf16le"), READABLE),
  ];
}

/**
 * Base64 and base64url. What was encoded may begin anywhere in the text, so all four alignments are read; what surrounds
 * it becomes noise.
 */
function fromBase64(text: string, high: HighBytes | undefined): Decoded[] {
  const signs = text.replace(/[^A-Za-z0-9+/_-]/g, "");
  return ["", "A", "AA", "AAA"].flatMap((before) => textsOf(Buffer.from(before + signs, "base64"), high));
}

/** What stands between bytes in hexadecimal, and before them. */
const BETWEEN_BYTES = /0x|[\s:,;._|-]/gi;

/** Hexadecimal, also with signs between its bytes. */
function fromHex(text: string, high: HighBytes | undefined): Decoded[] {
  const digits = text.replace(BETWEEN_BYTES, "").match(/[0-9a-f]{12,}/gi) ?? [];
  return digits.flatMap((run) =>
    [0, 1].flatMap((from) =>
      textsOf(Buffer.from(run.slice(from, run.length - ((run.length - from) % 2)), "hex"), high),
    ),
  );
}

/** Whether some of it may be written in hexadecimal. */
export function mayBeHex(text: string): boolean {
  return /[0-9a-f]{12}/i.test(text.replace(BETWEEN_BYTES, ""));
}

const INVISIBLE = /[\p{C}\p{M}\p{Z}\s\u115f\u1160\u3164\uffa0\u2800]+/gu;
const ASCII = /^[\x20-\x7e\t\r\n]*$/;

/** A text as it is compared: without case, marks, white space, and signs that nobody sees. */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/\s+/g, "");
  const plain = withoutEscapes(text);
  return plain.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD").replace(INVISIBLE, "");
}

/** A doubled backslash before the sign of another escape: undone at once, the one would hide the other. */
const BACKSLASHED_ESCAPE = /\\\\[%&=]/;

/**
 * The readings of a text with each layer of escaping undone; of them, those within which it may have been encoded.
 *
 * @param wide whether more than ASCII is looked for.
 */
function layersOf(text: string, wide: boolean): { views: string[]; inmost: Set<string> } {
  const views = [text];
  const inmost = new Set(views);
  const ways = BACKSLASHED_ESCAPE.test(text) ? [text, text.replaceAll("\\\\", "\\")] : [text];
  for (let layer of ways) {
    for (let count = 0; count < LAYERS; count += 1) {
      const next = withoutEscapes(unescaped(layer));
      const soft = unquotedPrintable(next);
      views.push(next, soft, unescaped(soft));
      if (wide && TWO_READINGS.test(layer))
        views.push(unescaped(layer, latin1), unquotedPrintable(layer, latin1));
      if (next === layer && soft === next) break;
      layer = next === layer ? soft : next;
    }
    inmost.add(layer).add(unquotedPrintable(layer));
  }
  return { views, inmost };
}

function fromBytes(texts: Iterable<string>, high: HighBytes | undefined): Decoded[] {
  return [...texts].flatMap((text) => [...fromBase64(text, high), ...fromHex(text, high)]);
}

/** High bytes, in UTF-16, of what is looked for. */
export type HighBytes = ReadonlySet<number>;

/**
 * A text in every reading in which ordinary programs may have written something into it, each {@link folded}: as it is,
 * without escape sequences of terminals, with percent-encoding, character references, backslash escapes and quoted-printable
 * undone (up to three layers), and decoded from base64 or hexadecimal (up to two, with as many layers of escaping within). A
 * plus may be a space. The number of readings is fixed, so the work is linear.
 *
 * @param high where more than ASCII is looked for.
 */
export function decodedViews(text: string, high?: HighBytes): Set<string> {
  const wide = high !== undefined;
  const { views: plain, inmost } = layersOf(withoutEscapes(text).replace(/\p{Cf}/gu, ""), wide);
  const written = new Set([text, ...plain]);
  let outer = inmost;
  for (let count = 0; count < DECODED; count += 1) {
    const inner = new Set<string>();
    for (const { text: found, readable } of fromBytes(outer, high)) {
      written.add(found);
      if (readable === "") continue;
      const layers = layersOf(readable, wide);
      for (const view of layers.views) written.add(view);
      for (const view of layers.inmost) inner.add(view);
    }
    outer = inner;
  }
  const views = new Set([...written].map(folded));
  for (const view of [...views]) if (view.includes("+")) views.add(view.replaceAll("+", ""));
  return views;
}
