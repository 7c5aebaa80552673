import leven from "leven";

/** Edits that are a slip of the pen: one from four letters on, two from seven on. */
function allowedIn(word: string): number {
  return word.length >= 7 ? 2 : word.length >= 4 ? 1 : 0;
}

interface Known {
  readonly word: string;
  readonly signs: number;
}

/** Finds words that are one of many with a slip of the pen. Most are ruled out by their first letter, length and signs. Pure. */
export class SimilarWords {
  /** By first letter and length. */
  readonly #known = new Map<string, Known[]>();

  constructor(words: Iterable<string>) {
    for (const word of words) {
      if (allowedIn(word) === 0) continue;
      const key = keyOf(word, word.length);
      const list = this.#known.get(key);
      const known = { word, signs: signsOf(word) };
      if (list === undefined) this.#known.set(key, [known]);
      else list.push(known);
    }
  }

  /** Those that are meant, and in how many edits. The same word is none of them. */
  misspelt(typed: string): { word: string; edits: number }[] {
    if (typed === "" || /^\d+$/.test(typed)) return [];
    const found: { word: string; edits: number }[] = [];
    const signs = signsOf(typed);
    // A slip is seldom in the first letter, and short words would meet by chance.
    for (let length = typed.length - 2; length <= typed.length + 2; length += 1) {
      for (const known of this.#known.get(keyOf(typed, length)) ?? []) {
        const { word } = known;
        const allowed = allowedIn(word);
        if (word === typed || Math.abs(length - typed.length) > allowed) continue;
        // An edit takes one sign away, brings one in, or both.
        if (bitsIn(known.signs ^ signs) > 2 * allowed) continue;
        const edits = leven(word, typed);
        if (edits <= allowed) found.push({ word, edits });
      }
    }
    return found;
  }
}

function keyOf(word: string, length: number): string {
  return `${word[0]}${length}`;
}

/** A bit for each character in a word; digits share some. */
function signsOf(word: string): number {
  let signs = 0;
  for (let at = 0; at < word.length; at += 1) signs |= 1 << (word.charCodeAt(at) % 32);
  return signs;
}

function bitsIn(signs: number): number {
  let count = 0;
  for (let left = signs; left !== 0; left &= left - 1) count += 1;
  return count;
}
