import leven from "leven";

/** How a person's words meet names: exactly, by the maker, by a word, by their beginning or by likeness of letters. Pure. */

/** Words that say nothing about which system is meant. */
const COMMON = new Set(
  "a an and any are as at box business call calls cloud connect customer customers edition for from has have he her his hosted i in is it its linux local my new of office on old or our own pbx pbxs phone phones platform server service she sip software system systems tel telephone telephony that the their they to trunk trunking trunks us use used user uses using v version voice voip want we with work".split(
    " ",
  ),
);
/** Words of names that many products could have; alone they point to none. */
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
 * name: one of its names stands in the words. maker: only its maker's. word: a telling word of a name. beginning: the
 * words begin a name. letters: a name is alike.
 */
type Basis = "name" | "maker" | "word" | "beginning" | "letters";

export interface Match<Thing> {
  readonly thing: Thing;
  readonly basis: Basis;
  /** Greater is surer; comparable within one query. */
  readonly score: number;
  /** Where its names stand, for basis name. */
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
  readonly makerWords: readonly string[];
  readonly words: readonly string[];
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

export function readQuery(text: string): Query {
  const words = wordsOf(text.slice(0, 500)).slice(0, MAX_WORDS);
  return { words, whole: words.join(""), windows: windowsOf(words) };
}

/** Things to look for, made ready once. */
export class Names<Thing extends Nameable> {
  private readonly entries: readonly Entry<Thing>[];

  constructor(things: readonly Thing[]) {
    this.entries = things.map((thing) => ({
      thing,
      names: [...new Set(thing.names.map((name) => wordsOf(name).join("")))],
      makerWords: telling(wordsOf(thing.maker)),
      words: telling(thing.names.flatMap(wordsOf)).filter((word) => !ORDINARY.has(word)),
      onlyWhole: thing.onlyWhole === true,
    }));
  }

  /** Everything that the words point to, the best first. Where names are found, nothing is guessed. */
  find(query: Query): Match<Thing>[] {
    const named = this.entries.flatMap((entry) => {
      const spans = spansOf(entry, query);
      const length = Math.max(0, ...spans.map(({ text }) => text.length));
      return spans.length === 0 ? [] : [match(entry, "name", 200 + Math.min(length, 60), spans)];
    });
    return best(named.length > 0 ? [...named, ...this.byMaker(query)] : this.unsure(query));
  }

  private byMaker({ words }: Query): Match<Thing>[] {
    const said = telling(words);
    return this.entries
      .filter(({ makerWords }) => said.some((word) => makerWords.includes(word)))
      .map((entry) => match(entry, "maker", 62));
  }

  private unsure(query: Query): Match<Thing>[] {
    const said = telling(query.words);
    return [
      ...this.byMaker(query),
      ...this.entries.flatMap((entry) => {
        if (entry.onlyWhole) return [];
        const { whole } = query;
        const begins =
          whole.length >= 3 && !COMMON.has(whole) && entry.names.some((name) => name.startsWith(whole));
        const alike = Math.max(
          0,
          ...entry.names.flatMap((name) => query.windows.map((at) => likeness(name, at.text))),
        );
        return [
          ...(begins ? [match(entry, "beginning", 60)] : []),
          ...(alike > 0 ? [match(entry, "letters", alike)] : []),
          ...(said.some((word) =>
            entry.names.some((name) => name.length >= MIN_STEM && word.startsWith(name)),
          )
            ? [match(entry, "letters", 50)]
            : []),
          ...(said.some((word) => entry.words.includes(word)) ? [match(entry, "word", 35)] : []),
          ...(said.some((word) => entry.makerWords.some((known) => misspelt(known, word)))
            ? [match(entry, "letters", 25)]
            : []),
        ];
      }),
    ];
  }
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

function spansOf<Thing>({ names, onlyWhole }: Entry<Thing>, { whole, words, windows }: Query): Window[] {
  if (whole !== "" && names.includes(whole)) return [{ text: whole, start: 0, end: words.length }];
  // "1&1" is a name, the 11 of "FreePBX 11" is none.
  return onlyWhole ? [] : windows.filter(({ text }) => names.includes(text) && !/^\d+$/.test(text));
}

/** Without names that stand only inside longer ones: "Twilio" in "Twilio Elastic SIP Trunk". */
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

/** Lower case, without accents and punctuation; numbers are words of their own: "freepbx17". */
function wordsOf(text: string): string[] {
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

/** The longer the name that is alike, the likelier. 0: not alike. */
function likeness(name: string, typed: string): number {
  return misspelt(name, typed) ? 60 + Math.min(name.length, 30) - 5 * leven(name, typed) : 0;
}

/** Whether a word is a known one with a slip of the pen: one edit from four letters on, two from seven on. */
function misspelt(known: string, typed: string): boolean {
  const allowed = known.length >= 7 ? 2 : known.length >= 4 ? 1 : 0;
  if (allowed === 0 || known === typed || Math.abs(known.length - typed.length) > allowed) return false;
  // A slip is seldom in the first letter, and short words would meet by chance.
  if (known[0] !== typed[0] || /^\d+$/.test(typed)) return false;
  return leven(known, typed) <= allowed;
}
