import type { Buffer } from "node:buffer";
import { decodeBytes } from "./bytes.js";
import { SipParseError } from "./errors.js";
import { TOKEN, trimBlanks } from "./header-value.js";
import { Headers, type SipMessage } from "./message.js";

export { splitList } from "./header-value.js";

/** What a peer may make us hold. Bytes, or a count. */
export interface ParseLimits {
  /** Whole message, start line to end of body. */
  readonly total: number;
  /** Start line and headers together. */
  readonly head: number;
  readonly headerCount: number;
  /** One header with its folded lines. */
  readonly headerLength: number;
}

export const DEFAULT_LIMITS: ParseLimits = {
  total: 65_536,
  head: 65_536,
  headerCount: 256,
  headerLength: 8_192,
};

export interface ParseOptions {
  readonly limits?: Partial<ParseLimits>;
}

/** What was put up with: not an error, but worth telling in a diagnosis. */
export type ParseNote = "bare-lf" | "folded-header" | "invalid-utf8" | "extra-bytes" | "no-content-length";

export interface ParseResult {
  readonly message: SipMessage;
  readonly notes: readonly ParseNote[];
}

/** Start line and headers, before the body is cut off. */
export interface ParsedHead {
  readonly finish: (body: Buffer) => SipMessage;
  readonly headers: Headers;
  readonly notes: Set<ParseNote>;
}

const LF = 0x0a;
const CR = 0x0d;
const REQUEST_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"\u0000-\u001f\u007f]+$/;

/**
 * Reads one message that fills a whole datagram (RFC 3261 7 and 18.3): without Content-Length the body goes
 * to the end, a smaller Content-Length cuts it, a larger one is an error. Linear in the size of the datagram.
 *
 * @throws SipParseError and nothing else.
 */
export function parseMessage(bytes: Buffer, options: ParseOptions = {}): SipMessage {
  return parseWithNotes(bytes, options).message;
}

/** As {@link parseMessage}, and reports what was tolerated. */
export function parseWithNotes(bytes: Buffer, options: ParseOptions = {}): ParseResult {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (bytes.length > limits.total) throw new SipParseError("too-large", `message over ${limits.total} bytes`);
  const start = skipLineEnds(bytes, 0);
  if (start === bytes.length) throw new SipParseError("empty", "nothing but line ends");
  const end = headEnd(bytes, start);
  const head = parseHead(bytes.subarray(start, end), limits);
  const rest = bytes.subarray(end);
  const length = contentLength(head.headers);
  if (length === undefined) {
    if (rest.length > 0) head.notes.add("no-content-length");
    return { message: head.finish(rest), notes: [...head.notes] };
  }
  if (length > rest.length) {
    throw new SipParseError("truncated", `Content-Length is ${length} but ${rest.length} bytes of body came`);
  }
  if (length < rest.length) head.notes.add("extra-bytes");
  return { message: head.finish(rest.subarray(0, length)), notes: [...head.notes] };
}

/** Offset of the first byte that is not CR or LF, from `from` on (RFC 3261 7.5). */
function skipLineEnds(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] === CR || bytes[at] === LF)) at += 1;
  return at;
}

/** Offset just after the empty line that ends the headers; a message may also end without one on UDP. */
function headEnd(bytes: Buffer, start: number): number {
  let from = start;
  for (;;) {
    const lineEnd = bytes.indexOf(LF, from);
    if (lineEnd < 0) {
      throw new SipParseError("truncated", "the message ends within its headers");
    }
    if (lineEnd === from || (lineEnd === from + 1 && bytes[from] === CR)) return lineEnd + 1;
    from = lineEnd + 1;
  }
}

/**
 * Reads start line and headers; `bytes` ends with the empty line. For the stream framer and for
 * {@link parseMessage}; the body is handed to `finish`.
 */
export function parseHead(bytes: Buffer, limits: ParseLimits = DEFAULT_LIMITS): ParsedHead {
  if (bytes.length > limits.head) throw new SipParseError("too-large", `headers over ${limits.head} bytes`);
  const notes = new Set<ParseNote>();
  const { text, isUtf8 } = decodeBytes(bytes);
  if (!isUtf8) notes.add("invalid-utf8");
  const lines = splitLines(text, notes);
  const finish = parseStartLine(lines[0] ?? "");
  const headers = new Headers();
  let count = 0;
  for (const line of unfold(lines, notes)) {
    count += 1;
    if (count > limits.headerCount) {
      throw new SipParseError("too-many-headers", `more than ${limits.headerCount} headers`);
    }
    if (line.length > limits.headerLength) {
      throw new SipParseError("header-too-long", `header over ${limits.headerLength} characters`);
    }
    appendHeader(headers, line);
  }
  return { headers, notes, finish: (body) => finish(headers, body) };
}

function splitLines(text: string, notes: Set<ParseNote>): string[] {
  const lines: string[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    // A lone CR is a line end to some servers and not to others: the classic way to smuggle a header.
    if (line.includes("\r")) throw new SipParseError("line-end", "a CR without LF in the headers");
    if (line === "") break;
    if (line === raw) notes.add("bare-lf");
    lines.push(line);
  }
  return lines;
}

/** Joins folded lines (RFC 3261 7.3.1) by one space. Skips the start line. */
function* unfold(lines: readonly string[], notes: Set<ParseNote>): Generator<string> {
  let parts: string[] = [];
  for (const line of lines.slice(1)) {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (parts.length === 0) throw new SipParseError("header", "a folded line before the first header");
      notes.add("folded-header");
      const more = trimBlanks(line);
      if (more !== "") parts.push(more);
    } else {
      if (parts.length > 0) yield parts.join(" ");
      parts = [trimBlanks(line)];
    }
  }
  if (parts.length > 0) yield parts.join(" ");
}

function appendHeader(headers: Headers, line: string): void {
  const colon = line.indexOf(":");
  if (colon < 0) throw new SipParseError("header", "a header line without a colon");
  const name = trimBlanks(line.slice(0, colon));
  if (!TOKEN.test(name)) throw new SipParseError("header", "not a header name", name);
  headers.append(name, trimBlanks(line.slice(colon + 1)));
}

type Finish = (headers: Headers, body: Buffer) => SipMessage;

function parseStartLine(line: string): Finish {
  return /^SIP\//i.test(line) ? parseStatusLine(line) : parseRequestLine(line);
}

function parseStatusLine(line: string): Finish {
  const [version = "", code = ""] = line.split(" ", 2);
  checkVersion(version);
  if (!/^\d{3}$/.test(code)) throw new SipParseError("status", "not a status code", code);
  const status = Number(code);
  if (status < 100 || status > 699) throw new SipParseError("status", "status code outside 100–699", code);
  // The space before an empty reason is required by the grammar and forgotten by some.
  const reason = line.slice(version.length + 1 + code.length + 1);
  return (headers, body) => ({ kind: "response", status, reason, headers, body });
}

function parseRequestLine(line: string): Finish {
  const parts = line.split(" ", 4);
  const [method = "", uri = "", version = ""] = parts;
  if (parts.length !== 3) throw new SipParseError("start-line", "not a SIP start line", line);
  if (!TOKEN.test(method)) throw new SipParseError("start-line", "not a method", method);
  if (!REQUEST_URI.test(uri)) throw new SipParseError("start-line", "not a Request-URI", uri);
  checkVersion(version);
  return (headers, body) => ({ kind: "request", method, uri, headers, body });
}

function checkVersion(version: string): void {
  if (version.toUpperCase() === "SIP/2.0") return;
  if (/^SIP\/\d+\.\d+$/i.test(version)) throw new SipParseError("version", "not SIP/2.0", version);
  throw new SipParseError("start-line", "not a SIP version", version);
}

/**
 * Content-Length of the headers, `undefined` when there is none (RFC 3261 20.14).
 *
 * @throws SipParseError when it is not a number, or given twice with different values: peers would disagree
 *   about where the message ends.
 */
export function contentLength(headers: Headers): number | undefined {
  let length: number | undefined;
  for (const value of headers.all("Content-Length")) {
    if (!/^\d{1,10}$/.test(value))
      throw new SipParseError("content-length", "Content-Length is not a number", value);
    const number = Number(value);
    if (length !== undefined && length !== number) {
      throw new SipParseError("content-length", "two Content-Length headers that differ");
    }
    length = number;
  }
  return length;
}
