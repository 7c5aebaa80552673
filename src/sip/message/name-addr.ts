import { quote } from "./auth-header.js";
import { SipParseError, SipSerializeError } from "./errors.js";
import { splitOutside, trimBlanks } from "./header-value.js";
import { type Params, parseParams, readQuoted, writeParams } from "./params.js";

/** The value of From, To, Contact, Route and their like (RFC 3261 20.10). */
export interface NameAddr {
  /** Unquoted and unescaped; outside text. */
  readonly displayName?: string;
  /** As written, any scheme; see `parseUri`. */
  readonly uri: string;
  readonly params: Params;
}

const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"\u0000-\u001f\u007f]+$/;

/**
 * Reads one `"Name" <uri>;params`, or a bare URI whose `;params` then belong to the header (20.10).
 * A display name without quotes may hold more than the grammar's tokens, as PBXs send it, but no comma.
 *
 * @throws SipParseError `name-addr`, `params` or `list`.
 */
export function parseNameAddr(value: string): NameAddr {
  const text = trimBlanks(value);
  const quoted = text.startsWith('"') ? readQuoted(text) : undefined;
  const rest = quoted === undefined ? text : text.slice(quoted.end);
  const open = rest.indexOf("<");
  if (open < 0) {
    if (quoted !== undefined) throw new SipParseError("name-addr", 'a display name without "<"');
    return parseBare(text);
  }
  const close = rest.indexOf(">", open);
  if (close < 0) throw new SipParseError("name-addr", 'a "<" is never closed');
  const before = trimBlanks(rest.slice(0, open));
  if (quoted === undefined ? /[",;:>]/.test(before) : before !== "") {
    throw new SipParseError("name-addr", "a display name that must be quoted", before);
  }
  const displayName = quoted?.text ?? before;
  return {
    ...(displayName === "" ? {} : { displayName }),
    uri: checkUri(rest.slice(open + 1, close)),
    params: parseTail(rest.slice(close + 1)),
  };
}

function parseBare(text: string): NameAddr {
  const [uri = "", ...params] = splitOutside(text, ";");
  // A comma, `?` or `;` of the URI's own asks for brackets (20.10): without them two readers would see two things.
  if (/[,?]/.test(uri)) throw new SipParseError("name-addr", "a URI that must be in <>", uri);
  return { uri: checkUri(trimBlanks(uri)), params: parseParams(params.join(";")) };
}

function parseTail(text: string): Params {
  const tail = trimBlanks(text);
  if (tail === "") return new Map();
  if (!tail.startsWith(";")) throw new SipParseError("name-addr", 'text after ">"', tail);
  return parseParams(tail.slice(1));
}

function checkUri(uri: string): string {
  if (!ABSOLUTE_URI.test(uri)) throw new SipParseError("name-addr", "not a URI", uri);
  return uri;
}

/**
 * Writes `"Name" <uri>;params`, always with brackets.
 *
 * @throws SipSerializeError when name, URI or parameters hold what would break out of their place.
 */
export function writeNameAddr(address: { displayName?: string; uri: string; params?: Params }): string {
  const { displayName, uri, params = new Map() } = address;
  if (!ABSOLUTE_URI.test(uri)) throw new SipSerializeError("uri", "not a URI that can be in <>");
  if (displayName !== undefined && /[\u0000-\u001f\u007f]/.test(displayName)) {
    throw new SipSerializeError("value", "a control character in a display name");
  }
  const name = displayName === undefined || displayName === "" ? "" : `${quote(displayName)} `;
  return `${name}<${uri}>${writeParams(params)}`;
}
