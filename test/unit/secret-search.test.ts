import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretSearch } from "../../src/secret-search.js";

const unit = (value: string) => value.split("");
const entities = (value: string) => [...value].map((sign) => `&#${sign.codePointAt(0)};`).join("");
const base64 = (value: string) => Buffer.from(value).toString("base64");
const quotedPrintable = (value: string) =>
  [...Buffer.from(value)].map((byte) => `=${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("");
const allPercent = (value: string) => quotedPrintable(value).replaceAll("=", "%");
const unicode = (value: string) =>
  unit(value)
    .map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** Every form that SECURITY.md promises. */
const FORMS: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  "JSON string": JSON.stringify,
  "JSON string, twice": (value) => JSON.stringify(JSON.stringify(value)),
  "backslash u for each character": unicode,
  "percent-encoding": encodeURIComponent,
  "percent-encoding of each byte": allPercent,
  "percent-encoding, lower case": (value) => allPercent(value).toLowerCase(),
  "percent-encoding, twice": (value) => encodeURIComponent(allPercent(value)),
  "a form's field": (value) => new URLSearchParams([["", value]]).toString().slice(1),
  "character references": entities,
  "hexadecimal character references": (value) =>
    [...value].map((sign) => `&#x${sign.codePointAt(0)?.toString(16)};`).join(""),
  "references within percent-encoding": (value) => encodeURIComponent(entities(value)),
  "quoted-printable": quotedPrintable,
  "quoted-printable with soft line breaks": (value) => quotedPrintable(value).replace(/(.{9})/g, "$1=\r\n"),
  base64,
  "base64, twice": (value) => base64(base64(value)),
  "base64 with a user before it": (value) => base64(`1001:${value}`),
  base64url: (value) => Buffer.from(`x${value}`).toString("base64url"),
  "base64 in folded lines": (value) => base64(value).replace(/(.{5})/g, "$1\r\n "),
  "percent-encoded base64": (value) => encodeURIComponent(base64(value)),
  hexadecimal: (value) => Buffer.from(value).toString("hex"),
  "hexadecimal, upper case": (value) => Buffer.from(value).toString("hex").toUpperCase(),
  "hexadecimal with colons": (value) => (Buffer.from(value).toString("hex").match(/../g) ?? []).join(":"),
  "upper case": (value) => value.toUpperCase(),
  "lower case": (value) => value.toLowerCase(),
  "hexadecimal with spaces": (value) => (Buffer.from(value).toString("hex").match(/../g) ?? []).join(" "),
  "hexadecimal bytes in a list": (value) =>
    (Buffer.from(value).toString("hex").match(/../g) ?? []).map((byte) => `0x${byte}`).join(", "),
  "escape sequences of a terminal between its letters": (value) => unit(value).join("\u001b[0m"),
  "references without their semicolon": (value) =>
    unit(value)
      .map((sign) => `&#${sign.codePointAt(0)}`)
      .join(""),
  "%u escapes": (value) =>
    value.replace(/./gsu, (sign) =>
      unit16(sign)
        .map((code) => `%u${code.toString(16).padStart(4, "0")}`)
        .join(""),
    ),
  "quoted-printable in base64": (value) =>
    base64(
      [...Buffer.from(value)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
    ),
  "zero-width signs": (value) => unit(value).join("\u200b"),
  "soft hyphens": (value) => unit(value).join("\u00ad"),
  "folded lines": (value) => value.replace(/(.{3})/gsu, "$1\r\n "),
  NFD: (value) => value.normalize("NFD"),
  NFC: (value) => value.normalize("NFC"),
  "UTF-16, little endian": (value) => Buffer.from(value, "utf16le").toString("latin1"),
  "UTF-16 in base64": (value) => Buffer.from(value, "utf16le").toString("base64"),
  "cut by one character at its end": (value) => value.slice(0, -1),
  "cut by one character at its beginning": (value) => value.slice(1),
  "cut in base64": (value) => base64(value).slice(0, -2),
};

/** Code units of UTF-16. */
function unit16(sign: string): number[] {
  return Array.from({ length: sign.length }, (_, at) => sign.charCodeAt(at));
}

const search = (...secrets: string[]) => new SecretSearch(secrets.map((value) => ({ value })));

describe("outside text that holds a secret", () => {
  for (const secret of ["Tr0ub4dor&3x", "Zürich\"Käse'9!", "p@ss<w>rd%41\\x"]) {
    for (const [name, write] of Object.entries(FORMS)) {
      it(`is found as ${name} (${secret.length} characters)`, () => {
        expect(search(secret).isFree(`error: ${write(secret)} is not allowed`)).toBe(false);
      });
    }
  }

  it("is found for random secrets in every form, inside random text", () => {
    const secret = fc.string({
      unit: fc.constantFrom(..."abcXYZ019!%&/=-_üñ"),
      minLength: 9,
      maxLength: 40,
    });
    const around = fc.string({ maxLength: 30 });
    for (const [name, write] of Object.entries(FORMS)) {
      fc.assert(
        fc.property(secret, around, (value, before) => {
          const found = !search(value).isFree(`${before} ${write(value)} `);
          expect(found, name).toBe(true);
        }),
        { numRuns: 40, seed: 20261129 },
      );
    }
  });

  it("is found where folding would leave nothing of it, and where a plus may be a space", () => {
    for (const secret of ["1 2 3 4 5", "+++++++++", "a+b+c+d+e"]) {
      expect(search(secret).isFree(`your password is ${secret} ok`)).toBe(false);
      expect(search(secret).isFree("your password is fine")).toBe(true);
    }
    expect(search("moose hunter").isFree("it was moose+hunter")).toBe(false);
  });

  it("is found by six characters in a row of a secret of eight or more", () => {
    expect(search("hunter2-moose").isFree("near -moose!")).toBe(false);
    expect(search("hunter2-moose").isFree("near moose!")).toBe(true);
  });

  it("is found by the whole of a secret of six or seven", () => {
    expect(search("482913").isFree("it is 14829136")).toBe(false);
    expect(search("482913").isFree("it is 48291")).toBe(true);
    expect(search("x482913").isFree("it is X482913")).toBe(false);
  });

  it("is found by a shorter secret where that is a word of its own", () => {
    expect(search("1001").isFree("bad pin: 1001.")).toBe(false);
    expect(search("1001").isFree("port 51001 is closed")).toBe(true);
    expect(search("e").isFree("see e")).toBe(true);
  });

  it("is found by the first and the last kilobyte of a very long secret", () => {
    const long = Array.from({ length: 2_000 }, (_, at) => `k${at}`).join("-");
    expect(search(long).isFree(long.slice(100, 120))).toBe(false);
    expect(search(long).isFree(long.slice(-50))).toBe(false);
  });
});

describe("outside text that holds none", () => {
  it("is free, whatever the text, with a secret of characters that it does not have", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 300 }), (text) =>
        search("ЖЩЪЫЭЮЯЖ").isFree(text),
      ),
    );
  });

  it("is free with no secret at all", () => {
    expect(search().isFree("anything")).toBe(true);
  });
});

describe("limits", () => {
  it("leaves text out that would have to be looked through for too many secrets", () => {
    const many = Array.from({ length: 513 }, (_, at) => `secret-number-${at}`);
    expect(search(...many).isFree("fine")).toBe(false);
  });

  it("looks each place of a text up in a table of fixed size, however many secrets there are", () => {
    const long = Array.from({ length: 40 }, (_, at) => `${at}`.repeat(1_000));
    expect(search(...long).isFree("a ".repeat(8_000))).toBe(true);
  });
});
