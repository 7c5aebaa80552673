import { decodedViews, folded, mayBeHex, UNSEEN } from "./decoded-views.js";
import { JoinedWords } from "./joined-words.js";

/** Characters in a row of a secret that must not be shown (folded, see `decoded-views.ts`). */
const WINDOW = 6;
/** From this length on (folded) any {@link WINDOW} of a secret counts; a shorter one counts as a whole. */
const IN_PARTS = 8;
/** A shorter secret can be guessed anyway, and is part of many words: it counts only as a separate word. */
const ANYWHERE = 6;
/** A single character is not a secret. */
const LEAST = 2;
/** Of a longer secret the first and the last so many characters are looked for. */
const LONG = 4_096;
const END = 1_024;
/** More secrets than any caller has and any list brings along, and more characters of them. */
const MAX_SECRETS = 4_096;
const MAX_CHARACTERS = 65_536;

/**
 * Characters of what a caller wrote that are looked at: more than any call that means it has. Beyond them nothing is free: to
 * look at some of them would strike the others where they are a secret, and tell it.
 */
const MAX_KNOWN = 4_096;

/** Windows of secrets that are compared with joined words. */
const MAX_JOINED = 16_384;
/** What addresses are made of besides what a caller wrote. */
const OF_ADDRESSES = ["sip", "sips", "5060", "5061"];

/** Bits of the filter that lets most places of a text pass without a look at the table. */
const FILTER_BITS = 16;
const SMALL_BITS = 12;
/** Secrets with some hundred windows: up to a tenth of the small filter. As many as one agent's call meets. */
const FEW = 16;
const NO_FILTER = new Uint8Array(0);
const MULTIPLIER = 0x01000193;

/** Replacement for outside text. */
export const LEFT_OUT = "[text left out: it holds a part of a secret]";
export const NOT_CHECKED = "[text left out: it could not be checked for secrets]";

export interface SearchedSecret {
  readonly value: string;
  /** Texts that are shown anyway: parts of the secret in them are not looked for. */
  readonly shown?: readonly string[];
}

export interface SearchOptions {
  /**
   * Texts whose writer may see them: parts of a secret in them, or in two of them written one after the other, are
   * looked for nowhere, since redacting them would confirm a guess. With more than 4,096
   * characters of them no text is free.
   */
  known?: readonly string[];
  /** Looks for what that one looks for too, which has been made already; not for what it knows. */
  base?: SecretSearch | undefined;
}

/**
 * Looks for secrets in text that came from outside. No pattern is made of a secret: windows of six characters are
 * looked up in a table, so the work is linear in the text, and building the table is linear in the secrets.
 */
export class SecretSearch {
  readonly #windows = new Set<string>();
  readonly #whole = new Set<string>();
  #alone: string[] = [];
  /** Of which nearly nothing is left when they are folded. */
  #exact: string[] = [];
  /** Where more than ASCII is looked for. */
  #high: Set<number> | undefined;
  readonly #lengths = new Set<number>();
  /** Empty where there is nothing to be looked for: most searches of a call are made for nothing. */
  #filter: Uint8Array = NO_FILTER;
  /** Makes a place in the filter of a hash. */
  #mask = 0;
  readonly #secrets: SearchedSecret[] = [];
  #characters = 0;
  readonly #known: readonly string[];
  readonly #isTooMuchKnown: boolean;
  readonly #base: SecretSearch | undefined;
  /** The same without what is in the known texts; made when something has been found. */
  #lessKnown: SecretSearch | undefined;

  constructor(secrets: readonly SearchedSecret[], { known = [], base }: SearchOptions = {}) {
    this.#known = known;
    this.#isTooMuchKnown = known.reduce((sum, { length }) => sum + length, 0) > MAX_KNOWN;
    this.#base = base?.isEmpty === false ? base : undefined;
    this.add(secrets);
  }

  /** Looks for those too, from now on. The work is linear in them, whatever is looked for already. */
  add(secrets: readonly SearchedSecret[]): void {
    if (secrets.length === 0) return;
    this.#secrets.push(...secrets);
    this.#characters += secrets.reduce((sum, { value }) => sum + Math.min(value.length, LONG), 0);
    this.#lessKnown = undefined;
    if (this.#hasTooMany()) return;
    this.#widenFilter();
    for (const secret of secrets) this.#take(secret);
  }

  #hasTooMany(): boolean {
    return this.size > MAX_SECRETS || this.#length() > MAX_CHARACTERS;
  }

  #length(): number {
    const base = this.#base;
    return this.#characters + (base ? base.#length() : 0);
  }

  /** With few secrets a small one lets as much pass, and costs a call less. */
  #widenFilter(): void {
    const size = 1 << (this.#secrets.length > FEW ? FILTER_BITS : SMALL_BITS);
    if (this.#filter.length >= size) return;
    this.#filter = new Uint8Array(size);
    this.#mask = size - 1;
    for (const needle of [...this.#windows, ...this.#whole]) this.#mark(needle);
  }

  /** How many secrets have been added to it and to the search that it extends. */
  get size(): number {
    return this.#secrets.length + (this.#base?.size ?? 0);
  }

  /** Whether it looks for nothing. */
  get isEmpty(): boolean {
    return this.#secrets.length === 0 && this.#base === undefined;
  }

  /** Whether nothing of a secret is in an outside text, in any reading of it. Never throws: in doubt it is not. */
  isFree(text: string): boolean {
    if (this.isEmpty) return true;
    if (this.#hasTooMany() || this.#isTooMuchKnown) return false;
    try {
      if (!this.#isFound(text)) return true;
      if (this.#known.length === 0) return false;
      this.#lessKnown ??= this.#withoutKnown();
      return !this.#lessKnown.#isFound(text);
    } catch {
      return false;
    }
  }

  #all(): readonly SearchedSecret[] {
    return this.#base === undefined ? this.#secrets : [...this.#base.#all(), ...this.#secrets];
  }

  #isFound(text: string): boolean {
    const high = this.#allHigh();
    const kept = high === undefined ? keptViews.get(text) : undefined;
    const views = kept ?? (mayBeEncoded(text) ? decodedViews(text, high) : [folded(text)]);
    const isFound = this.#isInOneOf(views, text);
    if (kept === undefined && high === undefined && !isFound) keep(text, views);
    return isFound;
  }

  #allHigh(): Set<number> | undefined {
    const base = this.#base;
    const ofBase = base ? base.#allHigh() : undefined;
    return ofBase === undefined || this.#high === undefined
      ? (ofBase ?? this.#high)
      : new Set([...ofBase, ...this.#high]);
  }

  #isInOneOf(views: Iterable<string>, text: string): boolean {
    const base = this.#base;
    if (base ? base.#isInOneOf(views, text) : false) return true;
    if (this.#secrets.length === 0) return false;
    for (const view of views) if (this.#isIn(view)) return true;
    if (this.#exact.some((secret) => text.includes(secret))) return true;
    return this.#alone.length > 0 && this.#isAlone(text);
  }

  #withoutKnown(): SecretSearch {
    const search = new SecretSearch(this.#all());
    const joined = new JoinedWords();
    for (const text of this.#known) search.#drop(text, joined);
    // Only a list brings so many passwords; it does not repeat the caller's words.
    if (search.#windows.size > MAX_JOINED) return search;
    const shown = this.size > FEW ? [] : this.#all().flatMap((secret) => secret.shown ?? []);
    for (const text of [...OF_ADDRESSES, ...shown]) joined.add(folded(text.slice(0, END)));
    search.#dropJoined(joined);
    return search;
  }

  #take({ value, shown = [] }: SearchedSecret): void {
    const parts = value.length > LONG ? [value.slice(0, END), value.slice(-END)] : [value];
    const shownAnyway = shown.map((text) => folded(text.slice(0, END)));
    const add = (needle: string) => {
      if (!shownAnyway.some((text) => text.includes(needle))) this.#add(needle);
    };
    for (const part of parts) if (/[^\x20-\x7e]/.test(part)) this.#high = highBytes(part, this.#high);
    if (value.length >= ANYWHERE && folded(parts.join("")).length < ANYWHERE && !shown.includes(value))
      this.#exact.push(value);
    const written = parts.flatMap((part) => [
      part,
      ...(part.includes("+") ? [part.replaceAll("+", "")] : []),
    ]);
    for (const part of new Set(written.map(folded))) {
      if (part.length >= IN_PARTS) {
        for (let at = 0; at + WINDOW <= part.length; at += 1) add(part.slice(at, at + WINDOW));
      } else if (part.length >= ANYWHERE) add(part);
      else if (part.length >= LEAST && !shownAnyway.includes(part)) this.#alone.push(part);
    }
  }

  #add(needle: string): void {
    if (needle.length === WINDOW) this.#windows.add(needle);
    else {
      this.#whole.add(needle);
      this.#lengths.add(needle.length);
    }
    this.#mark(needle);
  }

  #mark(needle: string): void {
    this.#filter[placeOf(hashOf(needle, 0)) & this.#mask] = 1;
  }

  /** Looks no more for what others may make of several known texts. */
  #dropJoined(joined: JoinedWords): void {
    for (const window of this.#windows) if (joined.canMake(window)) this.#windows.delete(window);
    for (const secret of this.#whole) if (joined.canMake(secret)) this.#whole.delete(secret);
    this.#alone = this.#alone.filter((secret) => !joined.canMake(secret));
  }

  /** Looks no more for what is in that text, in any reading of it. */
  #drop(text: string, joined: JoinedWords): void {
    this.#exact = this.#exact.filter((secret) => !text.includes(secret));
    for (const view of decodedViews(text, this.#high)) {
      joined.add(view);
      for (let at = 0; at + WINDOW <= view.length; at += 1) {
        if (this.#filter[placeOf(hashOf(view, at)) & this.#mask] === 0) continue;
        this.#windows.delete(view.slice(at, at + WINDOW));
        for (const length of this.#lengths) this.#whole.delete(view.slice(at, at + length));
      }
    }
    const words = wordsOf(text);
    this.#alone = this.#alone.filter((secret) => !standsAlone(secret, words, text));
  }

  #isIn(view: string): boolean {
    const last = view.length - WINDOW;
    let hash = last < 0 ? 0 : hashOf(view, 0);
    for (let at = 0; at <= last; at += 1) {
      if (at > 0) hash = movedOn(hash, view, at);
      if (this.#filter[placeOf(hash) & this.#mask] === 0) continue;
      if (this.#windows.has(view.slice(at, at + WINDOW))) return true;
      for (const length of this.#lengths) if (this.#whole.has(view.slice(at, at + length))) return true;
    }
    return false;
  }

  #isAlone(text: string): boolean {
    const words = wordsOf(text);
    return this.#alone.some((secret) => standsAlone(secret, words, text));
  }
}

/** Readings of the last short texts in which nothing was found, for ASCII: an API says the same again and again. */
const keptViews = new Map<string, Iterable<string>>();
const MAX_KEPT = 128;
const MAX_KEPT_LENGTH = 128;

function keep(text: string, views: Iterable<string>): void {
  if (text.length > MAX_KEPT_LENGTH) return;
  const [oldest] = keptViews.keys();
  if (keptViews.size >= MAX_KEPT && oldest !== undefined) keptViews.delete(oldest);
  keptViews.set(text, views);
}

/** High bytes, in UTF-16, of ASCII, of accents and letters with them, and of invisible characters. */
const HIGH = [0x00, 0x01, 0x1e, ...UNSEEN];

/** @returns those of a secret, and those in `known`. */
function highBytes(secret: string, known: Set<number> = new Set(HIGH)): Set<number> {
  for (const form of [
    secret,
    secret.normalize("NFC"),
    secret.normalize("NFD"),
    secret.toUpperCase(),
    secret.toLowerCase(),
  ]) {
    for (let at = 0; at < form.length; at += 1) known.add(form.charCodeAt(at) >> 8);
  }
  return known;
}

/** Words of a text, each folded. */
function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .slice(0, 1 << 16)
      .split(/[^\p{L}\p{N}\p{M}\p{Cf}]+/u)
      .map(folded),
  );
}

/** Neither as a part of a word nor of a number. */
function standsAlone(secret: string, words: ReadonlySet<string>, text: string): boolean {
  return words.has(secret) || (/[^\p{L}\p{N}]/u.test(secret) && text.includes(secret));
}

/** Signs of some escaping, or a run that may be base64 or hexadecimal: most text is neither, and need not be decoded. */
function mayBeEncoded(text: string): boolean {
  if (/[%&\\=+\p{Cc}\p{Cf}]/u.test(text) || mayBeHex(text)) return true;
  return (text.match(/[A-Za-z0-9+/_:-]{8,}/g) ?? []).some((run) => /[A-Z0-9]/.test(run));
}

/** Of the window at `at`: a polynomial, so the next window's is made of it ({@link movedOn}). */
function hashOf(text: string, at: number): number {
  let hash = 0;
  for (let next = at; next < at + WINDOW; next += 1) {
    hash = (Math.imul(hash, MULTIPLIER) + text.charCodeAt(next)) | 0;
  }
  return hash;
}

/** The weight of a window's first character. */
const FIRST_WEIGHT = hashOf(`\u0001${"\0".repeat(WINDOW - 1)}`, 0);

/** Of the window at `at`, from that of the window one character before. */
function movedOn(hash: number, text: string, at: number): number {
  const rest = hash - Math.imul(text.charCodeAt(at - 1), FIRST_WEIGHT);
  return (Math.imul(rest, MULTIPLIER) + text.charCodeAt(at + WINDOW - 1)) | 0;
}

function placeOf(hash: number): number {
  return (hash ^ (hash >>> FILTER_BITS)) & ((1 << FILTER_BITS) - 1);
}
