import { Buffer } from "node:buffer";

/** How bytes that an escape stands for are read. */
export type TextOf = (bytes: Buffer) => string;

/** A kind of escape, decoded once wherever it occurs. All other text stays as it is. */
export interface Escape {
  /** Without it there is none in a text. */
  readonly sign: string;
  undone(text: string, textOf?: TextOf): string;
}

/** Valid UTF-8 beyond ASCII, in a text of bytes. */
const UTF8_RUNS = /(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){1,4096}/g;

export const latin1: TextOf = (bytes) => bytes.toString("latin1");

/** Bytes as UTF-8, and those that are none (of a character that was cut, or of other text beside it) as Latin-1. */
const utf8: TextOf = (bytes) =>
  latin1(bytes).replace(UTF8_RUNS, (run) => Buffer.from(run, "latin1").toString());

/** A run of bytes, each of two digits behind a sign. Mostly it is a single one, which is the same character in either reading. */
function bytesOf(written: string, textOf: TextOf): string {
  if (written.length === 3) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
  return textOf(Buffer.from(written.replace(SIGNS, ""), "hex"));
}

const SIGNS = /[%=]/g;

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** In runs, for UTF-8. */
const PERCENT = /(?:%[0-9a-f]{2}){1,4096}|%u[0-9a-f]{4}/gi;

const percent: Escape = {
  sign: "%",
  undone: (text, textOf = utf8) =>
    text.replace(PERCENT, (written) =>
      /u/i.test(written) ? codePoint(Number.parseInt(written.slice(2), 16)) : bytesOf(written, textOf),
    ),
};

/** Of ASCII (HTML 5) and of Latin-1 from U+00A0 on (HTML 4); programs that write names write no others. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.entries({
    ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", excl: "!", num: "#", dollar: "$", percnt: "%" },
    ...{ lpar: "(", rpar: ")", ast: "*", midast: "*", plus: "+", comma: ",", period: ".", sol: "/" },
    ...{ colon: ":", semi: ";", equals: "=", quest: "?", commat: "@", lsqb: "[", lbrack: "[", bsol: "\\" },
    ...{ rsqb: "]", rbrack: "]", Hat: "^", lowbar: "_", UnderBar: "_", grave: "`", DiacriticalGrave: "`" },
    ...{ lcub: "{", lbrace: "{", verbar: "|", vert: "|", VerticalLine: "|", rcub: "}", rbrace: "}" },
    ...{ hyphen: "-", dash: "-", Tab: "\t", NewLine: "\n", AMP: "&", LT: "<", GT: ">", QUOT: '"' },
  }),
  ...(
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro " +
    "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil " +
    "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave " +
    "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
    "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute " +
    "thorn yuml"
  )
    .split(" ")
    .map((name, at): [string, string] => [name, String.fromCodePoint(0xa0 + at)]),
]);

/** Of a number, where the escape is one. */
type Digits = string | undefined;

/** A name needs no semicolon where none of its letters can belong to another one. */
const REFERENCE = /&(?:#x([0-9a-f]{1,16});?|#([0-9]{1,16});?|([a-z][a-z0-9]{1,23});?)/gi;

/** Character references of HTML and XML. A name that none has is not one. */
const reference: Escape = {
  sign: "&",
  undone: (text) =>
    text.replace(REFERENCE, (written, hex: Digits, decimal: Digits, name: string) => {
      if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return codePoint(Number(decimal));
      return NAMES.get(name) ?? NAMES.get(name.toLowerCase()) ?? written;
    }),
};

const BACKSLASH = /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([^ux]))/gi;
const LETTERS: ReadonlyMap<string, string> = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Of JSON, of SIP's quoted strings, and of programming languages. */
const backslash: Escape = {
  sign: "\\",
  undone: (text) =>
    text.replace(BACKSLASH, (_written, braced: Digits, four: Digits, two: Digits, sign: string) => {
      const hex = braced ?? four ?? two;
      return hex === undefined ? (LETTERS.get(sign) ?? sign) : codePoint(Number.parseInt(hex, 16));
    }),
};

/** RFC 2045 section 6.7: bytes in runs. */
const QUOTED_PRINTABLE = /(?:=[0-9a-f]{2}){1,4096}/gi;
const SOFT_BREAK = /=[ \t]{0,16}\r?\n[ \t]{0,16}/g;

export const quotedPrintable: Escape = {
  sign: "=",
  undone: (text, textOf = utf8) =>
    unbroken(text).replace(QUOTED_PRINTABLE, (written) => bytesOf(written, textOf)),
};

/** Without the soft line breaks of quoted-printable, which may be within any other escape. */
export function unbroken(text: string): string {
  return text.replace(SOFT_BREAK, "");
}

/** Each kind that can occur by itself. */
export const ESCAPES: readonly Escape[] = [percent, reference, backslash, quotedPrintable];

/** Percent-encoding, character references and backslash escapes, each where it begins: what one of them leaves is not read again. */
const AT_ONCE =
  /(?:%[0-9a-f]{2}){1,4096}|%u[0-9a-f]{4}|&(?:#x[0-9a-f]{1,16}|#[0-9]{1,16}|[a-z][a-z0-9]{1,23});?|\\(?:u\{[0-9a-f]{1,6}\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[^ux])/gi;

export function undoneAtOnce(text: string, textOf: TextOf = utf8): string {
  return text.replace(AT_ONCE, (written) => {
    const kind = written.startsWith("%") ? percent : written.startsWith("&") ? reference : backslash;
    return kind.undone(written, textOf);
  });
}
