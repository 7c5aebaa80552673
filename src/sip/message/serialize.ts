import { Buffer } from "node:buffer";
import { encodeBytes } from "./bytes.js";
import { SipParseError, SipSerializeError } from "./errors.js";
import { splitOutside, TOKEN } from "./header-value.js";
import { Headers, type SipMessage, type SipRequest, type SipResponse } from "./message.js";

const BREAKS_LINES = /[\r\n\u0000]/;
const URI_FORBIDDEN = /[\s<>"\u0000-\u001f\u007f]/;

/**
 * Writes a message (RFC 3261 7). Content-Length is set here, from the body, whatever the headers say.
 *
 * @throws SipSerializeError when a method, URI, reason, header name or value would break the grammar or
 *   smuggle in another line (CR, LF, NUL).
 */
export function serializeMessage(message: SipMessage): Buffer {
  const lines = [startLine(message)];
  for (const [name, value] of message.headers) {
    if (!TOKEN.test(name)) throw new SipSerializeError("header-name", "a header name is not a token");
    if (BREAKS_LINES.test(value)) {
      throw new SipSerializeError("header-value", `line break or NUL in the value of ${name}`);
    }
    if (!isContentLength(name)) lines.push(`${name}: ${value}`);
  }
  lines.push(`Content-Length: ${message.body.length}`, "", "");
  const head = encodeBytes(lines.join("\r\n"));
  return message.body.length === 0 ? head : Buffer.concat([head, message.body]);
}

function isContentLength(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === "content-length" || lower === "l";
}

function startLine(message: SipMessage): string {
  if (message.kind === "response") {
    const { status, reason } = message;
    if (!Number.isInteger(status) || status < 100 || status > 699) {
      throw new SipSerializeError("status", "status code outside 100–699");
    }
    if (BREAKS_LINES.test(reason)) throw new SipSerializeError("reason", "line break or NUL in the reason");
    return `SIP/2.0 ${status} ${reason}`;
  }
  if (!TOKEN.test(message.method)) throw new SipSerializeError("method", "the method is not a token");
  if (message.uri === "" || URI_FORBIDDEN.test(message.uri)) {
    throw new SipSerializeError("uri", "the Request-URI is empty or has characters that must be escaped");
  }
  return `${message.method} ${message.uri} SIP/2.0`;
}

export interface ResponseOptions {
  /** Put on To where it has no tag yet; not used for 100 (RFC 3261 8.2.6.2). */
  readonly toTag?: string;
  readonly headers?: Iterable<readonly [name: string, value: string]>;
  readonly body?: Buffer;
}

/**
 * A response to a request: Via (all), From, To, Call-ID and CSeq are copied, in that order, and Timestamp
 * into a 100 (RFC 3261 8.2.6).
 */
export function buildResponse(
  request: SipRequest,
  status: number,
  reason: string,
  options: ResponseOptions = {},
): SipResponse {
  const headers = new Headers();
  for (const name of ["Via", "From", "To", "Call-ID", "CSeq"]) {
    for (const value of request.headers.all(name)) {
      headers.append(name, name === "To" && status > 100 ? withTag(value, options.toTag) : value);
    }
  }
  const timestamp = request.headers.get("Timestamp");
  if (status === 100 && timestamp !== undefined) headers.append("Timestamp", timestamp);
  for (const [name, value] of options.headers ?? []) headers.append(name, value);
  return { kind: "response", status, reason, headers, body: options.body ?? Buffer.alloc(0) };
}

function withTag(to: string, tag: string | undefined): string {
  if (tag === undefined || hasTag(to)) return to;
  if (!TOKEN.test(tag)) throw new SipSerializeError("value", "a tag must be a token");
  return `${to};tag=${tag}`;
}

function hasTag(to: string): boolean {
  try {
    return splitOutside(to, ";").some((piece, index) => index > 0 && /^\s*tag\s*=/i.test(piece));
  } catch (error) {
    // The To of a broken request, on its way back in a 400.
    if (error instanceof SipParseError) return /;\s*tag\s*=/i.test(to);
    throw error;
  }
}
