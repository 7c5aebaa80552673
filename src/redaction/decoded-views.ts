import { Buffer } from "node:buffer";
import { withoutEscapes } from "./text.js";

/** Layers of escaping that are undone: a text that was encoded twice, inside a text that was escaped once more. */
const LAYERS = 3;

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

function unescaped(text: string): string {
  return text.replace(ESCAPES, (written) => {
    if (/^%u/i.test(written)) return codePoint(Number.parseInt(written.slice(2), 16));
    if (written.startsWith("%")) return utf8(Buffer.from(written.replaceAll("%", ""), "hex"));
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

function unquotedPrintable(text: string): string {
  return text
    .replace(SOFT_BREAK, "")
    .replace(QUOTED_PRINTABLE, (written) => utf8(Buffer.from(written.replaceAll("=", ""), "hex")));
}

/** Bytes as UTF-8 where they are that, else as Latin-1. */
function utf8(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

/**
 * Bytes as text, whatever their character encoding. Where only ASCII is looked for, one text does for all: what is not ASCII
 * is left out of it, the NULs of UTF-16 with it.
 */
function textsOf(bytes: Buffer, wide: boolean): string[] {
  if (bytes.length === 0) return [];
  if (!wide) return [bytes.toString("latin1").replace(/[^\x09\x0a\x0d\x20-\x7e]/g, "")];
  // What is decoded beside it may be no UTF-8; then its own characters still are.
  const texts = [bytes.toString("utf8"), bytes.toString("latin1")];
  return [...texts, bytes.toString("utf16le"), bytes.subarray(1).toString("utf16le")];
}

/**
 * Base64 and base64url. What was encoded may begin anywhere in the text, so all four alignments are read; what surrounds
 * it becomes noise.
 */
function fromBase64(text: string, wide: boolean): string[] {
  const signs = text.replace(/[^A-Za-z0-9+/_-]/g, "");
  return [0, 1, 2, 3].flatMap((from) => textsOf(Buffer.from(signs.slice(from), "base64"), wide));
}

/** What stands between bytes in hexadecimal, and before them. */
const BETWEEN_BYTES = /0x|[\s:,;._|-]/gi;

/** Hexadecimal, also with signs between its bytes. */
function fromHex(text: string, wide: boolean): string[] {
  const digits = text.replace(BETWEEN_BYTES, "").match(/[0-9a-f]{12,}/gi) ?? [];
  return digits.flatMap((run) =>
    [0, 1].flatMap((from) =>
      textsOf(Buffer.from(run.slice(from, run.length - ((run.length - from) % 2)), "hex"), wide),
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

/**
 * A text in every reading in which ordinary programs may have written something into it, each {@link folded}: as it is,
 * without escape sequences of terminals, with percent-encoding, character references, backslash escapes and quoted-printable
 * undone (up to three layers), and decoded from base64 or hexadecimal (up to two). A plus may be a space. The number of
 * readings is fixed, so the work is linear.
 *
 * @param wide whether more than ASCII is looked for.
 */
export function decodedViews(text: string, wide = true): Set<string> {
  const visible = withoutEscapes(text).replace(/\p{Cf}/gu, "");
  const plain = new Set([text, visible]);
  let layer = visible;
  for (let count = 0; count < LAYERS; count += 1) {
    const next = withoutEscapes(unescaped(layer));
    const soft = unquotedPrintable(next);
    plain.add(next).add(soft).add(unescaped(soft));
    if (next === layer && soft === next) break;
    layer = next === layer ? soft : next;
  }
  const decoded = new Set<string>();
  for (const known of new Set([visible, layer, unquotedPrintable(layer)])) {
    for (const first of [...fromBase64(known, wide), ...fromHex(known, wide)]) {
      decoded.add(first);
      // What came out as noise holds nothing that was encoded once more.
      if (!isReadable(first)) continue;
      decoded.add(unescaped(first)).add(unquotedPrintable(first));
      for (const second of [...fromBase64(first, wide), ...fromHex(first, wide)]) decoded.add(second);
    }
  }
  const views = new Set([...plain, ...decoded].map(folded));
  for (const view of [...views]) if (view.includes("+")) views.add(view.replaceAll("+", ""));
  return views;
}

const READABLE_RUN = /[A-Za-z0-9+/=_%&;#\\:., -]{12}/;

function isReadable(text: string): boolean {
  return READABLE_RUN.test(text);
}
