import { Buffer } from "node:buffer";
import { parseMessage, type SipMessage, SipParseError } from "../sip/index.js";

/** Finds and reads SIP in captured bytes. */

const METHODS = [
  "REGISTER",
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "OPTIONS",
  "SUBSCRIBE",
  "NOTIFY",
  "REFER",
  "INFO",
  "MESSAGE",
  "PRACK",
  "UPDATE",
  "PUBLISH",
];
const STARTS = [...METHODS.map((method) => `${method} `), "SIP/2.0 "].map((text) => Buffer.from(text));
const LONGEST = Math.max(...STARTS.map(({ length }) => length));
const STARTS_BY_BYTE = new Map<number, Buffer[]>();
for (const start of STARTS) {
  const first = start[0] ?? 0;
  STARTS_BY_BYTE.set(first, [...(STARTS_BY_BYTE.get(first) ?? []), start]);
}

/** Whether the bytes begin as a SIP message does; line ends before it count. */
export function beginsAsSip(bytes: Buffer): boolean {
  let at = 0;
  while (at < 4 && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at += 1;
  const starts = STARTS_BY_BYTE.get(bytes[at] ?? 0);
  if (starts === undefined) return false;
  const head = bytes.subarray(at, at + LONGEST);
  return starts.some((start) => head.length >= start.length && head.subarray(0, start.length).equals(start));
}

/** Whether more bytes may make it the beginning of one: a segment may hold a single byte. */
export function mayBeginSip(bytes: Buffer): boolean {
  let at = 0;
  while (at < 4 && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at += 1;
  if (at >= bytes.length) return true;
  const head = bytes.subarray(at);
  const starts = STARTS_BY_BYTE.get(head[0] ?? 0) ?? [];
  return starts.some((start) => head.length < start.length && start.subarray(0, head.length).equals(head));
}

/** The Call-ID in a message that has not been read; empty where there is none. */
export function callIdIn(text: string): string {
  return /\n(?:call-id|i)[ \t]{0,9}:[ \t]{0,9}([^\r\n]{1,300})/i.exec(text)?.[1]?.trimEnd() ?? "";
}

/**
 * Reads the message in a datagram; `undefined` where it cannot be read. Of one that was cut, or says a length that it
 * has not, the headers that are whole count.
 */
export function readDatagram(bytes: Buffer): SipMessage | undefined {
  return parsed(bytes) ?? parsed(wholeLines(bytes));
}

function parsed(bytes: Buffer): SipMessage | undefined {
  try {
    return parseMessage(bytes);
  } catch (error) {
    if (error instanceof SipParseError) return undefined;
    throw error;
  }
}

const MOST_CUT = 65_535;

/** Header lines that are there to their end, without the length that the body no longer has, and what there is of a body. */
function wholeLines(bytes: Buffer): Buffer {
  const text = bytes.subarray(0, MOST_CUT).toString("latin1");
  const headEnd = /\r?\n\r?\n/.exec(text);
  const head = headEnd ? text.slice(0, headEnd.index) : text.slice(0, Math.max(0, text.lastIndexOf("\n")));
  const body = headEnd ? text.slice(headEnd.index + headEnd[0].length) : "";
  const lines = head.split("\n").map((line) => line.replace(/\r$/, ""));
  const kept = lines.filter((line) => !/^(?:content-length|l)[ \t]{0,3}:/i.test(line));
  return Buffer.from([...kept, "", body].join("\r\n"), "latin1");
}
