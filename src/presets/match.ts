import { SimilarWords } from "./similar-words.js";

/** How a person's words meet names: exactly, by the maker, by a word, by their beginning or by likeness of letters. Pure. */

/** Words that say nothing about which system is meant. */
const COMMON = new Set(
  "a an and any are as at box business call calls cloud connect customer customers edition for from has have he her his hosted i in is it its linux local my new of office on old or our own pbx pbxs phone phones platform server service she sip software system systems tel telephone telephony that the their they to trunk trunking trunks us use used user uses using v version voice voip want we with work".split(
    " ",
  ),
);
/** Words of names that many products could have; by themselves they point to none. */
const ORDINARY = new Set(
  "agent api app border border business calling central communication communications company connect connection contact control credentials device direct distro domain elastic endpoint enterprise extension flex gateway generic group hub icp legacy manager media meeting messaging microsoft365 mobile multi network operator other plain pro professional profile program programmable project provider registrar registration router routing series single solution standard start startup sub account team teams tenant third party unified unknown white label account area common custom".split(
    " ",
  ),
);
/** More words than this are not compared; a query is a name or a sentence. */
const MAX_WORDS = 40;
/** As many words of the query are read together as one name: "3 cx", "free pbx", "twilio elastic sip trunking". */
const MAX_WINDOW = 7;

/** A name of so many letters is seen at the beginning of a word too: "AsteriskPBX". */
const MIN_STEM = 6;

/** What can be named. */
export interface Nameable {
  readonly names: readonly string[];
  readonly maker: string;
  /** Its names count only where they are all that was said: "other" is a name of the generic preset. */
  readonly onlyWhole?: boolean;
}

/**
 * name: one of its names is among the words. maker: only its maker's. word: a telling word of a name. beginning: the
 * words begin a name. letters: a name is alike.
 */
type Basis = "name" | "maker" | "word" | "beginning" | "letters";

export interface Match<Thing> {
  readonly thing: Thing;
  readonly basis: Basis;
  /** Greater is surer; comparable within one query. */
  readonly score: number;
  /** Where its names are, for basis name. */
  readonly spans: readonly Span[];
}

/** Words of the query: the first one's number, and that after the last. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Entry<Thing> {
  readonly thing: Thing;
  /** Without blanks and punctuation. */
  readonly names: readonly string[];
  readonly onlyWhole: boolean;
}

interface Window extends Span {
  readonly text: string;
}

export interface Query {
  readonly words: readonly string[];
  readonly whole: string;
  readonly windows: readonly Window[];
}

/** Its words written together. */
export function compact(text: string): string {
  return wordsOf(text.slice(0, 500)).slice(0, MAX_WORDS).join("");
}

export function readQuery(text: string): Query {
  const words = wordsOf(text.slice(0, 500)).slice(0, MAX_WORDS);
  return { words, whole: words.join(""), windows: windowsOf(words) };
}

/**
 * Things to look for, made ready once: what is said is looked up, and compared with few names. So a query costs about the
 * same, whatever it says.
 */
export class Names<Thing extends Nameable> {
  readonly #entries: readonly Entry<Thing>[];
  readonly #byName = new Map<string, Entry<Thing>[]>();
  readonly #byWord = new Map<string, Entry<Thing>[]>();
  readonly #byMakerWord = new Map<string, Entry<Thing>[]>();
  readonly #names: SimilarWords;
  readonly #makerWords: SimilarWords;

  constructor(things: readonly Thing[]) {
    this.#entries = things.map((thing) => ({
      thing,
      names: [...new Set(thing.names.map((name) => wordsOf(name).join("")))],
      onlyWhole: thing.onlyWhole === true,
    }));
    for (const entry of this.#entries) {
      const { thing, names } = entry;
      for (const name of names) add(this.#byName, name, entry);
      for (const word of telling(thing.names.flatMap(wordsOf)))
        if (!ORDINARY.has(word)) add(this.#byWord, word, entry);
      for (const word of telling(wordsOf(thing.maker))) add(this.#byMakerWord, word, entry);
    }
    this.#names = new SimilarWords(this.#byName.keys());
    this.#makerWords = new SimilarWords(this.#byMakerWord.keys());
  }

  /** Everything that the words point to, the best first. Where names are found, nothing is guessed. */
  find(query: Query): Match<Thing>[] {
    const named = this.named(query);
    return best(named.length > 0 ? [...named, ...this.ofMaker(query)] : this.guesses(query));
  }

  /** What is among the words by name, the best first. */
  named(query: Query): Match<Thing>[] {
    const named = [...this.#spansIn(query)].map(([entry, own]) => {
      const length = Math.max(0, ...own.map(({ text }) => text.length));
      return match(entry, "name", 200 + Math.min(length, 60), own);
    });
    return best(named);
  }

  /** What a maker among the words makes. */
  ofMaker({ words }: Query): Match<Thing>[] {
    const made = new Set(telling(words).flatMap((word) => this.#byMakerWord.get(word) ?? []));
    return this.#entries.filter((entry) => made.has(entry)).map((entry) => match(entry, "maker", 62));
  }

  /** What the words may mean where nothing is named, each thing once, the best first. */
  guesses(query: Query): Match<Thing>[] {
    return best(this.#unsure(query));
  }

  /** Where names are: one that is all that was said, or else any. */
  #spansIn({ whole, words, windows }: Query): Map<Entry<Thing>, Window[]> {
    const found = new Map<Entry<Thing>, Window[]>();
    const asWhole = new Set(whole === "" ? [] : this.#byName.get(whole));
    for (const entry of asWhole) add(found, entry, { text: whole, start: 0, end: words.length });
    for (const window of windows) {
      // "1&1" is a name, the 11 of "FreePBX 11" is none.
      if (/^\d+$/.test(window.text)) continue;
      for (const entry of this.#byName.get(window.text) ?? [])
        if (!entry.onlyWhole && !asWhole.has(entry)) add(found, entry, window);
    }
    return found;
  }

  #unsure(query: Query): Match<Thing>[] {
    const { whole } = query;
    const said = telling(query.words);
    const canBegin = whole.length >= 3 && !COMMON.has(whole);
    const alike = this.#alike(query);
    const stemmed = new Set(
      said.flatMap((word) => stemsOf(word).flatMap((stem) => this.#byName.get(stem) ?? [])),
    );
    const worded = new Set(said.flatMap((word) => this.#byWord.get(word) ?? []));
    const slips = said.flatMap((word) => this.#makerWords.misspelt(word));
    const misspeltMaker = new Set(slips.flatMap(({ word }) => this.#byMakerWord.get(word) ?? []));
    return [
      ...this.ofMaker(query),
      ...this.#entries.flatMap((entry) => {
        if (entry.onlyWhole) return [];
        const begins = canBegin && entry.names.some((name) => name.startsWith(whole));
        const likeness = alike.get(entry);
        return [
          ...(begins ? [match(entry, "beginning", 60)] : []),
          ...(likeness === undefined ? [] : [match(entry, "letters", likeness)]),
          ...(stemmed.has(entry) ? [match(entry, "letters", 50)] : []),
          ...(worded.has(entry) ? [match(entry, "word", 35)] : []),
          ...(misspeltMaker.has(entry) ? [match(entry, "letters", 25)] : []),
        ];
      }),
    ];
  }

  /** How like the likest of its names is. The longer the name, the likelier. */
  #alike({ windows }: Query): Map<Entry<Thing>, number> {
    const found = new Map<Entry<Thing>, number>();
    for (const text of new Set(windows.map((window) => window.text))) {
      for (const { word, edits } of this.#names.misspelt(text)) {
        const likeness = 60 + Math.min(word.length, 30) - 5 * edits;
        for (const entry of this.#byName.get(word) ?? [])
          found.set(entry, Math.max(likeness, found.get(entry) ?? 0));
      }
    }
    return found;
  }
}

function add<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** Its beginnings that are long enough to be a name. */
function stemsOf(word: string): string[] {
  return Array.from({ length: Math.max(0, word.length - MIN_STEM + 1) }, (_, more) =>
    word.slice(0, MIN_STEM + more),
  );
}

function match<Thing>(
  { thing }: Entry<Thing>,
  basis: Basis,
  score: number,
  spans: readonly Span[] = [],
): Match<Thing> {
  return { thing, basis, score, spans };
}

function best<Thing>(matches: readonly Match<Thing>[]): Match<Thing>[] {
  const seen = new Map<Thing, Match<Thing>>();
  for (const each of matches) {
    const known = seen.get(each.thing);
    if (known === undefined || each.score > known.score) seen.set(each.thing, each);
  }
  return [...seen.values()].sort((left, right) => right.score - left.score);
}

/** Without names that occur only inside longer ones: "Twilio" in "Twilio Elastic SIP Trunk". */
export function longestNames<Thing>(matches: readonly Match<Thing>[]): Match<Thing>[] {
  const spans = matches.flatMap((each) => each.spans);
  return matches.filter(
    (each) =>
      each.basis !== "name" || each.spans.some((span) => !spans.some((other) => contains(other, span))),
  );
}

function contains(outer: Span, inner: Span): boolean {
  return (
    outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start
  );
}

/** Lower case, without accents and punctuation; numbers are separate words: "freepbx17". */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[a-z]+|[0-9]+/g) ?? [];
}

function telling(words: readonly string[]): string[] {
  return [...new Set(words.filter((word) => word.length > 2 && !COMMON.has(word) && !/^v?\d+$/.test(word)))];
}

/** What the words hold besides names: "x1" in "Yeastar X1", nothing in "our Yeastar 2024". */
export function leftWords({ words }: Query, named: readonly Match<Nameable>[]): string[] {
  const known = new Set(named.flatMap(({ thing }) => [...thing.names, thing.maker].flatMap(wordsOf)));
  const spans = named.flatMap((each) => each.spans);
  return words.filter(
    (word, at) =>
      !spans.some(({ start, end }) => start <= at && at < end) &&
      !known.has(word) &&
      !COMMON.has(word) &&
      !/^v?\d+$/.test(word),
  );
}

/** Runs of words that may be a name: not those of words that say nothing. */
function windowsOf(words: readonly string[]): Window[] {
  return words.flatMap((_, start) =>
    Array.from({ length: Math.min(MAX_WINDOW, words.length - start) }, (_unused, extra) => {
      const run = words.slice(start, start + extra + 1);
      return {
        text: run.join(""),
        start,
        end: start + run.length,
        says: run.some((word) => !COMMON.has(word)),
      };
    }).filter(({ text, says }) => says && !COMMON.has(text)),
  );
}

/** Words of other products that makers of telephone systems have. */
const PRODUCTS = new Set(
  "access center centre chat contact engage events fax gateway meeting meetings phone phones room rooms router sbc sms video webinar webinars".split(
    " ",
  ),
);

/** Whether one of the words is that of another product: "RingCentral Contact Center". */
export function namesProduct(words: readonly string[]): boolean {
  return words.some((word) => PRODUCTS.has(word));
}
