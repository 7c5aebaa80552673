import { Buffer } from "node:buffer";

/*
 * Header values are text in UTF-8 (RFC 3261 25.1), but some PBXs write Latin-1. Such a byte is represented in a string by a lone
 * surrogate, U+DC80 to U+DCFF, and becomes the same byte again where the string is sent or hashed: a realm must be echoed
 * and hashed as it came.
 */
const LONE = /[\udc80-\udcff]/gu;
const FIRST = 0xdc00;

/** Bytes as text; those that are not UTF-8 in a form from which {@link encodeBytes} restores them. Linear. */
export function decodeBytes(bytes: Buffer): { text: string; isUtf8: boolean } {
  const text = bytes.toString("utf8");
  if (!text.includes("\ufffd") || Buffer.from(text, "utf8").equals(bytes)) return { text, isUtf8: true };
  const parts: string[] = [];
  let valid = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(bytes.toString("utf8", valid, at), String.fromCharCode(FIRST + (bytes[at] ?? 0)));
    at += 1;
    valid = at;
  }
  return { text: parts.join("") + bytes.toString("utf8", valid), isUtf8: false };
}

/** The bytes of a text that {@link decodeBytes} may have made. */
export function encodeBytes(text: string): Buffer {
  const parts = text.split(LONE);
  if (parts.length === 1) return Buffer.from(text, "utf8");
  const alone = text.match(LONE) ?? [];
  return Buffer.concat(
    parts.flatMap((part, index) => {
      const lone = alone[index];
      const bytes = Buffer.from(part, "utf8");
      return lone === undefined ? [bytes] : [bytes, Buffer.of(lone.charCodeAt(0) - FIRST)];
    }),
  );
}

/** How many bytes the character at this place has; 0: it is not UTF-8 (RFC 3629 4). */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let next = at + 2; next < at + length; next += 1) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}
