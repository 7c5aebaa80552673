import { Buffer } from "node:buffer";

/** A secret as some program has written it. */
export interface WrittenForm {
  readonly text: string;
  /** Signs of base64 before and behind it that go with it; see {@link REPEATED}. */
  readonly before: number;
  readonly after: number;
  /** A beginning of it, where a text was cut, gives away a beginning of the value. */
  readonly isText: boolean;
}

/**
 * A value that repeats itself (`""""`) is found in base64 a little before its place, where it looks the same at another
 * alignment: a few signs of a neighbour go with it.
 */
const REPEATED = 3;

const MARKUP: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
]);

const json = (value: string) => JSON.stringify(value).slice(1, -1);
const percent = (value: string) => encodeURIComponent(value.replace(/\p{Cs}/gu, "\ufffd"));
const lowerPercent = (value: string) => percent(value).replace(/%../g, (code) => code.toLowerCase());
const form = (value: string) => new URLSearchParams([["", value]]).toString().slice(1);
const markup = (apostrophe: string) => (value: string) =>
  value.replace(/[&<>"']/g, (sign) => MARKUP.get(sign) ?? apostrophe);
const html = markup("&#39;");
const slashed = (value: string) => value.replaceAll("/", "\\/");
const unicode = (pattern: RegExp, casing: (digits: string) => string) => (value: string) =>
  json(value).replace(pattern, (unit) => `\\u${casing(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`);
const upper = (digits: string) => digits.toUpperCase();
const same = (digits: string) => digits;

/** How ordinary programs write a text into another one. */
const TEXT_FORMS: readonly ((value: string) => string)[] = [
  same,
  json,
  slashed,
  (value) => slashed(json(value)),
  (value) => json(json(value)),
  unicode(/[^ -~]/g, same),
  unicode(/[^ -~]/g, upper),
  unicode(/[^ -~]|[<>&'+]/g, same),
  unicode(/[^ -~]|[<>&'+]/g, upper),
  (value) => value.replace(/["\\]/g, "\\$&"),
  percent,
  lowerPercent,
  (value) => percent(percent(value)),
  form,
  html,
  markup("&apos;"),
  markup("&#x27;"),
  markup("'"),
  (value) => json(html(value)),
];

/** How base64 is written where some of its signs must be escaped. */
const BASE64_FORMS: readonly ((value: string) => string)[] = [
  same,
  percent,
  (value) => value.replaceAll("/", "\\/"),
  (value) => value.replaceAll("/", "\\/").replaceAll("+", "\\u002B"),
  (value) => value.replaceAll("/", "\\/").replaceAll("+", "\\u002b"),
];

/** Every form of a value that is looked for in text which is partly this program's own. */
export function writtenForms(value: string): WrittenForm[] {
  const forms = new Map<string, WrittenForm>();
  const add = (text: string, before: number, after: number, isText: boolean) => {
    if (!forms.has(text)) forms.set(text, { text, before, after, isText });
  };
  for (const write of TEXT_FORMS) add(write(value), 0, 0, true);
  const bytes = Buffer.from(value, "utf8");
  add(bytes.toString("hex"), 0, 0, false);
  add(upper(bytes.toString("hex")), 0, 0, false);
  for (const encoding of ["base64", "base64url"] as const) {
    for (const offset of [0, 1, 2]) {
      const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString(encoding)
        .replaceAll("=", "");
      // The signs at both ends carry bits of a neighbour too.
      const shared = (offset + bytes.length) % 3 === 0 ? 0 : 1;
      const own = encoded.slice(offset === 0 ? 0 : offset + 1, encoded.length - shared);
      for (const write of BASE64_FORMS) add(write(own), offset === 0 ? 0 : 1, shared + REPEATED, false);
    }
  }
  return [...forms.values()];
}
