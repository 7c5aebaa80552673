import { z } from "zod";
import { isObject } from "../base/is-object.js";
import type { Untrusted } from "../redaction/untrusted.js";
import { apiText, apiToken } from "./api-text.js";
import { hasMoreParts } from "./json-size.js";

/**
 * A field that `read` makes sense of, or that is taken as absent: what this program cannot read in one field
 * must not cost it the rest of an answer.
 */
function field<T>(read: (value: unknown) => T | undefined) {
  return z.unknown().transform(read).optional();
}

/** A text exactly as it was sent (it may be compared or sent back); numbers as their digits; empty as absent. */
export const exactText = field((value) => {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
});

/** An identifier of the API: anything that could not be part of a path is not one. */
export const identifier = field((value) => {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^[A-Za-z0-9][\w.:-]{0,127}$/.test(text) ? text : undefined;
});

/** A text for people. */
export function textField(max: number) {
  return field((value) => {
    if (typeof value !== "string" && typeof value !== "number") return undefined;
    const text = apiText(String(value), { max });
    return text.isEmpty ? undefined : text;
  });
}

/** One of the words that the API documents, in whatever case; an unknown one passes through. */
export function word<Word extends string>(words: readonly Word[], letters: "lower" | "upper") {
  return field((value): Word | Untrusted | undefined => {
    if (typeof value !== "string") return undefined;
    const trimmed = apiToken(value, 64).unwrap();
    const text = letters === "lower" ? trimmed.toLowerCase() : trimmed.toUpperCase();
    if (text === "") return undefined;
    return words.find((known) => known === text) ?? apiToken(text, 64);
  });
}

/** A number, or digits in a string. */
export const numeric = field(readNumber);

export function integer(min: number, max = Number.MAX_SAFE_INTEGER) {
  return field((value) => {
    const number = readNumber(value);
    return number !== undefined && Number.isInteger(number) && number >= min && number <= max
      ? number
      : undefined;
  });
}

function readNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

const WORDS_FOR_TRUE = new Set(["yes", "true", "1", "on", "y", "enabled"]);
const WORDS_FOR_FALSE = new Set(["no", "false", "0", "off", "n", "disabled"]);

/** `true`, `"yes"`, `1` and their like. */
export const yesNo = field((value) => {
  // A list in a list in a list … would be written out by a recursion that ends in an error.
  if (typeof value === "object") return undefined;
  const text = String(value).trim().toLowerCase();
  if (WORDS_FOR_TRUE.has(text)) return true;
  return WORDS_FOR_FALSE.has(text) ? false : undefined;
});

/** From here on (the year 5138 in seconds) a Unix time can only be in milliseconds. */
const LEAST_MILLISECONDS = 1e11;
/** Characters of a date in text. */
const LONGEST_DATE = 64;

/** A Unix time in seconds or milliseconds, or a date in text; without a zone it is UTC. Zero is not a time. */
export const time = field((value) => {
  const unix = readNumber(value);
  const ms = unix === undefined ? readDateText(value) : unix < LEAST_MILLISECONDS ? unix * 1_000 : unix;
  const date = new Date(ms);
  return ms > 0 && !Number.isNaN(date.getTime()) ? date : undefined;
});

function readDateText(value: unknown): number {
  if (typeof value !== "string") return Number.NaN;
  const text = value.trim();
  if (text.length > LONGEST_DATE) return Number.NaN;
  const zoned = /(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i.test(text.replace(/^\d{4}-\d{2}-\d{2}$/, "$&Z"));
  if (zoned) return Date.parse(text);
  return Date.parse(/^\d{4}-\d{2}-\d{2}[T ]/.test(text) ? `${text.replace(" ", "T")}Z` : `${text} UTC`);
}

/** An object, also where it comes as JSON text. */
export const nested = field((value) => {
  const object = typeof value === "string" ? parseNested(value) : value;
  return isObject(object) ? object : undefined;
});

/** Objects, lists and properties of a field that is JSON text in itself: a page has many of them. */
const MAX_NESTED = 400;

/** As {@link parseJson}, for one field of an answer. */
export function parseNested(text: string): unknown {
  return hasMoreParts(text, MAX_NESTED) ? undefined : parseJson(text);
}

/** The value of a JSON text, or `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
