import { Buffer } from "node:buffer";
import type { Secret } from "../secret.js";
import { cleanText } from "../text.js";

const HIDDEN = "[secret]";

/** Below this length a value stands in many ordinary words, so it is taken out only where it stands alone. */
const FULL_LENGTH = 4;

export type Scrub = (text: string) => string;

/**
 * Takes the values that were sent with a request out of text that came back: an API may echo what it
 * rejects. Finds them as they are and escaped for JSON, HTML, URLs and forms, in base64 and in hex.
 */
export function scrubber(secrets: readonly Secret[]): Scrub {
  const forms = secrets
    .flatMap((secret) => formsOf(secret.reveal()))
    .filter((form) => form !== "")
    .toSorted((left, right) => right.length - left.length)
    .map((form) => (form.length < FULL_LENGTH ? `(?<!\\w)${escaped(form)}(?!\\w)` : escaped(form)));
  if (forms.length === 0) return (text) => text;
  const pattern = new RegExp(`\\[secret\\]|${[...new Set(forms)].join("|")}`, "gi");
  return (text) => text.replace(pattern, HIDDEN);
}

/** Outside text fit to be shown: scrubbed before any cut, so that no half is left, and after cleaning, which may join halves. */
export function shownText(text: string, scrub: Scrub, max = 300): string {
  const wide = scrub(cleanText(scrub(text), 4 * max));
  return cleanText(wide, max);
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = bytes.toString("base64").replace(/=+$/, "");
  return [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(bytes.toString("utf8")),
    new URLSearchParams([["", value]]).toString().slice(1),
    value.replace(/[&<>"']/g, (sign) => `&${ENTITIES[sign]};`),
    ...(bytes.length < FULL_LENGTH ? [] : [base64, bytes.toString("base64url"), bytes.toString("hex")]),
  ];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "#39",
};

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
