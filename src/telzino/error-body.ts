import type { Untrusted } from "../redaction/untrusted.js";
import { type Scrub, scrubbed } from "./scrub.js";
import { REGISTRATION_FIELDS } from "./wire.js";

const MAX_WORDS = 300;
const MAX_ENTRIES = 5;
const MAX_DEPTH = 4;
/** Of a list or of fields so many are looked at, whatever they say. */
const MAX_LOOKED_AT = 50;
/** A longer one is not written for people: only a page's title is read from it. Characters. */
const MAX_BODY = 65_536;
/** Characters. */
const MAX_COMPARED = 2_000;

/** Fields that say what went wrong, the most telling first (`error` may be no more than the status in words). */
const MESSAGE_FIELDS = [
  "message",
  "error_description",
  "detail",
  "details",
  "errorMessage",
  "msg",
  "reason",
  "title",
] as const;
/** Fields of one entry of a list of errors that name the rejected field. */
const PLACE_FIELDS = ["field", "path", "param", "property", "loc"] as const;

/**
 * The API's own words in the body of an error, cleaned and clamped; `undefined` where there are none.
 *
 * The shape of error bodies is not documented: takes `{"error":"…"}`, `{"message":"…"}`,
 * `{"error":{"message":"…"}}`, `{"errors":[…]}`, OAuth's `error_description` (RFC 6749 section 5.2), problem
 * details (RFC 9457), the title of an HTML page, and plain text. What looks like JSON and is not gives
 * nothing: it may be a piece of anything. Never throws.
 */
export function readErrorBody(body: string, scrub: Scrub): ErrorWords | undefined {
  const words = wordsIn(body.replace(/^\uFEFF/, "").trim());
  const detail = scrubbed(words, scrub, MAX_WORDS);
  return detail.isEmpty ? undefined : { detail, fields: namedFields(words) };
}

/** What the API said, and which fields of the request it named: these are known also where its words are left out. */
export interface ErrorWords {
  detail: Untrusted;
  fields: readonly string[];
}

function namedFields(words: string): string[] {
  const named = new Set(words.slice(0, MAX_COMPARED).match(/\w{1,64}/g));
  return REGISTRATION_FIELDS.filter((field) => named.has(field));
}

/** The title of an HTML page (a captive portal, a gateway), cleaned; `undefined` for anything else. */
export function readPageTitle(body: string, scrub: Scrub): Untrusted | undefined {
  const text = body.trim();
  if (!looksLikeHtml(text)) return undefined;
  const title = scrubbed(titleOf(text), scrub, MAX_WORDS);
  return title.isEmpty ? undefined : title;
}

function wordsIn(text: string): string {
  if (looksLikeHtml(text)) return titleOf(text);
  if (text.length > MAX_BODY) return "";
  try {
    return wordsOf(JSON.parse(text), MAX_DEPTH);
  } catch {
    return /^[[{"]/.test(text) ? "" : text;
  }
}

function wordsOf(value: unknown, depth: number): string {
  if (typeof value === "string") return value;
  if (depth === 0 || typeof value !== "object" || value === null) return "";
  if (Array.isArray(value)) return joined(value, (entry) => wordsOf(entry, depth - 1));
  return wordsOfObject(value as Record<string, unknown>, depth);
}

function wordsOfObject(fields: Record<string, unknown>, depth: number): string {
  const list = fields.errors ?? fields.issues;
  const inList = Array.isArray(list) ? wordsOf(list, depth - 1) : wordsByField(list, depth - 1);
  const own = ownWords(fields, depth);
  if (own !== "" && inList !== "") return holds(own, inList) ? own : `${own}: ${inList}`;
  return own || inList || wordsOf(fields.data, depth - 1);
}

function ownWords(fields: Record<string, unknown>, depth: number): string {
  const nested = typeof fields.error === "object" ? wordsOf(fields.error, depth - 1) : "";
  if (nested !== "") return nested;
  for (const name of MESSAGE_FIELDS) {
    const words = wordsOf(fields[name], depth - 1);
    if (words !== "") return withPlace(fields, words);
  }
  return typeof fields.error === "string" ? fields.error : "";
}

/** `{"port":["must be a number"]}` as `port: must be a number`. */
function wordsByField(value: unknown, depth: number): string {
  if (typeof value !== "object" || value === null || depth <= 0) return "";
  return joined(Object.entries(value), ([field, entry]) => {
    const words = wordsOf(entry, depth - 1);
    return words === "" ? "" : `${field}: ${words}`;
  });
}

function withPlace(fields: Record<string, unknown>, words: string): string {
  for (const name of PLACE_FIELDS) {
    const place = fields[name];
    const text = Array.isArray(place) ? place.slice(0, MAX_LOOKED_AT).filter(isStep).join(".") : place;
    if (typeof text === "string" && text !== "") return holds(words, text) ? words : `${text}: ${words}`;
  }
  return words;
}

/** One step of a path to a field: anything else has no place in it, and a list in a list in a list … no end. */
function isStep(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** Whether `part` is said in `whole` already; of long texts it does not matter, and looking would take long. */
function holds(whole: string, part: string): boolean {
  return part.length <= MAX_COMPARED && whole.slice(0, MAX_COMPARED).includes(part);
}

/** The first words that there are. */
function joined<Entry>(entries: readonly Entry[], wordsIn: (entry: Entry) => string): string {
  const found: string[] = [];
  for (const entry of entries.slice(0, MAX_LOOKED_AT)) {
    const words = wordsIn(entry);
    if (words !== "") found.push(words);
    if (found.length === MAX_ENTRIES) break;
  }
  return found.join("; ");
}

function looksLikeHtml(text: string): boolean {
  return (
    /^<(?:!doctype|html|head|body|h[1-6]|title|center|p|div|!--|\?xml)\b/i.test(text) || /^<!--/.test(text)
  );
}

function titleOf(html: string): string {
  const head = html.slice(0, 65_536);
  const found = /<title[^>]{0,200}>([^<]{1,1000})/i.exec(head) ?? /<h1[^>]{0,200}>([^<]{1,1000})/i.exec(head);
  return decodeEntities(found?.[1] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: " ",
  "#39": "'",
};

function decodeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
