import leven from "leven";
import { SUMMARIES } from "./catalogue.js";
import type { PresetSummary } from "./types.js";

/** Words that say nothing about which system is meant. */
const COMMON = new Set(
  "a an and any as at box business call calls cloud connect for from have hosted i in is it linux my new of office on or our own pbx phone phones platform server service sip software system telephone telephony the to trunk trunking use used using version voice voip we with work".split(
    " ",
  ),
);
/** More words than this are not compared; a query is a name or a sentence. */
const MAX_WORDS = 40;
/** As many words of the query are read together as one name: "3 cx", "free pbx", "twilio elastic sip trunking". */
const MAX_WINDOW = 4;
const MAX_RESULTS = 10;

interface Entry {
  summary: PresetSummary;
  /** Names without blanks and punctuation. */
  names: readonly string[];
  vendorWords: readonly string[];
  words: readonly string[];
}

let entries: readonly Entry[] | undefined;

/**
 * Presets that a person's words point to, the best first; empty where nothing fits (then `generic-sip` is the
 * way). Finds names and aliases also inside a sentence, written apart or together, and misspelt; then vendors.
 */
export function searchPresets(query: string): PresetSummary[] {
  entries ??= SUMMARIES.map(entryOf);
  const words = wordsOf(query.slice(0, 500)).slice(0, MAX_WORDS);
  const windows = windowsOf(words);
  return entries
    .map((entry) => ({ summary: entry.summary, score: scoreOf(entry, words, windows) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .slice(0, MAX_RESULTS)
    .map(({ summary }) => summary);
}

function entryOf(summary: PresetSummary): Entry {
  const names = [summary.id, summary.name, ...summary.aliases].map((name) => wordsOf(name).join(""));
  return {
    summary,
    names: [...new Set(names)],
    vendorWords: telling(wordsOf(summary.vendor)),
    words: telling(wordsOf(`${summary.name} ${summary.aliases.join(" ")}`)),
  };
}

/** Lower case, without accents and punctuation. */
function wordsOf(text: string): string[] {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

function telling(words: readonly string[]): string[] {
  return [...new Set(words.filter((word) => word.length > 2 && !COMMON.has(word) && !/^v?\d+$/.test(word)))];
}

/** Every run of up to four words, joined. */
function windowsOf(words: readonly string[]): string[] {
  const windows = words.flatMap((_, start) =>
    Array.from({ length: Math.min(MAX_WINDOW, words.length - start) }, (_unused, extra) =>
      words.slice(start, start + extra + 1).join(""),
    ),
  );
  return [...new Set(windows)].filter((window) => !COMMON.has(window));
}

function scoreOf(entry: Entry, words: readonly string[], windows: readonly string[]): number {
  const whole = words.join("");
  let best = 0;
  for (const name of entry.names) {
    if (name === whole) return 200;
    for (const window of windows) best = Math.max(best, nameScore(name, window));
    if (whole.length >= 3 && !COMMON.has(whole) && name.startsWith(whole)) best = Math.max(best, 60);
  }
  for (const word of telling(words)) {
    if (entry.vendorWords.includes(word)) best = Math.max(best, 40);
    else if (entry.words.includes(word)) best = Math.max(best, 35);
    else if ([...entry.vendorWords, ...entry.words].some((known) => misspelt(known, word))) {
      best = Math.max(best, 25);
    }
  }
  return best;
}

/** The longer the name that was found, the surer: "freepbx chan_sip" before "freepbx". */
function nameScore(name: string, window: string): number {
  const length = Math.min(name.length, 30);
  if (name === window) return 100 + length;
  return misspelt(name, window) ? 60 + length - 5 * leven(name, window) : 0;
}

/** Whether a word is a known one with a slip of the pen: one edit from four letters on, two from seven on. */
function misspelt(known: string, typed: string): boolean {
  const allowed = known.length >= 7 ? 2 : known.length >= 4 ? 1 : 0;
  if (allowed === 0 || known === typed || Math.abs(known.length - typed.length) > allowed) return false;
  // A slip is seldom in the first letter, and short words would meet by chance.
  if (known[0] !== typed[0] || /^\d+$/.test(typed)) return false;
  return leven(known, typed) <= allowed;
}
