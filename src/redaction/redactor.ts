import { isUint8Array } from "node:util/types";
import { inOneStep, shownInSteps, type TextSteps } from "./in-steps.js";
import { HIDDEN, Secret } from "./secret.js";
import { namesSecret } from "./secret-keys.js";
import { LEFT_OUT, NOT_CHECKED, type SearchedSecret, SecretSearch } from "./secret-search.js";
import { hasOutside, type Refusal, shownText, shownValue, Untrusted, untrusted } from "./untrusted.js";

/** Bounds of one `redactDeep`: far above any real reply. */
const MAX_DEPTH = 32;
const MAX_VALUES = 20_000;
/** Texts of which it is kept whether they may be shown. */
const MAX_VERDICTS = 256;

/**
 * Holds secrets, and lets text from outside ({@link Untrusted}) out only where it holds nothing of them. Own words and
 * the caller's are never matched against secrets.
 */
export interface Redactor {
  /**
   * Looks for a secret in all outside text from now on, until the function that is returned is called. A value that is
   * held twice must be released twice; to hold it once more costs nothing.
   *
   * Parts of it in a text that is shown anyway, in `shown`, are not looked for: an extension whose password is
   * its own number cannot be hidden, and hiding the number would reveal the password.
   */
  hold(secret: Secret, shown?: readonly (string | undefined)[]): () => void;
  /** A sentence as it may leave the program: what others wrote in it is checked, cleaned, bounded and quoted. */
  redact(sentence: string): string;
  /**
   * A copy of plain data with every text as it may leave the program, and every field that names a secret (`password`,
   * `ha1`, `authorization` …) hidden. Errors become `{ name, message }`, their message being outside text; cycles and
   * what is too large are cut.
   */
  redactDeep<T>(value: T): T;
  /** As {@link redact}, one outside text a step; behind so many characters the rest is left out, and told to be. */
  redactSteps(sentence: string, room: number): TextSteps<string>;
  /**
   * As {@link redactDeep}, one outside text a step, and with so many characters at most: beyond them, lists get no further
   * items, and a fixed sentence replaces outside texts, so the copy has the same shape.
   */
  redactDeepSteps<T>(value: T, room: number): TextSteps<Redacted<T>>;
  /** The replacement for an outside text that must not be shown; `undefined` if it may be. */
  refusal(text: string): string | undefined;
  /** The same for a text of that origin. */
  refusalOf: Refusal;
  /** For what is held now. One is made for all that is looked at before it changes. */
  search(): SecretSearch;
}

interface Redacted<T> {
  copy: T;
  /** Items of lists and outside texts for which there was no room. */
  leftOut: number;
}

export interface RedactorOptions {
  /** Looks for what that one holds too. */
  base?: Redactor | undefined;
  /** The caller's own words: see `SearchOptions`. */
  known?: readonly string[];
  /** Holds the secrets that the caller gave: only those are looked for in the caller's words. */
  given?: Pick<Redactor, "refusal">;
  /** Looks at what the API wrote in the place of this one. */
  ofApi?: Redactor | undefined;
}

export function createRedactor({ base, known = [], given, ofApi }: RedactorOptions = {}): Redactor {
  // The one place besides the wire and digests where values are revealed: to find them, they must be known.
  const own = new Map<string, { secret: SearchedSecret; holds: number }>();
  let made: ReusedSearch | undefined;
  /** Held since it was made. */
  let added: SearchedSecret[] = [];
  /** A text is mostly told twice, as a line and as data. */
  let verdicts = new Map<string, boolean>();
  const search = (): SecretSearch => {
    const ofBase = base?.search();
    if (made === undefined || made.base !== ofBase || made.size !== ofBase?.size) {
      const all = [...own.values()].map(({ secret }) => secret);
      made = { search: new SecretSearch(all, { known, base: ofBase }), base: ofBase, size: ofBase?.size };
      verdicts = new Map();
    } else if (added.length > 0) {
      made.search.add(added);
      verdicts = new Map();
    }
    added = [];
    return made.search;
  };

  const refusal = (text: string): string | undefined => {
    try {
      const current = search();
      const before = verdicts.get(text);
      if (before !== undefined) return before ? undefined : LEFT_OUT;
      const isFree = current.isFree(text);
      if (verdicts.size < MAX_VERDICTS) verdicts.set(text, isFree);
      return isFree ? undefined : LEFT_OUT;
    } catch {
      return NOT_CHECKED;
    }
  };
  const refusalOf: Refusal = (text, from) => {
    switch (from) {
      case "setting":
        return undefined;
      case "caller":
        return given?.refusal(text);
      case "api":
        return ofApi ? ofApi.refusal(text) : refusal(text);
      case "outside":
        return refusal(text);
    }
  };

  const walkOf = (room?: number) => new Walk(refusalOf, room);

  return {
    hold(secret, shown = []) {
      const entry = { value: secret.reveal(), shown: shown.filter((text) => text !== undefined) };
      const key = JSON.stringify([entry.value, ...entry.shown]);
      const held = own.get(key) ?? { secret: entry, holds: 0 };
      if (held.holds === 0) {
        own.set(key, held);
        added.push(entry);
      }
      held.holds += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        held.holds -= 1;
        if (held.holds > 0) return;
        own.delete(key);
        made = undefined;
      };
    },
    redact: (sentence) => shownText(sentence, refusalOf),
    redactDeep: <T>(value: T): T => inOneStep(walkOf().copy(value)) as T,
    *redactSteps(sentence, room) {
      return (yield* shownInSteps(sentence, (part) => shownText(part, refusalOf), room)).text;
    },
    *redactDeepSteps<T>(value: T, room: number) {
      const walk = walkOf(room);
      const copy = (yield* walk.copy(value)) as T;
      return { copy, leftOut: walk.leftOut };
    },
    refusal,
    refusalOf,
    search,
  };
}

/** Characters that a value takes up besides its text. */
const OVERHEAD = 4;
/** Of its room a copy keeps so many characters for the last item of a list, and for single values behind a list. */
const RESERVE = 10_000;

interface ReusedSearch {
  search: SecretSearch;
  base: SecretSearch | undefined;
  /** Of the base then. */
  size: number | undefined;
}

class Walk {
  leftOut = 0;
  readonly #refusal: Refusal;
  readonly #path = new Set<object>();
  #left = MAX_VALUES;
  /** Characters. */
  #room: number;

  constructor(refusal: Refusal, room = Number.POSITIVE_INFINITY) {
    this.#refusal = refusal;
    this.#room = room - RESERVE;
  }

  *copy(value: unknown): TextSteps<unknown> {
    this.#room -= OVERHEAD;
    if (typeof value === "string") return yield* this.#text(value);
    if (typeof value === "function" || typeof value === "symbol") return undefined;
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Secret) return HIDDEN;
    if (value instanceof Untrusted) return yield* this.#text(String(value));
    if (value instanceof URL) return yield* this.#text(withoutUser(value));
    if (value instanceof Date) return value;
    if (isUint8Array(value)) return "[binary]";
    if (this.#path.has(value)) return "[circular]";
    this.#left -= 1;
    if (this.#left < 0 || this.#path.size >= MAX_DEPTH) return "[cut]";
    this.#path.add(value);
    const copied = yield* this.#copyObject(value);
    this.#path.delete(value);
    return copied;
  }

  *#text(text: string): TextSteps<string> {
    // A value that is one outside text has no quotation marks; at the beginning of a sentence it has them.
    const show = (part: string) =>
      part === text ? shownValue(part, this.#refusal) : shownText(part, this.#refusal);
    const shown = yield* shownInSteps(text, show, this.#room + RESERVE);
    if (shown.isCut) this.leftOut += 1;
    this.#room -= shown.text.length;
    return shown.text;
  }

  *#copyObject(value: object): TextSteps<unknown> {
    if (Array.isArray(value)) return yield* this.#copyList(value);
    if (value instanceof Map)
      return yield* this.#copyEntries([...value].map(([key, item]) => [String(key), item]));
    if (value instanceof Set) return yield* this.#copyList([...value]);
    const own = Object.entries(value);
    if (value instanceof Error) own.unshift(["name", value.name], ["message", untrusted(value)]);
    return yield* this.#copyEntries(own);
  }

  #own(value: Own): Own {
    this.#room -= OVERHEAD + (typeof value === "string" ? value.length : 0);
    return value;
  }

  *#copyList(items: readonly unknown[]): TextSteps<unknown[]> {
    const copied: unknown[] = [];
    for (const item of items.slice(0, MAX_VALUES)) {
      if (this.#room <= 0) {
        this.leftOut += items.length - copied.length;
        break;
      }
      copied.push(isOwn(item) ? this.#own(item) : yield* this.copy(item));
    }
    return copied;
  }

  *#copyEntries(entries: [string, unknown][]): TextSteps<Record<string, unknown>> {
    const copied: [string, unknown][] = [];
    for (const [key, item] of entries.slice(0, MAX_VALUES)) {
      this.#room -= key.length;
      const shown =
        namesSecret(key) && hidesWhole(item)
          ? HIDDEN
          : isOwn(item)
            ? this.#own(item)
            : yield* this.copy(item);
      copied.push([isOwn(key) ? key : shownValue(key, this.#refusal), shown]);
    }
    return Object.fromEntries(copied);
  }
}

type Own = string | number | boolean | null | undefined;

/** What is copied as it is: a text without anybody else's words, a number. */
function isOwn(value: unknown): value is Own {
  if (typeof value === "string") return !hasOutside(value);
  return value === null || value === undefined || typeof value === "number" || typeof value === "boolean";
}

function withoutUser(url: URL): string {
  return Object.assign(new URL(url.href), { username: "", password: "" }).href;
}

/** Whether a field that names a secret holds one: not where it only says that there is one, or none. */
function hidesWhole(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== "boolean";
}
