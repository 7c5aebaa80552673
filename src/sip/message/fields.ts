import { present } from "../../base/present.js";
import { SipParseError } from "./errors.js";
import { splitList, TOKEN } from "./header-value.js";
import type { Headers } from "./message.js";
import { type NameAddr, parseNameAddr } from "./name-addr.js";

export interface CSeq {
  /** Below 2^31 (RFC 3261 8.1.1.5). */
  readonly number: number;
  readonly method: string;
}

/** Reads a CSeq value (RFC 3261 20.16). @throws SipParseError `cseq`. */
export function parseCSeq(value: string): CSeq {
  const [, digits = "", method = ""] = /^(\d+)[ \t]+(\S+)$/.exec(value) ?? [];
  if (!TOKEN.test(method)) throw new SipParseError("cseq", "not a CSeq", value);
  const number = Number(digits);
  if (number >= 2 ** 31) throw new SipParseError("cseq", "a CSeq number of 2^31 or more");
  return { number, method };
}

/** Reads delta-seconds, 0 to 2^32−1 (RFC 3261 25.1). @throws SipParseError `number`. */
export function parseSeconds(value: string): number {
  if (!/^\d+$/.test(value)) throw new SipParseError("number", "not a number of seconds", value);
  const seconds = Number(value);
  if (seconds >= 2 ** 32) throw new SipParseError("number", "a number of seconds of 2^32 or more");
  return seconds;
}

/**
 * Seconds of Retry-After, whose comment and parameters are left aside (RFC 3261 20.33); `undefined` when
 * there is none that can be read.
 */
export function retryAfter(headers: Headers): number | undefined {
  return readSeconds(/^\s*(\d+)\s*(?:[(;]|$)/.exec(headers.get("Retry-After") ?? "")?.[1]);
}

export interface Contact extends NameAddr {
  /** Its own `expires`, else the message's Expires header, in seconds (RFC 3261 10.2.1.1). */
  readonly expires?: number;
  /** 0 to 1. */
  readonly q?: number;
}

export interface Contacts {
  /** `Contact: *` (RFC 3261 10.2.2). */
  readonly star: boolean;
  readonly list: readonly Contact[];
  /** Values that could not be read: they do not hide the others. */
  readonly unreadable: number;
}

/** The Contact values of a message. A malformed one is counted and left out. */
export function readContacts(headers: Headers): Contacts {
  const common = readSeconds(headers.get("Expires"));
  const list: Contact[] = [];
  let unreadable = 0;
  let star = false;
  for (const line of headers.all("Contact")) {
    if (line.trim() === "*") {
      star = true;
      continue;
    }
    for (const item of splitOrNothing(line)) {
      const contact = item === undefined ? undefined : readContact(item, common);
      if (contact === undefined) unreadable += 1;
      else list.push(contact);
    }
  }
  return { star, list, unreadable };
}

function splitOrNothing(line: string): (string | undefined)[] {
  return tolerant(() => splitList(line)) ?? [undefined];
}

function readContact(item: string, common: number | undefined): Contact | undefined {
  const address = tolerant(() => parseNameAddr(item));
  if (address === undefined) return undefined;
  const expires = readSeconds(address.params.get("expires")) ?? common;
  const quality = address.params.get("q") ?? "";
  return {
    ...address,
    ...present({ expires }),
    ...(/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? { q: Number(quality) } : {}),
  };
}

function readSeconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : tolerant(() => parseSeconds(text.trim()));
}

/** The value, or `undefined` when the text is malformed. */
export function tolerant<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SipParseError) return undefined;
    throw error;
  }
}
