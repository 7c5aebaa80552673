import { Buffer } from "node:buffer";
import { present } from "../base/present.js";
import { parseMessage, type SipMessage, SipParseError } from "../sip/index.js";
import { headOfCut } from "./cut-end.js";
import { FIRST_FRAGMENT, type Frame, readFrame } from "./frames.js";
import { endsWithWord, isHeader } from "./input/shapes.js";
import { type DialectPatterns, timeOf } from "./line.js";
import type { TracedMessage } from "./traced-message.js";

export type { TracedMessage } from "./traced-message.js";

/**
 * Finds the SIP messages in a text: pjsip and chan_sip loggers, FreeSWITCH's siptrace, sngrep, ngrep, tcpdump -A,
 * pjsua, or just messages. The text before a message shows its direction and the other end. Linear.
 */

export interface Traced {
  readonly messages: readonly TracedMessage[];
  /** Indexes of the lines that belong to messages. */
  readonly lines: ReadonlySet<number>;
}

/** The last ones, if there are more: they show the current state. */
const MAX_MESSAGES = 3_000;
/** Lines of a session description that are kept; one with ICE has some dozens. */
const MAX_SDP = 200;
/** Lines of a body of several parts that are looked at. */
const MAX_PARTS = 400;
const REQUEST =
  /(?:REGISTER|INVITE|ACK|BYE|CANCEL|OPTIONS|SUBSCRIBE|NOTIFY|REFER|INFO|MESSAGE|PRACK|UPDATE|PUBLISH) sips?:[^\s<>"]{1,300} SIP\/2\.0\.?$/;
const RESPONSE = /SIP\/2\.0 [1-6]\d{2}(?: [^\r\n]{0,120})?$/;
/** What sipML5 and Cisco's and Poly's phones put before a start line in the same line. */
const LED_BY = /(?:^|[\s\]|])(?:SEND|SENT|RECV|RECEIVED|recv)[:=] ?$/;
/** No header's value begins with such a time; a logger's line after its name does. */
const HEADER = /^[A-Za-z][A-Za-z0-9-]{0,40}\s{0,3}:(?!\s{0,3}\[?\d{4}-\d{2}-\d{2}[ T])/;
/** What a message whose start line did not come along begins with. */
const HEADS = /^(?:Via|v|From|f|To|t|Call-ID|i|CSeq|Max-Forwards|Contact|m|Record-Route)\s{0,3}:/i;
const LENGTH = /^\s{0,20}(?:content-length|l)\s{0,3}:\s{0,5}\d/i;
const HOW_FAR_BACK = 4;
/** What tcpdump -v writes of a packet, on a line above its two ends. */
const PACKET_HEAD = /\bIP6? \((?:tos|class|flowlabel|hlim) /;

/** What loggers print between messages. */
export const BETWEEN_MESSAGES: DialectPatterns = {
  dialect: "sip",
  patterns: [
    { marker: "-----", pattern: /^-{5,200}\s*$/, kind: undefined },
    { marker: "--end msg--", pattern: /^--end msg--/, kind: undefined },
    // ngrep's own.
    { marker: "#", pattern: /^#{1,200}$/, kind: undefined },
    { marker: "interface: ", pattern: /^interface: \S{1,40} \([\d./]{3,40}\)$/, kind: undefined },
    { marker: "filter: ", pattern: /^filter: \(/, kind: undefined },
  ],
};

export function findMessages(lines: readonly string[]): Traced {
  const messages: TracedMessage[] = [];
  const used = new Set<number>();
  const withLengths = lines.some((line) => LENGTH.test(line));
  let last: { readonly start: Start; readonly index: number } | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const start = startLine(lines[index] ?? "", lines[index + 1] ?? "") ?? cut(lines, index);
    if (start === undefined) continue;
    last = { start, index };
    const first = start.cut ? index : index + 1;
    if (!HEADER.test(stripped(lines[first] ?? "", start.indent))) continue;
    // A logger's line below a start line may have the form of a header, and is none of SIP's.
    if (!hasHeaders(lines, first, start.indent)) continue;
    const { message, end, sdp, sipfrag, cutHead } = readMessage(
      lines,
      first,
      start,
      withLengths || start.dumped,
    );
    if (message !== undefined) {
      const before = framing(lines, index, used, start.dumped);
      const body = sdp.length > 0 ? { sdp, size: octets(lines, index, end) } : {};
      const inferred = start.cut ? { cut: true as const } : {};
      const broken = present({ cutHead, sipfrag });
      messages.push({ message, line: index + 1, ...before.facts, ...body, ...inferred, ...broken });
      if (messages.length >= 2 * MAX_MESSAGES) messages.splice(0, MAX_MESSAGES);
      for (const at of before.lines) used.add(at);
      for (let at = index; at < end; at += 1) used.add(at);
    }
    // Also after a message that cannot be read: none of its lines is looked at twice.
    index = Math.max(index, end - 1);
  }
  if (last !== undefined) completeLast(lines, last.index, last.start, messages, used);
  return { messages: messages.slice(-MAX_MESSAGES), lines: used };
}

/** Puts an answer that the paste's end has cut in the place of what could be read of it. */
function completeLast(
  lines: readonly string[],
  index: number,
  start: Start,
  messages: TracedMessage[],
  used: Set<number>,
): void {
  const status = Number(/^SIP\/2\.0 (\d{3})/.exec(start.text)?.[1] ?? 0);
  const below = lines.slice(index + 1).map((line) => stripped(line, start.indent));
  // Anything else below it was written after the answer, which is whole then.
  if (status < 200 || start.cut || below.some((line) => line.trim() !== "" && !/^\S/.test(line))) return;
  const filled = below.findLastIndex((line) => line.trim() !== "") + 1;
  if (below.slice(0, Math.max(0, filled - 1)).some((line) => !HEADER.test(line))) return;
  const read = messages.at(-1)?.line === index + 1 ? messages.at(-1) : undefined;
  const before = read === undefined ? messages : messages.slice(0, -1);
  const { facts, lines: own } =
    read === undefined ? framing(lines, index, used, start.dumped) : { facts: read, lines: [] };
  // ngrep's dots.
  const dotted = start.text.endsWith(".") && below.slice(0, filled - 1).every((line) => line.endsWith("."));
  const plain = (line: string) => (dotted ? line.replace(/\.$/, "") : line);
  const head = headOfCut({ status, head: below.map(plain), place: facts }, before);
  if (head === undefined) return;
  if (head === "as it is") {
    if (read !== undefined) messages.push({ ...(messages.pop() ?? read), cutEnd: true });
    return;
  }
  try {
    const message = parseMessage(Buffer.from([plain(start.text), ...head, "", ""].join("\r\n"), "utf8"));
    if (read !== undefined) messages.pop();
    messages.push({ ...facts, message, line: index + 1, cutEnd: true });
    for (let at = index; at < lines.length; at += 1) used.add(at);
    for (const at of own) used.add(at);
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error;
  }
}

function cut(lines: readonly string[], index: number): Start | undefined {
  const text = cutStart(lines, index);
  return text === undefined ? undefined : { text, indent: 0, dumped: false, cut: true };
}

interface Start {
  readonly text: string;
  /** Blanks that the logger put before every line. */
  readonly indent: number;
  /** Bytes of the packet's own headers are before it, and perhaps on lines above. */
  readonly dumped: boolean;
  /** It is not there, and has been inferred from the headers. */
  readonly cut?: true;
}

const FIRST_HEADER = /^(?:Via|Record-Route|From|To|Call-ID|CSeq|Max-Forwards): ?\S/i;

/** Headers of which no message lacks all. */
const KNOWN_HEADER =
  /^(?:Via|v|From|f|To|t|Call-ID|i|CSeq|Contact|m|Max-Forwards|Record-Route|Route|WWW-Authenticate|Proxy-Authenticate|Authorization|Proxy-Authorization|Server|User-Agent|Reason|Warning|Expires|Min-Expires|Min-SE|Session-Expires|Supported|k|Allow|Require|Unsupported|Content-Length|l|Content-Type|c|Date|P-[\w-]{1,40}|X-[\w-]{1,40})\s{0,3}:/i;
const FIRST_HEADERS = 4;

function hasHeaders(lines: readonly string[], first: number, indent: number): boolean {
  for (let index = first; index < Math.min(lines.length, first + FIRST_HEADERS); index += 1) {
    if (KNOWN_HEADER.test(stripped(lines[index] ?? "", indent))) return true;
  }
  return false;
}

/** The start line in a line, without what a packet dump puts before it. */
function startLine(line: string, below: string): Start | undefined {
  if (!line.includes("SIP/2.0")) return undefined;
  const trimmed = line.trimEnd();
  const match = REQUEST.exec(trimmed) ?? RESPONSE.exec(trimmed);
  if (match === null) return undefined;
  const before = line.slice(0, match.index);
  // A word before it means a sentence about SIP; a packet dump has dots and odd signs there.
  if (LED_BY.test(before)) return { text: match[0].trim(), indent: 0, dumped: false };
  // A phone's logger names its part, and the message follows on the lines below.
  if (/[A-Za-z]{2}: $/.test(before) && FIRST_HEADER.test(below)) {
    return { text: match[0].trim(), indent: 0, dumped: false };
  }
  if (endsWithWord(before.slice(-7), match[0])) return undefined;
  const blank = before.trim() === "";
  return { text: match[0].trim(), indent: blank ? before.length : 0, dumped: !blank };
}

function stripped(line: string, indent: number): string {
  return line.slice(0, indent).trim() === "" ? line.slice(indent) : line;
}

function readMessage(
  lines: readonly string[],
  first: number,
  { text, indent }: Start,
  withLengths: boolean,
): {
  message: SipMessage | undefined;
  end: number;
  sdp: readonly string[];
  sipfrag?: string;
  cutHead?: true;
} {
  const head: string[] = [];
  let end = first;
  for (; end < lines.length; end += 1) {
    const line = stripped(lines[end] ?? "", indent);
    const folded = /^[ \t]+\S/.test(line) && head.length > 0;
    if (!HEADER.test(line) && !folded) break;
    head.push(line);
  }
  const cutHead = breaksOff(lines, end, head, withLengths);
  // Its last line may be half a header, unless it has an end.
  const ended = end === lines.length - 1 || /^[A-Za-z-]{1,40}$/.test(lines[end] ?? "");
  if (cutHead && !ended && head.length > 1) head.pop();
  // ngrep -W byline writes a dot for the CR at each line's end.
  const dotted = head.length > 0 && head.every((line) => line.endsWith("."));
  const plain = (line: string) => (dotted ? line.replace(/\.$/, "") : line);
  const kept = head.filter((line) => !/^(?:content-length|l)\s{0,3}:/i.test(line)).map(plain);
  const start = dotted ? text.replace(/\.$/, "") : text;
  try {
    const message = parseMessage(Buffer.from([start, ...kept, "", ""].join("\r\n"), "utf8"));
    const boundary = boundaryOf(message);
    const parts = boundary === undefined ? undefined : partsOf(lines, end, indent, boundary);
    const body = parts ?? bodyOf(lines, end, indent);
    const sipfrag = isFragment(message) ? fragmentAt(lines, body.end, indent) : undefined;
    return {
      message,
      end: sipfrag === undefined ? body.end : body.end + 1,
      sdp: body.sdp.map(plain),
      ...present({ sipfrag }),
      ...(cutHead ? { cutHead } : {}),
    };
  } catch (error) {
    if (error instanceof SipParseError) return { message: undefined, end, sdp: [] };
    throw error;
  }
}

/**
 * Whether a head ends before its end: no empty line follows, and no Content-Length is in it, which is mostly the
 * last header, where the paste ends, other messages have one, or a dump would show that line. (People leave it out.)
 */
function breaksOff(lines: readonly string[], end: number, head: readonly string[], withLengths: boolean) {
  const followed = end < lines.length - 1 && /^[\s.]{0,20}$/.test(lines[end] ?? "");
  if (followed || head.some((line) => LENGTH.test(line))) return false;
  return withLengths || end >= lines.length - 1;
}

/** A NOTIFY that reports on a transfer (RFC 3515 2.4.5). */
function isFragment({ headers }: SipMessage): boolean {
  return /^\s{0,5}message\/sipfrag/i.test(headers.get("Content-Type") ?? "");
}

function fragmentAt(lines: readonly string[], from: number, indent: number): string | undefined {
  const line = stripped(lines[from] ?? "", indent).trim();
  return /^SIP\/2\.0 [1-6]\d{2}\b.{0,80}/.exec(line)?.[0];
}

/** The boundary of a body of several parts, as its head names it (RFC 2046 5.1.1). */
function boundaryOf({ headers }: SipMessage): string | undefined {
  const type = headers.get("Content-Type") ?? "";
  if (!/^\s{0,5}multipart\//i.test(type)) return undefined;
  const [, quoted, bare] =
    /;\s{0,5}boundary\s{0,3}=\s{0,3}(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type) ?? [];
  return quoted ?? bare;
}

/** A body of several parts: its session description, wherever it is, up to the boundary that ends it. */
function partsOf(
  lines: readonly string[],
  from: number,
  indent: number,
  boundary: string,
): { end: number; sdp: readonly string[] } | undefined {
  const sdp: string[] = [];
  let end = from;
  for (let at = from; at < Math.min(lines.length, from + MAX_PARTS); at += 1) {
    const line = stripped(lines[at] ?? "", indent).trim();
    const bare = line.replace(/\.$/, "");
    if (bare === `--${boundary}--`) return { end: at + 1, sdp };
    if (startLine(line, "") !== undefined) break;
    if (!/^[a-z]=/.test(line)) continue;
    if (sdp.length < MAX_SDP) sdp.push(line);
    end = at + 1;
  }
  return sdp.length > 0 ? { end, sdp } : undefined;
}

/** The empty lines after the head, and a body in SDP; bodies of other kinds are not looked at. */
function bodyOf(
  lines: readonly string[],
  from: number,
  indent: number,
): { end: number; sdp: readonly string[] } {
  const at = (index: number) => stripped(lines[index] ?? "", indent).trim();
  const isEmpty = (index: number) => index < lines.length && /^\.?$/.test(at(index));
  let end = isEmpty(from) ? from + 1 : from;
  // Copied out of some pages, there is a second empty line.
  if (isEmpty(end) && at(end + 1).startsWith("v=")) end += 1;
  const sdp: string[] = [];
  for (; end < lines.length && /^[a-z]=/.test(at(end)); end += 1) {
    if (sdp.length < MAX_SDP) sdp.push(at(end));
  }
  return { end, sdp };
}

function octets(lines: readonly string[], from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index += 1) sum += (lines[index] ?? "").length + 2;
  return sum;
}

interface Framing {
  readonly facts: Frame;
  readonly lines: readonly number[];
}

/** Reads what the logger wrote before a message. */
function framing(
  lines: readonly string[],
  index: number,
  used: ReadonlySet<number>,
  dumped: boolean,
): Framing {
  const seen: number[] = [];
  let at: string | undefined;
  for (let back = 1; back <= HOW_FAR_BACK && index - back >= 0 && !used.has(index - back); back += 1) {
    const line = lines[index - back] ?? "";
    if (/^[-=]{0,100}$/.test(line.trim())) {
      seen.push(index - back);
      continue;
    }
    const found = readFrame(line);
    at = found?.at ?? timeOf(line);
    if (found) {
      // chan_sip's time is on the line before, as is what tcpdump -v writes of the packet itself.
      const before = lines[index - back - 1] ?? "";
      const ofPacket = PACKET_HEAD.test(before) && /^\s/.test(line);
      const above = before.trimEnd().endsWith("chan_sip.c:") || ofPacket ? index - back - 1 : undefined;
      const cut = ofPacket && FIRST_FRAGMENT.test(before) ? ({ fragmented: true } as const) : {};
      at ??= above === undefined ? undefined : timeOf(lines[above] ?? "");
      const own = above === undefined ? [index - back] : [index - back, above];
      return { facts: { ...found, ...cut, ...(at ? { at } : {}) }, lines: [...seen, ...own] };
    }
    if (!dumped) break;
    seen.push(index - back);
  }
  return { facts: present({ at }), lines: dumped ? [] : seen };
}

/**
 * The start line that did not come along when the head that begins at `from` was copied: a challenge is recognized by its
 * header, a request by its credentials or its Max-Forwards. `undefined` where that is open, or no head begins there.
 */
function cutStart(lines: readonly string[], from: number): string | undefined {
  if (!HEADS.test(lines[from] ?? "") || isHeader(lines[from - 1] ?? "")) return undefined;
  const head = new Map<string, string>();
  for (let index = from; index < lines.length && isHeader(lines[index] ?? ""); index += 1) {
    const [, name = "", value = ""] =
      /^([\w-]{1,40})\s{0,3}:\s{0,5}(.{0,500})/.exec(lines[index] ?? "") ?? [];
    head.set(name.toLowerCase(), value);
  }
  const method = /^\d{1,10}\s{1,5}([A-Z]{3,16})/.exec(head.get("cseq") ?? "")?.[1];
  const host = /sips?:(?:[^@\s<>]{1,128}@)?([\w.:[\]-]{1,128})/.exec(
    head.get("to") ?? head.get("t") ?? "",
  )?.[1];
  if (method === undefined || host === undefined || head.size < 4) return undefined;
  if (head.has("www-authenticate")) return "SIP/2.0 401 Unauthorized";
  if (head.has("proxy-authenticate")) return "SIP/2.0 407 Proxy Authentication Required";
  const request = ["authorization", "proxy-authorization", "max-forwards"].some((name) => head.has(name));
  return request ? `${method} sip:${host} SIP/2.0` : undefined;
}
