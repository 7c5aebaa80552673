import { describe, expect, it } from "vitest";
import { ESCAPES, latin1, quotedPrintable, unbroken, undoneAtOnce } from "../../../src/redaction/escapes.js";

type Rows = readonly (readonly [written: string, read: string])[];

function kindOf(sign: string) {
  const kind = ESCAPES.find((each) => each.sign === sign);
  if (kind === undefined) throw new Error(`no escape has ${sign}`);
  return kind;
}

const PERCENT: Rows = [
  ["%41", "A"],
  ["%7e%7E%80%ff", "~~\x80\xff"],
  ["a%20b%2Bc", "a b+c"],
  // UTF-8 of two, three and four bytes, at both ends of each, and beside ASCII.
  ["%C2%A0%DF%BF", "\u00a0\u07ff"],
  ["%E0%A0%80%EF%BF%BD", "\u0800\ufffd"],
  ["%f0%90%80%80%f4%8f%bf%bf", "\u{10000}\u{10ffff}"],
  ["x%C3%BCy%E2%82%ACz%F0%9F%90%9F", "xüy€z🐟"],
  ["%31%C3%BC%32%E2%82%AC", "1ü2€"],
  // Bytes that are no UTF-8 are Latin-1, and those beside them are not touched by it.
  ["%E4", "ä"],
  ["%E4%C3%A4", "ää"],
  ["%C3%A4%C3", "äÃ"],
  ["%C3%41%A4", "ÃA¤"],
  ["%E2%82%41%E2%82%AC", "â\x82A€"],
  ["%E2%41%82%AC", "âA\x82¬"],
  ["%41%82%AC", "A\x82¬"],
  ["%F0%9F%90%41%F0%9F%90%9F", "ð\x9f\x90A🐟"],
  ["%F0%9F%41%90", "ð\x9fA\x90"],
  ["%41%9F%90%9F", "A\x9f\x90\x9f"],
  ["%u0041%U00e4%u20AC", "Aä€"],
  ["%uD83D%uDC1F", "🐟"],
  ["%25%34%31", "%41"],
  ["%2541", "%41"],
  // Cut, or of other signs.
  ["%", "%"],
  ["100 %", "100 %"],
  ["%4", "%4"],
  ["%4g%g4", "%4g%g4"],
  ["%u", "%u"],
  ["%u004", "%u004"],
  ["%u00g1%ug041", "%u00g1%ug041"],
  ["%u00411", "A1"],
];

/** Each name of a sign in HTML. */
const NAMED: readonly (readonly [sign: string, ...names: string[]])[] = [
  ["&", "amp", "AMP"],
  ["<", "lt", "LT"],
  [">", "gt", "GT"],
  ['"', "quot", "QUOT"],
  ["'", "apos"],
  ["!", "excl"],
  ["#", "num"],
  ["$", "dollar"],
  ["%", "percnt"],
  ["(", "lpar"],
  [")", "rpar"],
  ["*", "ast", "midast"],
  ["+", "plus"],
  [",", "comma"],
  [".", "period"],
  ["/", "sol"],
  [":", "colon"],
  [";", "semi"],
  ["=", "equals"],
  ["?", "quest"],
  ["@", "commat"],
  ["[", "lsqb", "lbrack"],
  ["\\", "bsol"],
  ["]", "rsqb", "rbrack"],
  ["^", "Hat"],
  ["_", "lowbar", "UnderBar"],
  ["`", "grave", "DiacriticalGrave"],
  ["{", "lcub", "lbrace"],
  ["|", "verbar", "vert", "VerticalLine"],
  ["}", "rcub", "rbrace"],
  ["-", "hyphen", "dash"],
  ["\t", "Tab"],
  ["\n", "NewLine"],
  // Of Latin-1 the first, the last, and some between.
  ["\u00a0", "nbsp"],
  ["§", "sect"],
  ["µ", "micro"],
  ["¶", "para"],
  ["Ä", "Auml"],
  ["Ç", "Ccedil"],
  ["È", "Egrave"],
  ["Ö", "Ouml"],
  ["×", "times"],
  ["Ú", "Uacute"],
  ["ß", "szlig"],
  ["ë", "euml"],
  ["ì", "igrave"],
  ["ý", "yacute"],
  ["þ", "thorn"],
  ["ÿ", "yuml"],
];

const REFERENCES: Rows = [
  ...NAMED.flatMap(([sign, ...names]) => names.map((name) => [`&${name};`, sign] as const)),
  ["&lt;b&gt", "<b>"],
  ["&Lpar;&RPAR;", "()"],
  ["&auml;&AUML;", "ää"],
  ["&frac12&sup2", "½²"],
  ["&#65;&#66", "AB"],
  ["&#x4a;&#X4A;&#x4B", "JJK"],
  ["&#x000000000000004a;", "J"],
  ["&#0000000000000065;", "A"],
  ["&#128031;&#x1F41F;", "🐟🐟"],
  ["&#1114111;&#x10ffff;", "\u{10ffff}\u{10ffff}"],
  ["a&#1114112;&#x110000;&#9999999999999999;b", "ab"],
  // One layer, and only the semicolon of its own.
  ["&amp;lt;", "&lt;"],
  ["&#65;;", "A;"],
  ["&", "&"],
  ["a & b", "a & b"],
  ["&;&#;&#x;", "&;&#;&#x;"],
  ["&#xg1;&#g1;", "&#xg1;&#g1;"],
  ["&l;", "&l;"],
  ["&9lt;", "&9lt;"],
  ["&nosuchname;&nosuchname", "&nosuchname;&nosuchname"],
  ["&CounterClockwiseContour", "&CounterClockwiseContour"],
];

const BACKSLASHES: Rows = [
  ["\\b\\f\\n\\r\\t", "\b\f\n\r\t"],
  ['\\"\\\\\\/', '"\\/'],
  ["\\a\\N\\0\\%", "aN0%"],
  ["\\\n", "\n"],
  ["\\u0041\\U00e4\\u20AC", "Aä€"],
  ["\\ud83d\\uDC1F", "🐟"],
  ["\\u00411", "A1"],
  ["\\x41\\X4a\\xE4", "AJä"],
  ["\\x411", "A1"],
  ["\\u{9}\\u{1F41f}\\u{10ffff}", "\t🐟\u{10ffff}"],
  ["a\\u{110000}b", "ab"],
  ["\\\\u0041", "\\u0041"],
  ["\\\\x41", "\\x41"],
  ["\\", "\\"],
  ["\\u\\x", "\\u\\x"],
  ["\\u004", "\\u004"],
  ["\\u00g1\\ug041", "\\u00g1\\ug041"],
  ["\\x4", "\\x4"],
  ["\\x4g\\xg4", "\\x4g\\xg4"],
  ["\\u{}\\u{g}\\u{1g}\\u{41", "\\u{}\\u{g}\\u{1g}\\u{41"],
  ["\\u{0000041}", "\\u{0000041}"],
];

const SPACES = " \t".repeat(8);

const BREAKS: Rows = [
  ["one=\r\ntwo=\nthree", "onetwothree"],
  ["one= \t\r\n\t two", "onetwo"],
  [`one=${SPACES}\r\n${SPACES}two`, "onetwo"],
  ["one=", "one="],
  ["one=\rtwo", "one=\rtwo"],
  ["one\r\ntwo\nthree", "one\r\ntwo\nthree"],
  ["one=two\r\n", "one=two\r\n"],
];

const PRINTED: Rows = [
  ...BREAKS,
  ["=41=3D=7e=7E", "A=~~"],
  ["x=C3=BCy=E2=82=ACz", "xüy€z"],
  ["=C3=\r\n=BC", "ü"],
  ["=C=\r\n3=BC", "ü"],
  ["=E4", "ä"],
  ["=E4=C3=A4", "ää"],
  ["=3D41", "=41"],
  ["=", "="],
  ["=4=4g=g4", "=4=4g=g4"],
];

describe.each([
  ["percent-encoding", "%", PERCENT],
  ["character references", "&", REFERENCES],
  ["backslash escapes", "\\", BACKSLASHES],
  ["quoted-printable", "=", PRINTED],
])("%s", (_name, sign, rows) => {
  it.each(rows)("are read once: %j is %j", (written, read) => {
    expect(kindOf(sign).undone(written)).toBe(read);
  });

  it("leave the other kinds alone", () => {
    const others = ["%41", "&#65;", "\\u0041", "=41"].filter((written) => !written.startsWith(sign));
    expect(others).toHaveLength(3);
    expect(kindOf(sign).undone(others.join(" "))).toBe(others.join(" "));
  });

  it("have their sign in each of them", () => {
    const changed = rows.filter(([written, read]) => written !== read);
    expect(changed.filter(([written]) => !written.includes(sign))).toEqual([]);
  });
});

describe("bytes", () => {
  it("are Latin-1 for who asks for it, of whichever kind and all at once", () => {
    expect(kindOf("%").undone("%C3%A4%41", latin1)).toBe("Ã¤A");
    expect(quotedPrintable.undone("=C3=A4=41", latin1)).toBe("Ã¤A");
    expect(undoneAtOnce("%C3%A4%41 &auml; \\xe4", latin1)).toBe("Ã¤A ä ä");
  });

  it("are read to the end of a long run", () => {
    const long = "ü€".repeat(800);
    expect(kindOf("%").undone(encodeURIComponent(long))).toBe(long);
    expect(quotedPrintable.undone(encodeURIComponent(long).replaceAll("%", "="))).toBe(long);
  });
});

describe("the kinds at once", () => {
  it.each([...PERCENT, ...REFERENCES, ...BACKSLASHES])(
    "read as each alone does: %j is %j",
    (written, read) => {
      expect(undoneAtOnce(written)).toBe(read);
    },
  );

  it("read each where it begins, and not what another has left", () => {
    expect(undoneAtOnce("%41&#66;\\u0043")).toBe("ABC");
    expect(undoneAtOnce("&#37;41 \\%41 %26lt; %5cn &bsol;n")).toBe("%41 %41 &lt; \\n \\n");
  });

  it("are not quoted-printable, which is of whole messages", () => {
    expect(undoneAtOnce("=41 =\r\n")).toBe("=41 =\r\n");
  });
});

describe("soft line breaks", () => {
  it.each(BREAKS)("are taken out: %j is %j", (written, read) => {
    expect(unbroken(written)).toBe(read);
  });

  it("are taken out within an escape of any kind, which stays", () => {
    expect(unbroken("%4=\r\n1 &#6=\n5; \\u00=\r\n 41 =4=\r\n1")).toBe("%41 &#65; \\u0041 =41");
  });
});
