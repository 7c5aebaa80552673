import { quote } from "./auth-header.js";
import { SipParseError, SipSerializeError } from "./errors.js";
import { splitOutside, TOKEN, trimBlanks } from "./header-value.js";

/**
 * Header parameters (`;tag=…;lr`), in their order. Names in lower case; quoted values unescaped; a
 * parameter without value is there (`has`) with the value `undefined`.
 */
export type Params = ReadonlyMap<string, string | undefined>;

const PARAM_NAME = /^[^\s=;,<>"]+$/;
const PLAIN_VALUE = /^[^\s;,<>"\\\u0000-\u001f\u007f]+$/;

/**
 * Reads `a=1;b;c="x"`, without the leading semicolon. One empty piece at the very end is put up with.
 *
 * @throws SipParseError when a name or value is malformed, or a parameter is given twice with two values.
 */
export function parseParams(text: string): Params {
  const params = new Map<string, string | undefined>();
  const pieces = splitOutside(text, ";").map(trimBlanks);
  if (pieces.at(-1) === "") pieces.pop();
  for (const piece of pieces) {
    const equals = piece.indexOf("=");
    const name = trimBlanks(equals < 0 ? piece : piece.slice(0, equals)).toLowerCase();
    if (!PARAM_NAME.test(name)) throw new SipParseError("params", "not a parameter name", name);
    const value = equals < 0 ? undefined : parseValue(trimBlanks(piece.slice(equals + 1)));
    const before = params.get(name);
    // A NAT helper that adds `;rport=5060` beside `;rport` is common and harmless; two tags are neither.
    if (before !== undefined && value !== undefined && before !== value) {
      throw new SipParseError("params", "a parameter given twice", name);
    }
    params.set(name, value ?? before);
  }
  return params;
}

function parseValue(text: string): string {
  if (!text.startsWith('"')) {
    // An empty value (`tag=`) is not grammar, but seen; it says nothing and is kept.
    if (text !== "" && !PLAIN_VALUE.test(text)) throw new SipParseError("params", "not a parameter value");
    return text;
  }
  const { text: value, end } = readQuoted(text);
  if (end !== text.length) throw new SipParseError("params", "text after a quoted value");
  return value;
}

/**
 * Reads the quoted string at the start of `text`; `end` is the offset after its closing quote.
 *
 * @throws SipParseError when it is never closed.
 */
export function readQuoted(text: string): { text: string; end: number } {
  const parts: string[] = [];
  for (let at = 1; at < text.length; at += 1) {
    const char = text[at] as string;
    if (char === '"') return { text: parts.join(""), end: at + 1 };
    if (char === "\\") {
      at += 1;
      parts.push(text[at] ?? "");
    } else parts.push(char);
  }
  throw new SipParseError("params", "a quoted string is never closed");
}

/**
 * Writes `;a=1;b`, quoting values where they need it.
 *
 * @throws SipSerializeError when a name is not a token, or a value holds control characters.
 */
export function writeParams(params: Params): string {
  let written = "";
  for (const [name, value] of params) {
    if (!TOKEN.test(name)) throw new SipSerializeError("value", "a parameter name is not a token");
    if (value !== undefined && /[\u0000-\u001f\u007f]/.test(value)) {
      throw new SipSerializeError("value", "a control character in a parameter");
    }
    written +=
      value === undefined ? `;${name}` : `;${name}=${PLAIN_VALUE.test(value) ? value : quote(value)}`;
  }
  return written;
}
