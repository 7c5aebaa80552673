import { END, LEFT_OUT, LONG, NOT_CHECKED, SecretSearch } from "./secret-search.js";
import { type WrittenForm, writtenForms } from "./written-forms.js";

/** What is shown in the place of a secret. */
export const HIDDEN = "[secret]";

/**
 * From this length on (characters) a value is taken out wherever it is and however it is encoded. A shorter one can be
 * guessed anyway, and its letters are in every second sentence: two or three characters are taken out only where they
 * are a word of their own; a single character is hidden by its field's name only.
 */
const FULL_LENGTH = 4;
const SHORT_LENGTH = 2;
/** Characters of a form that are compared; of a longer value the rest goes as far as it follows. */
const LONGEST_HEAD = 256;
/** Forms with the same beginning that are tried at one place of a text. */
const MOST_ALIKE = 64;
/** Fewer characters before a cut are left: they are the end of many a word. */
const CUT_LENGTH = 3;
/** More values, and more characters in them, than any caller has. */
const MAX_VALUES = 512;
const MAX_CHARACTERS = 65_536;
/** A value that may be a word of this program's own: it is looked for only as it is written. */
const WORDLIKE = /^[a-z][a-z_.-]*$/i;

const WORD = /[\w.@%/+\u0080-\uffff-]/;
const WORD_AFTER = /[\w@%/+\u0080-\uffff-]/;
/** Somebody else's words, as `quoted` in `text.ts` writes them. */
const QUOTATION = /"(?:[^"\\]|\\.){0,4000}"/g;
const BASE64 = /[A-Za-z0-9+/_-]/;

const BASE = 0x01000193;
const FILTER_MASK = 0xffff;

/** Forms by their first characters, all of one length. */
class Heads {
  readonly length: number;
  readonly #filter = new Uint8Array(FILTER_MASK + 1);
  readonly #forms = new Map<string, WrittenForm[]>();
  readonly #power: number;

  constructor(length: number) {
    this.length = length;
    let power = 1;
    for (let count = 1; count < length; count += 1) power = Math.imul(power, BASE);
    this.#power = power;
  }

  add(form: WrittenForm): void {
    const head = form.text.slice(0, this.length);
    const alike = this.#forms.get(head) ?? [];
    this.#forms.set(head, alike);
    if (alike.length < MOST_ALIKE) alike.push(form);
    this.#filter[slot(this.hashOf(head, 0))] = 1;
  }

  hashOf(text: string, at: number): number {
    let hash = 0;
    for (let next = at; next < at + this.length; next += 1)
      hash = (Math.imul(hash, BASE) + text.charCodeAt(next)) | 0;
    return hash;
  }

  /** The hash one place further on. */
  rolled(hash: number, text: string, at: number): number {
    const without = hash - Math.imul(text.charCodeAt(at), this.#power);
    return (Math.imul(without, BASE) + text.charCodeAt(at + this.length)) | 0;
  }

  /** The longest form that is at that place. */
  longestAt(hash: number, text: string, at: number): WrittenForm | undefined {
    if (this.#filter[slot(hash)] === 0) return undefined;
    let found: WrittenForm | undefined;
    for (const form of this.#forms.get(text.slice(at, at + this.length)) ?? []) {
      const head = form.text.slice(0, 2 * LONGEST_HEAD);
      if (form.text.length > (found?.text.length ?? 0) && text.startsWith(head, at)) found = form;
    }
    return found;
  }
}

function slot(hash: number): number {
  return (hash ^ (hash >>> 16)) & FILTER_MASK;
}

interface Span {
  from: number;
  to: number;
}

/**
 * Takes values out of text that is partly this program's own, each in the forms of `written-forms.ts`. No pattern is made
 * of a value: the work is linear in the text, and that of making a search is linear in the values.
 */
export class ValueSearch {
  readonly #heads = new Map<number, Heads>();
  readonly #cuttable: string[] = [];
  readonly #short: string[] = [];
  readonly #tooMany: boolean;
  readonly #isEmpty: boolean;
  readonly #wholes: SecretSearch;

  constructor(values: readonly string[]) {
    const characters = values.reduce((sum, { length }) => sum + (length > LONG ? 2 * END : length), 0);
    this.#tooMany = values.length > MAX_VALUES || characters > MAX_CHARACTERS;
    this.#isEmpty = values.length === 0;
    this.#wholes = new SecretSearch(
      this.#tooMany ? [] : values.filter((value) => !WORDLIKE.test(value)),
      { parts: "unlikely" },
    );
    if (!this.#tooMany) for (const value of values) this.#take(value);
  }

  /**
   * The text with {@link HIDDEN} in the place of each value. A line in which a value is written in some other form is
   * left out. Never throws: what cannot be checked is left out too.
   */
  redact(text: string): string {
    if (this.#isEmpty || text === "") return text;
    if (this.#tooMany) return NOT_CHECKED;
    try {
      return this.#without(text)
        .split("\n")
        .map((line) => this.#withoutOthers(line))
        .join("\n");
    } catch {
      return NOT_CHECKED;
    }
  }

  #take(value: string): void {
    const { length } = [...value];
    if (length < FULL_LENGTH) {
      if (length >= SHORT_LENGTH) this.#short.push(value);
      return;
    }
    for (const form of formsOf(value)) {
      if (form.text.length < FULL_LENGTH) continue;
      const size = Math.min(LONGEST_HEAD, 2 ** Math.floor(Math.log2(form.text.length)));
      const heads = this.#heads.get(size) ?? new Heads(size);
      this.#heads.set(size, heads);
      heads.add(form);
      if (form.isText) this.#cuttable.push(form.text.slice(0, LONGEST_HEAD));
    }
  }

  #without(text: string): string {
    const spans = [...this.#complete(text), ...this.#cut(text), ...this.#alone(text)];
    if (spans.length === 0) return text;
    spans.sort((one, other) => one.from - other.from);
    let shown = "";
    let at = 0;
    for (const { from, to } of spans) {
      if (to <= at) continue;
      if (from >= at) shown += `${text.slice(at, from)}${HIDDEN}`;
      at = to;
    }
    return shown + text.slice(at);
  }

  /** A line without what is written in some other form: the quotation that has it, or the whole line. */
  #withoutOthers(line: string): string {
    if (this.#wholes.isFree(line)) return line;
    const free = line.replace(QUOTATION, (words) => (this.#wholes.isFree(words) ? words : `"${LEFT_OUT}"`));
    return this.#wholes.isFree(free) ? free : LEFT_OUT;
  }

  #complete(text: string): Span[] {
    const spans: Span[] = [];
    for (const heads of this.#heads.values()) {
      let hash = heads.hashOf(text, 0);
      for (let at = 0; at + heads.length <= text.length; ) {
        const form = heads.longestAt(hash, text, at);
        // What is taken out already stays as it is, also where a value is a part of the mark.
        if (form === undefined || isInMark(text, at)) {
          hash = heads.rolled(hash, text, at);
          at += 1;
          continue;
        }
        const span = spanOf(form, text, at);
        spans.push(span);
        // Nothing is looked at twice, or a value of one letter would cost the square of its length.
        at = span.to;
        hash = heads.hashOf(text, at);
      }
    }
    return spans;
  }

  /** The beginning of a value where a text has been cut within it, as `cleanText` cuts: with an ellipsis. */
  #cut(text: string): Span[] {
    const spans: Span[] = [];
    for (let to = text.indexOf("…"); to >= 0; to = text.indexOf("…", to + 1)) {
      const before = text.slice(Math.max(0, to - LONGEST_HEAD), to);
      let longest = 0;
      for (const form of this.#cuttable) longest = Math.max(longest, overlap(before, form));
      if (longest >= CUT_LENGTH) spans.push({ from: to - longest, to });
    }
    return spans;
  }

  #alone(text: string): Span[] {
    const spans: Span[] = [];
    for (const value of this.#short) {
      for (let from = text.indexOf(value); from >= 0; from = text.indexOf(value, from + 1)) {
        const to = from + value.length;
        const isPart = WORD.test(text.charAt(from - 1)) || WORD_AFTER.test(text.charAt(to));
        if (!isPart && !/^\.\w/.test(text.slice(to, to + 2))) spans.push({ from, to });
      }
    }
    return spans;
  }
}

/** Of a very long value the whole as it is, and its first and last kilobyte in every form. */
function formsOf(value: string): WrittenForm[] {
  if (value.length <= LONG) return writtenForms(value);
  return [
    { text: value, before: 0, after: 0, isText: true },
    ...writtenForms(value.slice(0, END)),
    ...writtenForms(value.slice(-END)),
  ];
}

function spanOf(form: WrittenForm, text: string, at: number): Span {
  let to = at;
  for (let next = 0; next < form.text.length && text[to] === form.text[next]; next += 1) to += 1;
  for (let rest = form.after; rest > 0 && BASE64.test(text.charAt(to)); rest -= 1) to += 1;
  return { from: Math.max(0, at - form.before), to };
}

function isInMark(text: string, at: number): boolean {
  const from = text.lastIndexOf("[", at);
  return from >= 0 && at - from < HIDDEN.length && text.startsWith(HIDDEN, from);
}

/** How many characters at the end of a text are the beginning of a form. */
function overlap(before: string, form: string): number {
  for (
    let at = before.indexOf(form.slice(0, CUT_LENGTH));
    at >= 0;
    at = before.indexOf(form.slice(0, CUT_LENGTH), at + 1)
  ) {
    if (form.startsWith(before.slice(at))) return before.length - at;
  }
  return 0;
}
