import { Buffer } from "node:buffer";
import { ESCAPES, latin1, quotedPrintable, unbroken, undoneAtOnce } from "./escapes.js";
import { withoutEscapes } from "./text.js";

/** Layers of escaping that are undone: a text that was encoded twice, inside a text that was escaped once more. */
const LAYERS = 3;
/** Times that it is decoded from base64 or hexadecimal. */
const DECODED = 2;

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
  if (high === undefined) {
    const ascii = { ...plain, text: plain.text.replace(/[^\x09\x0a\x0d\x20-\x7e]/g, "") };
    return [ascii, ...utf16(bytes, 0, UNSEEN), ...utf16(bytes, 1, UNSEEN)];
  }
  // What is decoded beside it may be no UTF-8; then its own characters still are.
  return [
    plain,
    decoded(bytes.toString("utf8"), READABLE),
    ...utf16(bytes, 0, high),
    ...utf16(bytes, 1, high),
  ];
}

/** High bytes, in UTF-16, of ASCII and of invisible characters. */
export const UNSEEN: ReadonlySet<number> = new Set([
  0x00, 0x03, 0x06, 0x11, 0x17, 0x18, 0x20, 0x31, 0xfe, 0xff,
]);

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

/** Separators between bytes in hexadecimal, and prefixes. */
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

/** A text as it is compared: without case, marks, white space, and invisible characters. */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/\s+/g, "");
  const plain = withoutEscapes(text);
  return plain.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD").replace(INVISIBLE, "");
}

/** Characters of which every escape has one. */
const ESCAPED = /[%&\\=]/;
/** A line that continues in the next one. */
const FOLD = /\r?\n[ \t]{0,16}/g;

/**
 * The readings of a text with each layer of escaping undone; of them, those within which it may have been encoded.
 *
 * A layer is undone once for all kinds of escape together, and once for each kind separately: a character that looks like the beginning
 * of one kind may be what another one has written out.
 *
 * @param wide whether more than ASCII is looked for.
 */
function layersOf(text: string, wide: boolean): { views: Set<string>; inmost: Set<string> } {
  const views = new Set([text]);
  const inmost = new Set([text]);
  if (!ESCAPED.test(text)) return { views, inmost };
  // A line may have been broken within an escape.
  for (const start of new Set([text, unbroken(text), unbroken(text).replace(FOLD, "")])) {
    undoTogether(start, wide, views, inmost);
    undoAlone(start, wide, views);
  }
  return { views, inmost };
}

function undoTogether(start: string, wide: boolean, views: Set<string>, inmost: Set<string>): void {
  let layer = start;
  for (let count = 0; count < LAYERS; count += 1) {
    const next = withoutEscapes(undoneAtOnce(layer));
    const soft = quotedPrintable.undone(next);
    views.add(next).add(soft).add(undoneAtOnce(soft));
    if (wide && TWO_READINGS.test(layer))
      views.add(undoneAtOnce(layer, latin1)).add(quotedPrintable.undone(layer, latin1));
    if (next === layer && soft === next) break;
    layer = next === layer ? soft : next;
  }
  inmost.add(layer).add(quotedPrintable.undone(layer));
}

/** At most 84 readings, and fewer than a third of them where the kinds leave each other alone. */
function undoAlone(start: string, wide: boolean, views: Set<string>): void {
  const seen = new Set([start]);
  let layer = new Set(seen);
  for (let count = 0; count < LAYERS; count += 1) {
    const next = new Set<string>();
    for (const text of layer) {
      for (const undone of undoneOnce(text, wide)) if (!seen.has(undone)) next.add(undone);
    }
    for (const text of next) {
      seen.add(text);
      views.add(text);
    }
    layer = next;
  }
}

function undoneOnce(text: string, wide: boolean): string[] {
  const twice = wide && TWO_READINGS.test(text);
  return ESCAPES.filter(({ sign }) => text.includes(sign))
    .flatMap((kind) => (twice ? [kind.undone(text), kind.undone(text, latin1)] : [kind.undone(text)]))
    .map(withoutEscapes);
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
