import { type SipParseCode, SipParseError } from "../message/errors.js";
import { parseCSeq, parseSeconds } from "../message/fields.js";
import { splitList } from "../message/header-value.js";
import type { SipMessage } from "../message/message.js";
import { parseNameAddr } from "../message/name-addr.js";
import { parseUri } from "../message/uri.js";
import { parseVia } from "../message/via.js";

/** One thing in a message that breaks RFC 3261 although its lines could be read. */
export interface Fault {
  readonly code: SipParseCode;
  readonly header: string;
  readonly text: string;
}

const REQUIRED = ["Via", "From", "To", "Call-ID", "CSeq"] as const;
const ONCE = ["From", "To", "Call-ID", "CSeq", "Max-Forwards", "Expires", "Content-Type"] as const;
const SIP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * What a strict element would refuse a message for: missing or repeated headers (8.1.1), values that break
 * their grammar, a CSeq of another method (8.1.1.5), numbers out of range. A server answers 400 to a request
 * with faults; a client may continue. Empty for a sound message.
 */
export function findFaults(message: SipMessage): Fault[] {
  return [...countFaults(message), ...uriFaults(message), ...valueFaults(message)];
}

function countFaults({ headers }: SipMessage): Fault[] {
  const missing = REQUIRED.filter((name) => !headers.has(name)).map((header) => ({
    code: "header-missing" as const,
    header,
    text: `no ${header}`,
  }));
  const repeated = ONCE.filter((name) => headers.all(name).length > 1).map((header) => ({
    code: "header" as const,
    header,
    text: `${header} more than once`,
  }));
  return [...missing, ...repeated];
}

function uriFaults(message: SipMessage): Fault[] {
  if (message.kind === "response" || !/^sips?:/i.test(message.uri)) return [];
  return check("Request-URI", message.uri, (uri) => {
    if (parseUri(uri).headers !== undefined) {
      throw new SipParseError("uri", "headers in a Request-URI");
    }
  });
}

function valueFaults(message: SipMessage): Fault[] {
  const { headers } = message;
  const each = (name: string, read: (value: string) => void) =>
    headers.all(name).flatMap((value) => check(name, value, read));
  return [
    ...each("Via", (value) => nonEmpty(splitList(value)).forEach(parseVia)),
    ...each("From", checkAddress),
    ...each("To", checkAddress),
    ...each("Contact", checkContact),
    ...each("Call-ID", checkCallId),
    ...each("CSeq", (value) => checkCSeq(value, message)),
    ...each("Max-Forwards", checkMaxForwards),
    ...each("Expires", parseSeconds),
    ...each("Retry-After", (value) => parseSeconds(value.split(/[ \t(;]/, 1)[0] ?? "")),
    ...each("Warning", checkWarning),
    ...each("Date", checkDate),
  ];
}

function check(header: string, value: string, read: (value: string) => void): Fault[] {
  try {
    read(value);
    return [];
  } catch (error) {
    if (error instanceof SipParseError) return [{ code: error.code, header, text: error.message }];
    throw error;
  }
}

function nonEmpty(items: string[]): string[] {
  if (items.length === 0) throw new SipParseError("list", "an empty value");
  return items;
}

function checkAddress(value: string): void {
  const { uri } = parseNameAddr(value);
  if (/^sips?:/i.test(uri)) parseUri(uri);
}

function checkContact(value: string): void {
  if (value === "*") return;
  for (const item of nonEmpty(splitList(value))) {
    const { params, uri } = parseNameAddr(item);
    if (/^sips?:/i.test(uri)) parseUri(uri);
    const expires = params.get("expires");
    if (expires !== undefined) parseSeconds(expires);
    const quality = params.get("q");
    if (quality !== undefined && !/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality)) {
      throw new SipParseError("number", "q is not between 0 and 1", quality);
    }
  }
}

function checkCallId(value: string): void {
  if (!/^[^\s]+$/.test(value)) throw new SipParseError("header", "a Call-ID with blanks, or empty");
}

function checkCSeq(value: string, message: SipMessage): void {
  const { method } = parseCSeq(value);
  if (message.kind === "request" && method !== message.method) {
    throw new SipParseError("mismatch", "the method of CSeq is not that of the request", method);
  }
}

function checkMaxForwards(value: string): void {
  if (!/^\d+$/.test(value) || Number(value) > 255) {
    throw new SipParseError("number", "Max-Forwards is not between 0 and 255", value);
  }
}

function checkWarning(value: string): void {
  for (const item of splitList(value)) {
    if (!/^\d{3} /.test(item)) throw new SipParseError("number", "a warning code is not of three digits");
  }
}

function checkDate(value: string): void {
  if (!SIP_DATE.test(value)) throw new SipParseError("header", "a Date that is not in GMT form", value);
}
