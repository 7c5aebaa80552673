import { isIPv6 } from "node:net";
import { isPort } from "../../base/sip-port.js";
import { bracketed, canonicalIp } from "./address.js";
import { SipParseError, SipSerializeError } from "./errors.js";

/** A `sip:` or `sips:` URI (RFC 3261 19.1). Everything is unescaped. */
export interface SipUri {
  readonly scheme: "sip" | "sips";
  readonly user?: string;
  /** In the clear in the URI; the RFC advises against it (19.1.1). */
  readonly password?: string;
  /** As written; an IPv6 literal without its brackets. */
  readonly host: string;
  readonly port?: number;
  /** Names in lower case. */
  readonly params?: ReadonlyMap<string, string | undefined>;
  /** The part after `?`, in its order. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

const HOST_NAME = /^(?!-)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$/;

/** Characters allowed unescaped (RFC 3261 25.1) beside letters and digits. */
const PLAIN = {
  user: /[A-Za-z0-9\-_.!~*'()&=+$,;?/]/,
  password: /[A-Za-z0-9\-_.!~*'()&=+$,]/,
  param: /[A-Za-z0-9\-_.!~*'()[\]/:&+$]/,
  header: /[A-Za-z0-9\-_.!~*'()[\]/?:+$]/,
} as const;

/**
 * Reads a SIP or SIPS URI.
 *
 * @throws SipParseError `uri`, also for other schemes (`tel:`).
 */
export function parseUri(text: string): SipUri {
  const [, schemeName = "", rest = ""] = /^(sips?):(.*)$/is.exec(text) ?? [];
  if (schemeName === "") throw new SipParseError("uri", "not a sip or sips URI", text);
  if (/[\s<>"\u0000-\u001f\u007f]/.test(rest)) {
    throw new SipParseError("uri", "a URI with blanks, quotes or brackets that must be escaped", text);
  }
  const at = rest.indexOf("@");
  const [hostport, ...paramTexts] = splitHead(rest.slice(at + 1));
  const headersText = rest
    .slice(at + 1)
    .split("?")
    .slice(1)
    .join("?");
  const params = parseUriParams(paramTexts);
  const headers = parseUriHeaders(headersText);
  return {
    scheme: schemeName.toLowerCase() as "sip" | "sips",
    ...(at < 0 ? {} : parseUserinfo(rest.slice(0, at))),
    ...parseHostPort(hostport ?? ""),
    ...(params.size === 0 ? {} : { params }),
    ...(headers.length === 0 ? {} : { headers }),
  };
}

function splitHead(afterUser: string): string[] {
  return (afterUser.split("?", 1)[0] ?? "").split(";");
}

function parseUserinfo(text: string): { user: string; password?: string } {
  const colon = text.indexOf(":");
  const user = unescapeUri(colon < 0 ? text : text.slice(0, colon));
  if (user === "") throw new SipParseError("uri", "a URI with an empty user");
  return colon < 0 ? { user } : { user, password: unescapeUri(text.slice(colon + 1)) };
}

/**
 * Reads `host[:port]`, as in a URI or a Via.
 *
 * @throws SipParseError `uri`.
 */
export function parseHostPort(text: string): { host: string; port?: number } {
  const [, bracketedHost, name = "", portText] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  if (portText !== undefined && !/^\d{1,5}$/.test(portText)) {
    throw new SipParseError("uri", "not a port", portText);
  }
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && !isPort(port)) throw new SipParseError("uri", "not a port", portText);
  const host = bracketedHost === undefined ? parseName(name) : parseIpv6(bracketedHost);
  return port === undefined ? { host } : { host, port };
}

function parseName(name: string): string {
  if (name.length > 255 || !HOST_NAME.test(name)) throw new SipParseError("uri", "not a host", name);
  return name;
}

function parseIpv6(text: string): string {
  // The grammar of RFC 3261 allows `2001:db8:::192.0.2.1` by mistake (RFC 5118 4.10).
  const address = text.replace(":::", "::");
  if (!isIPv6(address) || address.includes("%")) throw new SipParseError("uri", "not an IPv6 address", text);
  return address;
}

function parseUriParams(pieces: readonly string[]): Map<string, string | undefined> {
  const params = new Map<string, string | undefined>();
  pieces.forEach((piece, index) => {
    if (piece === "" && index === pieces.length - 1) return;
    const equals = piece.indexOf("=");
    const name = unescapeUri(equals < 0 ? piece : piece.slice(0, equals)).toLowerCase();
    if (name === "") throw new SipParseError("uri", "an empty URI parameter");
    if (params.has(name)) throw new SipParseError("uri", "a URI parameter given twice", name);
    params.set(name, equals < 0 ? undefined : unescapeUri(piece.slice(equals + 1)));
  });
  return params;
}

function parseUriHeaders(text: string): (readonly [string, string])[] {
  if (text === "") return [];
  return text.split("&").map((piece) => {
    const equals = piece.indexOf("=");
    if (equals < 1) throw new SipParseError("uri", "not a URI header");
    return [unescapeUri(piece.slice(0, equals)), unescapeUri(piece.slice(equals + 1))] as const;
  });
}

function unescapeUri(text: string): string {
  if (text.includes("@")) throw new SipParseError("uri", 'an "@" that must be escaped');
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SipParseError("uri", "an escape that is no UTF-8", text);
  }
}

/**
 * Writes a URI, escaping what must be (RFC 3261 19.1.2, 25.1).
 *
 * @throws SipSerializeError when the host is neither a name nor an IP literal, or the port is none.
 */
export function writeUri(uri: SipUri): string {
  const user = uri.user === undefined ? "" : escapeUri(uri.user, PLAIN.user);
  const password = uri.password === undefined ? "" : `:${escapeUri(uri.password, PLAIN.password)}`;
  const userinfo = uri.user === undefined ? "" : `${user}${password}@`;
  let params = "";
  for (const [name, value] of uri.params ?? []) {
    const text = escapeUri(name, PLAIN.param);
    params += value === undefined ? `;${text}` : `;${text}=${escapeUri(value, PLAIN.param)}`;
  }
  const headers = (uri.headers ?? []).map(
    ([name, value]) => `${escapeUri(name, PLAIN.header)}=${escapeUri(value, PLAIN.header)}`,
  );
  const query = headers.length === 0 ? "" : `?${headers.join("&")}`;
  return `${uri.scheme}:${userinfo}${writeHostPort(uri.host, uri.port)}${params}${query}`;
}

/** `host[:port]`, an IPv6 literal in brackets. @throws SipSerializeError as {@link writeUri}. */
export function writeHostPort(host: string, port?: number): string {
  if (!HOST_NAME.test(host) && canonicalIp(host) === undefined) {
    throw new SipSerializeError("uri", "the host is neither a name nor an IP address");
  }
  if (port === undefined) return bracketed(host);
  if (!isPort(port)) throw new SipSerializeError("uri", "not a port");
  return `${bracketed(host)}:${port}`;
}

function escapeUri(text: string, plain: RegExp): string {
  // A lone surrogate has no UTF-8 and would make encodeURIComponent throw.
  const whole = text.replace(/\p{Surrogate}/gu, "\ufffd");
  return [...whole].map((char) => (plain.test(char) ? char : encodeURIComponent(char))).join("");
}
