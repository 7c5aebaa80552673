import { Buffer } from "node:buffer";

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
  /(?:%[0-9a-f]{2}){1,4096}|&(?:#x[0-9a-f]{1,8}|#[0-9]{1,8}|[a-z]{2,4});|\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[^ux])/gi;
/** Quoted-printable (RFC 2045 section 6.7): soft line breaks, and bytes in runs. */
const SOFT_BREAK = /=[ \t]{0,16}\r?\n[ \t]{0,16}/g;
const QUOTED_PRINTABLE = /(?:=[0-9a-f]{2}){1,4096}/gi;

function unescaped(text: string): string {
  return text.replace(ESCAPES, (written) => {
    if (written.startsWith("%")) return utf8(Buffer.from(written.replaceAll("%", ""), "hex"));
    if (written.startsWith("&")) return reference(written.slice(1, -1));
    const sign = written.charAt(1);
    if (written.length > 2) return codePoint(Number.parseInt(written.slice(2), 16));
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

/** Bytes as text, whatever their character encoding: of UTF-16 the NULs go with the folding. */
function textsOf(bytes: Buffer): string[] {
  if (bytes.length === 0) return [];
  // What is decoded beside it may be no UTF-8; then its own characters still are.
  const texts = [bytes.toString("utf8"), bytes.toString("latin1")];
  if (bytes.includes(0)) {
    texts.push(bytes.toString("utf16le"), bytes.subarray(1).toString("utf16le"));
  }
  return texts;
}

/**
 * Base64 and base64url. What was encoded may begin anywhere in the text, so all four alignments are read; what surrounds
 * it becomes noise.
 */
function fromBase64(text: string): string[] {
  const signs = text.replace(/[^A-Za-z0-9+/_-]/g, "");
  return [0, 1, 2, 3].flatMap((from) => textsOf(Buffer.from(signs.slice(from), "base64")));
}

/** Hexadecimal, also with signs between its bytes. */
function fromHex(text: string): string[] {
  const digits = text.replace(/0x|[\s:,-]/gi, "").match(/[0-9a-f]{12,}/gi) ?? [];
  return digits.flatMap((run) =>
    [0, 1].flatMap((from) =>
      textsOf(Buffer.from(run.slice(from, run.length - ((run.length - from) % 2)), "hex")),
    ),
  );
}

const INVISIBLE = /[\p{C}\p{M}\p{Z}\s+]/gu;

/**
 * A text as it is compared: without case, marks, white space, and signs that nobody sees. A plus is one of those,
 * since a form writes a space so.
 */
export function folded(text: string): string {
  return text.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD").replace(INVISIBLE, "");
}

/**
 * A text in every reading in which ordinary programs may have written something into it, each {@link folded}: as it is,
 * with percent-encoding, character references, backslash escapes and quoted-printable undone (up to three layers), and
 * decoded from base64 or hexadecimal (up to two). The number of readings is fixed, so the work is linear.
 */
export function decodedViews(text: string): Set<string> {
  const visible = text.replace(/\p{Cf}/gu, "");
  const plain = new Set([text, visible]);
  let layer = visible;
  for (let count = 0; count < LAYERS; count += 1) {
    const next = unescaped(layer);
    if (next === layer) break;
    plain.add(next);
    layer = next;
  }
  for (const known of [...plain]) {
    const soft = unquotedPrintable(known);
    if (soft !== known) plain.add(soft).add(unescaped(soft));
  }
  const decoded = new Set<string>();
  for (const known of new Set([visible, layer, unquotedPrintable(layer)])) {
    for (const first of [...fromBase64(known), ...fromHex(known)]) {
      decoded.add(first).add(unescaped(first));
      for (const second of [...fromBase64(first), ...fromHex(first)]) decoded.add(second);
    }
  }
  return new Set([...plain, ...decoded].map(folded));
}
