import { cleanText } from "../../redaction/text.js";
import { untrusted } from "../../redaction/untrusted.js";

/** What is wrong with a message or header that came in; stable, for programs. */
export type SipParseCode =
  | "empty"
  | "start-line"
  | "version"
  | "status"
  | "header"
  | "header-missing"
  | "header-too-long"
  | "too-many-headers"
  | "too-large"
  | "content-length"
  | "content-length-missing"
  | "truncated"
  | "unfinished"
  | "line-end"
  | "list"
  | "uri"
  | "name-addr"
  | "params"
  | "via"
  | "cseq"
  | "number"
  | "mismatch";

const EXCERPT = 60;

function withExcerpt(text: string, excerpt: string | undefined): string {
  return excerpt === undefined ? text : `${text}: "${cleanText(excerpt, EXCERPT)}"`;
}

function sentenceOf(text: string, excerpt: string | undefined): string {
  return excerpt === undefined ? text : `${text}: ${untrusted(excerpt, { max: EXCERPT })}`;
}

/**
 * A message, header or value from the peer that does not follow the grammar. The text carries at most a
 * short cleaned excerpt of what came, never a whole header.
 */
export class SipParseError extends Error {
  override readonly name = "SipParseError";
  readonly code: SipParseCode;
  /** The message for a person: our words, in which the excerpt counts as someone else's. */
  readonly sentence: string;

  constructor(code: SipParseCode, text: string, excerpt?: string) {
    super(withExcerpt(text, excerpt));
    this.code = code;
    this.sentence = sentenceOf(text, excerpt);
  }
}

export type SipSerializeCode =
  | "method"
  | "uri"
  | "status"
  | "reason"
  | "header-name"
  | "header-value"
  | "value";

/** A message that must not be written: it would break the grammar, or smuggle in lines. Values are never quoted. */
export class SipSerializeError extends Error {
  override readonly name = "SipSerializeError";
  readonly code: SipSerializeCode;

  constructor(code: SipSerializeCode, text: string) {
    super(text);
    this.code = code;
  }
}

export type DigestErrorCode = "unrepresentable" | "unsupported";

/** A challenge that cannot be answered, or an answer that cannot be written. Never carries user, realm or password. */
export class DigestError extends Error {
  override readonly name = "DigestError";
  readonly code: DigestErrorCode;

  constructor(code: DigestErrorCode, text: string) {
    super(text);
    this.code = code;
  }
}

/** Why a target cannot be located at all (as opposed to a lookup that found nothing, which is a result). */
export type LocateErrorCode = "target" | "port";

/** The question put to `locate` is itself wrong: no name, a port out of range. */
export class LocateError extends Error {
  override readonly name = "LocateError";
  readonly code: LocateErrorCode;
  /** As with {@link SipParseError}. */
  readonly sentence: string;

  constructor(code: LocateErrorCode, text: string, excerpt?: string) {
    super(withExcerpt(text, excerpt));
    this.code = code;
    this.sentence = sentenceOf(text, excerpt);
  }
}
