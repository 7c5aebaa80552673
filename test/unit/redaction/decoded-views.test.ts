import { describe, expect, it } from "vitest";
import { decodedViews, folded, mayBeHex, UNSEEN } from "../../../src/redaction/decoded-views.js";

const hex = (bytes: Buffer) => bytes.toString("hex");
const utf16 = (text: string) => Buffer.from(text, "utf16le");
const bigEndian = (text: string) => utf16(text).swap16();

describe("the readings of a text", () => {
  // A narrow search looks for ASCII only and needs fewer of them. The rest are what its letters decode to as base64.
  it.each<[text: string, narrow: number, wide: number]>([
    ["", 1, 1],
    ["hello", 5, 8],
    ["a b", 3, 5],
    ["ab+cd", 6, 10],
    ["a%2541", 7, 13],
    ["%C3%A4", 5, 10],
    ["=C3=A4bcd", 7, 17],
    ["\\u0041=42", 9, 13],
    ["7365637265742d776f7264", 13, 24],
  ])("of %j are %i where only ASCII is looked for, and %i otherwise", (text, narrow, wide) => {
    expect(decodedViews(text).size).toBe(narrow);
    expect(decodedViews(text, UNSEEN).size).toBe(wide);
  });

  it.each<[text: string, ...readings: string[]]>([
    ["&#65;%42", "ab", "&#65;b", "a%42"],
    ["%26#65;", "&#65;", "a"],
    ["a%2541", "a%41", "aa"],
    ["a=\r\n b", "a=b", "ab"],
    ["x%4\r\n1y", "xay"],
    ["x%4\n1y", "xay"],
    ["x%4\n    1y", "xay"],
    ["x%4\n\t1y", "xay"],
    ["x%4\u200b1y", "xay"],
    ["x%4\u00ad1y", "xay"],
    ["\\\\", "\\"],
    ["ab+cd", "ab+cd", "abcd"],
    [hex(Buffer.from("secret-word")), "secret-word"],
    [`f${hex(Buffer.from("secret-word"))}`, "secret-word"],
    [`0x73, 0x65:63;72_65|74.2d-77 6f72 64`, "secret-word"],
    [hex(utf16("secret-word")), "secret-word"],
    [hex(bigEndian("secret-word")), "secret-word"],
    [`ab${hex(utf16("secret-word"))}`, "secret-word"],
    [`ab${hex(bigEndian("secret-word"))}`, "secret-word"],
    [utf16("secret-word").toString("base64"), "secret-word"],
    [Buffer.from(Buffer.from("secret-word").toString("base64")).toString("hex"), "secret-word"],
  ])("of %j hold what it says", (text, ...readings) => {
    expect([...decodedViews(text)]).toEqual(expect.arrayContaining(readings));
  });

  it("hold several kinds of escape undone together, layer by layer, and leave alone what looks like one more", () => {
    expect(decodedViews("&#97;\\u0062%2563=41")).toContain("abc=41");
    expect(decodedViews("&#65;\\u0042%25C3%25A4", UNSEEN)).toContain("aba¤");
  });

  it("hold one kind of escape undone, in either reading of its bytes, where another one is what was written", () => {
    expect(decodedViews("%C3%A4&#65;", UNSEEN)).toContain("a¤&#65;");
  });

  it("of what was decoded leave out the noise within it, and join no escape across it", () => {
    const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");
    expect(decodedViews(base64("secret-wérest-of-it"), UNSEEN)).toContain("secret-wrest-of-it");
    const parted = decodedViews(base64("abcdefg%4\u00011hijklmn"));
    expect(parted).toContain("abcdefg%41hijklmn");
    expect(parted).not.toContain("abcdefgahijklmn");
  });

  it("of what was decoded are decoded once more whatever NULs are in it", () => {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const withNuls = base64("secret-word").replace(/.../g, "$&\0");
    expect(decodedViews(base64(withNuls))).toContain("secret-word");
  });

  it("hold UTF-16 from six units of a known script in a row on", () => {
    const views = (text: string) => decodedViews(hex(utf16(text)), UNSEEN);
    expect(views("abcdef")).toContain("abcdef");
    const cjk = "漢字";
    expect(views(`${cjk}abcde${cjk}`)).not.toContain(`${cjk}abcde${cjk}`);
    expect(decodedViews(hex(bigEndian(`${cjk}abcde`)), UNSEEN)).not.toContain(`${cjk}abcde`);
    expect(decodedViews(hex(bigEndian(`${cjk}abcdef`)), UNSEEN)).toContain(`${cjk}abcdef`);
    expect(views(`${cjk}abcdef${cjk}`)).toContain(`${cjk}abcdef${cjk}`);
    expect(views("a漢b漢c漢d漢e漢f漢")).not.toContain("a漢b漢c漢d漢e漢f漢");
  });

  it("hold both of two bytes that are a character of UTF-8 and two of Latin-1", () => {
    expect(decodedViews("x%C3%A4y", UNSEEN)).toContain("xa¤y");
    expect(decodedViews("x=C3=A4y", UNSEEN)).toContain("xa¤y");
    expect(decodedViews("x%C3%A4y", UNSEEN)).toContain("xay");
    expect(decodedViews("x%C3%A4y")).not.toContain("xa¤y");
  });

  it("go at least three layers deep, and no more than four", () => {
    const within = (layers: number) => {
      let text = "%41bcdef";
      for (let count = 1; count < layers; count += 1) text = encodeURIComponent(text);
      return decodedViews(text);
    };
    expect(within(3)).toContain("abcdef");
    expect(within(5)).not.toContain("abcdef");
  });

  it("of what was decoded are decoded once more, and not a third time", () => {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    expect(decodedViews(base64(base64("secret-word")))).toContain("secret-word");
    expect(decodedViews(base64(base64(base64("secret-word"))))).not.toContain("secret-word");
  });
});

describe("folded", () => {
  it("is without case and white space", () => {
    expect(folded("Ab\t C\r\n d")).toBe("abcd");
    expect(folded("ÄB C")).toBe(folded("äbc"));
  });

  it("is without marks, wide forms and signs that no one sees, several of them in a row", () => {
    expect(folded("a\u0301\u200b\u200bb\u00a0\u2800\uff23")).toBe("abc");
    expect(folded("\u115f\u1160x\u3164\uffa0")).toBe("x");
    expect(folded("straße")).toBe("strasse");
    expect(folded("ſ")).toBe("s");
  });

  it("is without the escape sequences of terminals", () => {
    expect(folded("a\u001b[31mb")).toBe("ab");
  });
});

describe("mayBeHex", () => {
  it("is so from twelve digits on, signs between bytes aside", () => {
    expect(mayBeHex("0123456789ab")).toBe(true);
    expect(mayBeHex("01:23:45:67:89:AB")).toBe(true);
    expect(mayBeHex("0123456789a")).toBe(false);
    expect(mayBeHex("0123456789ag")).toBe(false);
  });
});
