import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretSearch } from "../../../src/redaction/secret-search.js";

const unit = (value: string) => value.split("");
const entities = (value: string) => [...value].map((sign) => `&#${sign.codePointAt(0)};`).join("");
const base64 = (value: string) => Buffer.from(value).toString("base64");
const quotedPrintable = (value: string) =>
  [...Buffer.from(value)].map((byte) => `=${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("");
const allPercent = (value: string) => quotedPrintable(value).replaceAll("=", "%");
const latin1Percent = (value: string) =>
  [...Buffer.from(value, "latin1")].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const bigEndian = (value: string) => Buffer.from(value, "utf16le").swap16();
const braced = (value: string) =>
  [...value].map((sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`).join("");
const unicode = (value: string) =>
  unit(value)
    .map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

const unseen = (value: string, sign: string) => Buffer.from(unit(value).join(sign), "utf16le");

/** Every form that SECURITY.md promises. */
const FORMS: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  "JSON string": JSON.stringify,
  "JSON string, twice": (value) => JSON.stringify(JSON.stringify(value)),
  "backslash u for each character": unicode,
  "percent-encoding": encodeURIComponent,
  "percent-encoding of each byte": allPercent,
  "percent-encoding, lower case": (value) => allPercent(value).toLowerCase(),
  "percent-encoding, with a character cut behind it": (value) => `${allPercent(value)}%C3`,
  "percent-encoding, with a byte before it that is no UTF-8": (value) => `%E9${allPercent(value)}`,
  "percent-encoding of Latin-1": latin1Percent,
  "percent-encoding of Latin-1, with UTF-8 before it": (value) => `%C3%A4${latin1Percent(value)}`,
  "quoted-printable, with a byte before it that is no UTF-8": (value) => `=E9${quotedPrintable(value)}`,
  "percent-encoding, each byte after a backslash, in JSON": (value) =>
    JSON.stringify(allPercent(value).replaceAll("%", "\\%")),
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
  "base64 of JSON": (value) => base64(JSON.stringify({ p: value })),
  "base64 of JSON, its quotation marks escaped, twice": (value) =>
    base64(base64(JSON.stringify(JSON.stringify(value)))),
  "base64 of backslash u with braces": (value) => base64(braced(value)),
  "base64 of percent-encoding, twice": (value) => base64(allPercent(allPercent(value))),
  "base64 of percent-encoded base64": (value) => base64(allPercent(base64(value))),
  "base64 of hexadecimal": (value) => base64(Buffer.from(value).toString("hex")),
  "hexadecimal of quoted-printable": (value) => Buffer.from(quotedPrintable(value)).toString("hex"),
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
  "quoted-printable, soft line breaks within the references in it": (value) =>
    entities(value).replace(/(.{4})/g, "$1=\r\n"),
  "backslash u with braces and soft line breaks": (value) => braced(value).replace(/(.{5})/g, "$1=\r\n"),
  "percent-encoding in folded lines": (value) => allPercent(value).replace(/(.{5})/g, "$1\r\n "),
  "invisible signs in UTF-16, in base64": (value) => unseen(value, "\u2060").toString("base64"),
  "invisible signs in UTF-16, in hexadecimal": (value) => unseen(value, "\ufeff").toString("hex"),
  "invisible signs in UTF-16, big endian, in base64": (value) =>
    Buffer.from(unseen(value, "\u034f")).swap16().toString("base64"),
  NFD: (value) => value.normalize("NFD"),
  NFC: (value) => value.normalize("NFC"),
  "UTF-16, read as Latin-1": (value) => Buffer.from(value, "utf16le").toString("latin1"),
  "UTF-16, big endian, in base64": (value) => bigEndian(value).toString("base64"),
  "UTF-16, big endian, in hexadecimal": (value) => bigEndian(value).toString("hex"),
  "UTF-16 in base64": (value) => Buffer.from(value, "utf16le").toString("base64"),
  "cut by one character at its end": (value) => value.slice(0, -1),
  "cut by one character at its beginning": (value) => value.slice(1),
  "cut in base64": (value) => base64(value).slice(0, -2),
};

/** Names of HTML 5 for the signs of ASCII. */
const HTML: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "!": "&excl;", "#": "&num;" },
  ...{ $: "&dollar;", "%": "&percnt;", "(": "&lpar;", ")": "&rpar;", "*": "&ast;", "+": "&plus;" },
  ...{ ",": "&comma;", ".": "&period;", "/": "&sol;", ":": "&colon;", ";": "&semi;", "=": "&equals;" },
  ...{ "?": "&quest;", "@": "&commat;", "[": "&lsqb;", "\\": "&bsol;", "]": "&rsqb;", "^": "&Hat;" },
  ...{ _: "&lowbar;", "`": "&grave;", "{": "&lcub;", "|": "&verbar;", "}": "&rcub;" },
};

/** Code units of UTF-16. */
function unit16(sign: string): number[] {
  return Array.from({ length: sign.length }, (_, at) => sign.charCodeAt(at));
}

const search = (...secrets: string[]) => new SecretSearch(secrets.map((value) => ({ value })));

const times = (count: number, write: (value: string) => string, value: string): string =>
  count === 0 ? value : times(count - 1, write, write(value));
/** Text of that length in which no six characters come twice. */
const distinct = (length: number) =>
  Array.from({ length: length / 4 + 1 }, (_, at) => `${at}`.padStart(4, "-"))
    .join("")
    .slice(0, length);

describe("outside text that holds a secret", () => {
  for (const secret of [
    "Tr0ub4dor&3x",
    "Zürich\"Käse'9!",
    "p@ss<w>rd%41\\x",
    'k"7"m"2"q"9"',
    "Пароль-1234",
  ]) {
    for (const [name, write] of Object.entries(FORMS)) {
      if (name.includes("Latin-1") && /[^\0-\xff]/.test(secret)) continue;
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

  it("is found whatever signs it has, written as ordinary programs write it, also where they look like another escape", () => {
    const printable = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at));
    const like = ["\\", "&lt", "&amp;", "%41", "%2", "=3D", "\\u0041", "&x", "&#65;", '"', "<"];
    const password = fc
      .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...printable) }, fc.constantFrom(...like)), {
        minLength: 8,
        maxLength: 24,
      })
      .map((signs) => signs.join("").slice(0, 24));
    const html = (value: string) => value.replace(/[&<>"']/g, (sign) => HTML[sign] ?? sign);
    const json = (value: string) => JSON.stringify(value).slice(1, -1);
    const printed = (value: string) => value.replaceAll("=", "=3D").replace(/(.{9})/g, "$1=\r\n");
    const ways: Record<string, (value: string) => string> = {
      ...{ html, json, printed, encodeURI, encodeURIComponent },
      "JSON in HTML": (value) => html(json(value)),
      "HTML in JSON": (value) => json(html(value)),
      "HTML in quoted-printable": (value) => printed(html(value)),
      "SIP's quoted string": (value) => value.replace(/["\\]/g, "\\$&"),
      "HTML, by every name": (value) => value.replace(/[!-/:-@[-`{-~]/g, (sign) => HTML[sign] ?? sign),
      "JSON of a URL in HTML": (value) => html(json(encodeURI(value))),
      "JSON in base64": (value) => base64(JSON.stringify({ password: value })),
    };
    for (const [name, write] of Object.entries(ways)) {
      fc.assert(
        fc.property(password, (value) => {
          expect(search(value).isFree(`bad password "${write(value)}"`), `${name} of ${value}`).toBe(false);
        }),
        { numRuns: 300, seed: 20261130 },
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
    expect(search("x482913").isFree("it is 482913")).toBe(true);
    expect(search("xy482913").isFree("it is 482913")).toBe(false);
  });

  it("is found by a shorter secret where that is its own word", () => {
    expect(search("1001").isFree("bad pin: 1001.")).toBe(false);
    expect(search("1001").isFree("port 51001 is closed")).toBe(true);
    expect(search("e").isFree("see e")).toBe(true);
    expect(search("ee").isFree("see ee")).toBe(false);
    expect(search("a.b!c").isFree("xa.b!cx")).toBe(false);
  });

  it("is found by any part of a secret of up to 4 KiB, and by the first and the last kilobyte of a longer one", () => {
    const whole = distinct(4_096);
    expect(search(whole).isFree(whole.slice(2_000, 2_006))).toBe(false);
    const long = distinct(4_097);
    for (const [from, isFree] of [
      [0, false],
      [1_018, false],
      [1_019, true],
      [2_000, true],
      [4_097 - 1_025, true],
      [4_097 - 1_024, false],
      [4_097 - 6, false],
    ] as const) {
      expect(search(long).isFree(long.slice(from, from + 6)), String(from)).toBe(isFree);
    }
  });

  it("is found by the six characters at its end where the first sign of its base64 was cut off", () => {
    expect(search("98765432").isFree(`error: ${base64("98765432").slice(1)}`)).toBe(false);
  });

  it("is found in Latin-1 whose bytes are UTF-8 of something else as well", () => {
    const secret = "É§x7É§y2É§";
    const bytes = Buffer.from(secret, "latin1");
    const percent = latin1Percent(secret);
    for (const text of [
      percent,
      percent.replaceAll("%", "="),
      bytes.toString("base64"),
      bytes.toString("hex"),
    ]) {
      expect(search(secret).isFree(`error: ${text}`), text).toBe(false);
    }
  });

  it("is found in UTF-16 of a script whose signs have many high bytes", () => {
    for (const bytes of [Buffer.from("密码七只小羊很好", "utf16le"), bigEndian("密码七只小羊很好")]) {
      expect(search("密码七只小羊很好").isFree(`error: x${bytes.toString("hex")}`)).toBe(false);
    }
  });

  it("is found under as many layers as are promised, and no text is decoded without end", () => {
    const secret = "Tr0ub4dor&3x";
    const isFound = (layers: number, write: (value: string) => string) =>
      !search(secret).isFree(`error: ${times(layers, write, secret)}`);
    for (const write of [allPercent, quotedPrintable, entities, unicode]) {
      expect([1, 2, 3, 5].map((layers) => isFound(layers, write))).toEqual([true, true, true, false]);
    }
    expect(isFound(4, quotedPrintable)).toBe(false);
    const hex = (value: string) => Buffer.from(value).toString("hex");
    for (const write of [base64, hex]) {
      expect([1, 2, 3].map((layers) => isFound(layers, write))).toEqual([true, true, false]);
    }
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

describe("what is in the caller's own words", () => {
  const free = (secret: string, text: string, ...known: string[]) =>
    new SecretSearch([{ value: secret }], { known }).isFree(text);

  it.each([
    ["two characters", "zq"],
    ["five", "zq-48"],
    ["six", "482913"],
    ["seven", "x482913"],
    ["eight", "tulip-48"],
    ["white space", "1 2 3 4 5"],
  ])("is not looked for (%s)", (_length, secret) => {
    const said = `it is ${secret} now`;
    expect(free(secret, said)).toBe(false);
    expect(free(secret, said, "nothing of it")).toBe(false);
    expect(free(secret, said, `perhaps ${secret}?`)).toBe(true);
  });

  it("is looked for anyway where it is there only within a word, or in part", () => {
    expect(free("1001", "it is 1001", "port 51001")).toBe(false);
    expect(free("x482913", "it is x482913", "482913")).toBe(false);
    expect(free("tulip-rocket", "it is tulip-rocket", "tulip-")).toBe(false);
    expect(free("tulip-rocket", "it is tulip-", "tulip-")).toBe(true);
  });

  it("counts up to 4,096 characters, of all texts together; with more no text is free, whatever it says", () => {
    const [one, other] = ["x".repeat(4_000), "y".repeat(88)];
    const said = (...known: string[]) =>
      ["it is tulip-48", "nothing of it"].map((text) => free("tulip-48", text, ...known));
    expect(said(one, other)).toEqual([false, true]);
    expect(said(one, other, "tulip-48")).toEqual([true, true]);
    expect(said(one, other, "tulip-48", "x")).toEqual([false, false]);
    expect(said("tulip-48", one, `${other}x`)).toEqual([false, false]);
    expect(said(...Array.from({ length: 4_097 }, () => "a"))).toEqual([false, false]);
  });
});

describe("limits", () => {
  it("leaves text out that would have to be looked through for too many secrets", () => {
    const many = Array.from({ length: 4_097 }, (_, at) => `secret-${at}`);
    expect(search(...many).isFree("fine")).toBe(false);
    expect(search(...many.slice(1)).isFree("fine")).toBe(true);
  });

  it("leaves text out that would have to be looked through for more than 65,536 characters of secrets", () => {
    const many = Array.from({ length: 16 }, (_, at) =>
      distinct(4_096).replaceAll("-", String.fromCharCode(97 + at)),
    );
    expect(search(...many).isFree("fine")).toBe(true);
    expect(search(...many, "x").isFree("fine")).toBe(false);
    expect(search(...many.slice(1), distinct(400_000)).isFree("fine")).toBe(true);
  });

  it("looks each place of a text up in a table of fixed size, however many secrets there are", () => {
    const long = Array.from({ length: 16 }, (_, at) => `${at}`.repeat(1_000).slice(0, 1_000));
    expect(search(...long).isFree("a ".repeat(8_000))).toBe(true);
  });
});
