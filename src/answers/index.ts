import { BINDINGS } from "./binding-symptoms.js";
import { CALL_SYMPTOMS } from "./call-symptoms.js";
import { troubleOfAnswer } from "./meaning.js";
import { ANSWERS } from "./records.js";
import { REFUSAL_SYMPTOMS } from "./refusal-symptoms.js";
import { SILENCE } from "./silence-symptoms.js";
import type { Trouble } from "./types.js";

export { SOURCES } from "./sources.js";
export type * from "./types.js";

/**
 * The troubleshooting table: what SIP answers and symptoms mean, their usual causes and what helps. General
 * knowledge; what one PBX does differently is in its preset.
 */
const TROUBLES: readonly Trouble[] = [
  ...ANSWERS.map(troubleOfAnswer),
  ...REFUSAL_SYMPTOMS,
  ...SILENCE,
  ...BINDINGS,
  ...CALL_SYMPTOMS,
];

/** Codes and numbers that are covered by another entry. */
const ALSO: ReadonlyMap<string, string> = new Map([
  ...ANSWERS.flatMap(({ id, codes }) => codes.map((code) => [`${code}`, id] as const)),
  ...["32210", "32009", "32209"].map((number) => [number, "twilio-32210"] as const),
]);

/** Every entry, in the table's order. */
export function listTroubles(): readonly Trouble[] {
  return TROUBLES;
}

/** The entry of a SIP code or symptom, or `undefined`. */
export function troubleOf(id: string): Trouble | undefined {
  const wanted = ALSO.get(id) ?? id.toLowerCase();
  return TROUBLES.find((trouble) => trouble.id === wanted);
}

/**
 * Entries that a person's words point to, the best first, at most `most`: a code or an id anywhere in the text,
 * a state of the platform, or the words of titles and keywords.
 */
export function searchTroubles(text: string, most = 3): Trouble[] {
  const query = ` ${plain(text.slice(0, 500))} `;
  const codes = [...query.matchAll(/(?<!\d)\d{3,5}(?!\d)/g)].flatMap(([code]) => troubleOf(code) ?? []);
  const scored = TROUBLES.map((trouble) => ({
    trouble,
    score: codes.includes(trouble) ? 100 : score(trouble, query),
  }))
    .filter((entry) => entry.score > 0)
    .sort((left, right) => right.score - left.score);
  return scored.slice(0, most).map(({ trouble }) => trouble);
}

function score({ id, title, words, states }: Trouble, query: string): number {
  if (query.includes(` ${plain(id)} `)) return 50;
  const named = [...words, title].map(plain).filter((name) => query.includes(` ${name} `));
  const longest = Math.max(0, ...named.map(({ length }) => length));
  if (longest > 0) return longest + named.length;
  return states.some((state) => query.includes(` ${plain(state)} `)) ? 1 : 0;
}

/** Lower case, letters and digits, single blanks. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}
