import { Buffer } from "node:buffer";
import { isIP } from "node:net";
import { parseMessage, type SipMessage, SipParseError } from "../../sip/index.js";
import { type DialectPatterns, timeOf } from "./line.js";

/**
 * Finds the SIP messages in a text: pjsip and chan_sip loggers, FreeSWITCH's siptrace, sngrep, ngrep, tcpdump -A,
 * pjsua, or messages alone. What stands before a message tells its direction and the other end. Linear.
 */

export interface TracedMessage {
  readonly message: SipMessage;
  /** The start line's, from 1. */
  readonly line: number;
  readonly at?: string;
  /** As seen by the program that logged; a network trace has none. */
  readonly direction?: "received" | "sent";
  /** The other end, or the source of a network trace. */
  readonly peer?: string;
  /** Of a network trace: where it went. */
  readonly to?: string;
}

export interface Traced {
  readonly messages: readonly TracedMessage[];
  /** Indexes of the lines that belong to messages. */
  readonly lines: ReadonlySet<number>;
}

const MAX_MESSAGES = 400;
const REQUEST =
  /(?:REGISTER|INVITE|ACK|BYE|CANCEL|OPTIONS|SUBSCRIBE|NOTIFY|REFER|INFO|MESSAGE|PRACK|UPDATE|PUBLISH) sips?:[^\s<>"]{1,300} SIP\/2\.0\.?$/;
const RESPONSE = /SIP\/2\.0 [1-6]\d{2}(?: [^\r\n]{0,120})?$/;
const HEADER = /^[A-Za-z][A-Za-z0-9-]{0,40}\s{0,3}:/;
const HOW_FAR_BACK = 4;

/** What loggers print between messages. */
export const BETWEEN_MESSAGES: DialectPatterns = {
  dialect: "sip",
  patterns: [
    { marker: "-----", pattern: /^-{5,200}\s*$/, kind: undefined },
    { marker: "--end msg--", pattern: /^--end msg--/, kind: undefined },
  ],
};

export function findMessages(lines: readonly string[]): Traced {
  const messages: TracedMessage[] = [];
  const used = new Set<number>();
  for (let index = 0; index < lines.length && messages.length < MAX_MESSAGES; index += 1) {
    const start = startLine(lines[index] ?? "");
    if (start === undefined || !HEADER.test(stripped(lines[index + 1] ?? "", start.indent))) continue;
    const { message, end } = readMessage(lines, index, start);
    if (message !== undefined) {
      const before = framing(lines, index, used, start.dumped);
      messages.push({ message, line: index + 1, ...before.facts });
      for (const at of before.lines) used.add(at);
      for (let at = index; at < end; at += 1) used.add(at);
    }
    // Also after a message that cannot be read: none of its lines is looked at twice.
    index = end - 1;
  }
  return { messages, lines: used };
}

interface Start {
  readonly text: string;
  /** Blanks that the logger put before every line. */
  readonly indent: number;
  /** Bytes of the packet's own headers stand before it, and perhaps on lines above. */
  readonly dumped: boolean;
}

/** The start line in a line, without what a packet dump puts before it. */
function startLine(line: string): Start | undefined {
  if (!line.includes("SIP/2.0")) return undefined;
  const trimmed = line.trimEnd();
  const match = REQUEST.exec(trimmed) ?? RESPONSE.exec(trimmed);
  if (match === null) return undefined;
  const before = line.slice(0, match.index);
  // A word before it means a sentence about SIP; a packet dump has dots and odd signs there.
  if (/[A-Za-z]{2}[:,]? $/.test(before)) return undefined;
  const blank = before.trim() === "";
  return { text: match[0].trim(), indent: blank ? before.length : 0, dumped: !blank };
}

function stripped(line: string, indent: number): string {
  return line.slice(0, indent).trim() === "" ? line.slice(indent) : line;
}

function readMessage(
  lines: readonly string[],
  index: number,
  { text, indent }: Start,
): { message: SipMessage | undefined; end: number } {
  const head: string[] = [];
  let end = index + 1;
  for (; end < lines.length; end += 1) {
    const line = stripped(lines[end] ?? "", indent);
    const folded = /^[ \t]+\S/.test(line) && head.length > 0;
    if (!HEADER.test(line) && !folded) break;
    head.push(line);
  }
  // ngrep -W byline writes a dot for the CR at each line's end.
  const dotted = head.length > 0 && head.every((line) => line.endsWith("."));
  const plain = (line: string) => (dotted ? line.replace(/\.$/, "") : line);
  const kept = head.filter((line) => !/^(?:content-length|l)\s{0,3}:/i.test(line)).map(plain);
  const start = dotted ? text.replace(/\.$/, "") : text;
  try {
    const message = parseMessage(Buffer.from([start, ...kept, "", ""].join("\r\n"), "utf8"));
    return { message, end: bodyEnd(lines, end, indent) };
  } catch (error) {
    if (error instanceof SipParseError) return { message: undefined, end };
    throw error;
  }
}

/** Past the empty line and a body in SDP, which is not looked at. */
function bodyEnd(lines: readonly string[], from: number, indent: number): number {
  let end = from;
  if (/^\.?$/.test((lines[end] ?? "x").trim())) end += 1;
  while (end < lines.length && /^[a-z]=/.test(stripped(lines[end] ?? "", indent))) end += 1;
  return end;
}

interface Framing {
  readonly facts: Pick<TracedMessage, "at" | "direction" | "peer" | "to">;
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
    const found = frame(line);
    at = timeOf(line) ?? /\bat (\d{2}:\d{2}:\d{2}\.\d{1,9})/.exec(line)?.[1];
    if (found) {
      // chan_sip's time stands on the line before.
      const above = (lines[index - back - 1] ?? "").trimEnd().endsWith("chan_sip.c:")
        ? index - back - 1
        : undefined;
      at ??= above === undefined ? undefined : timeOf(lines[above] ?? "");
      const own = above === undefined ? [index - back] : [index - back, above];
      return { facts: { ...found, ...(at ? { at } : {}) }, lines: [...seen, ...own] };
    }
    if (!dumped) break;
    seen.push(index - back);
  }
  return { facts: at === undefined ? {} : { at }, lines: dumped ? [] : seen };
}

type Frame = Pick<TracedMessage, "direction" | "peer" | "to">;

function frame(line: string): Frame | undefined {
  const received =
    /(?:Received SIP \w{1,10} \(\d{1,7} bytes\)|SIP read|recv \d{1,7} bytes|RX \d{1,7} bytes .{1,120}?) from (?<peer>\S{1,90})/i.exec(
      line,
    );
  if (received) return { direction: "received", ...peerOf(received.groups?.peer) };
  const sent =
    /(?:Transmitting SIP \w{1,10} \(\d{1,7} bytes\)|[Tt]ransmitting (?:#\d{1,3} )?\((?:no )?NAT\)|send \d{1,7} bytes|TX \d{1,7} bytes .{1,120}?) to (?<peer>(?:(?:UDP|TCP|TLS) )?\S{1,90})/i.exec(
      line,
    );
  if (sent) return { direction: "sent", ...peerOf(sent.groups?.peer) };
  const network =
    /(?:^|\s)(?<peer>[0-9A-Fa-f[\].:]{7,60}) (?:->|>) (?<to>[0-9A-Fa-f[\].:]{7,60}?):?(?:\s|$)/.exec(line);
  if (!network) return undefined;
  const to = endpoint(network.groups?.to);
  return { ...peerOf(network.groups?.peer), ...(to ? { to } : {}) };
}

function peerOf(text: string | undefined): { peer?: string } {
  const peer = endpoint(text);
  return peer === undefined ? {} : { peer };
}

/** `UDP:192.0.2.1:5060`, `udp/[192.0.2.1]:5060`, `192.0.2.1.5060` (tcpdump) as `192.0.2.1:5060`. */
function endpoint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bare = text.replace(/^(?:UDP|TCP|TLS|WSS?)[:/ ]\s?/i, "").replace(/[:,]$/, "");
  const dotted = /^(\d{1,3}(?:\.\d{1,3}){3})\.(\d{1,5})$/.exec(bare);
  const plain = dotted ? `${dotted[1]}:${dotted[2]}` : bare.replace(/^\[(\d[\d.]{6,14})\]/, "$1");
  return isIP(hostOf(plain)) === 0 ? undefined : plain;
}

function hostOf(hostPort: string): string {
  return hostPort.replace(/:\d{1,5}$/, "").replace(/^\[(.*)\]$/, "$1");
}
