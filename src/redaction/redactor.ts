import { isUint8Array } from "node:util/types";
import { HIDDEN, Secret } from "./secret.js";
import { namesSecret } from "./secret-keys.js";
import { LEFT_OUT, NOT_CHECKED, type SearchedSecret, SecretSearch } from "./secret-search.js";
import { type Refusal, shownText, shownValue, Untrusted, untrusted } from "./untrusted.js";

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
   * held twice must be released twice.
   *
   * What of it stands in a text that is shown anyway, in `shown`, is not looked for: an extension whose password is
   * its own number cannot be hidden, and hiding the number would tell what the password is.
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
  /** What stands in the place of an outside text that must not be shown; `undefined` where it may be. */
  refusal(text: string): string | undefined;
  /** For what is held now. One is made for all that is looked at before it changes. */
  search(): SecretSearch;
}

export interface RedactorOptions {
  /** Looks for what that one holds too. */
  base?: Redactor | undefined;
  /** The caller's own words: see `SearchOptions`. */
  known?: readonly string[];
  /** Holds what the caller gave as a secret: that alone is looked for in what the caller wrote. */
  given?: Redactor;
}

export function createRedactor({ base, known = [], given }: RedactorOptions = {}): Redactor {
  // The one place besides the wire and digests where values are revealed: to find them, they must be known.
  const own = new Set<SearchedSecret>();
  let made: { search: SecretSearch; base: SecretSearch | undefined } | undefined;
  /** A text is mostly told twice, as a line and as data. */
  let verdicts = new Map<string, boolean>();
  const search = (): SecretSearch => {
    const ofBase = base?.search();
    if (made === undefined || made.base !== ofBase) {
      made = { search: new SecretSearch([...own], { known, base: ofBase }), base: ofBase };
      verdicts = new Map();
    }
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
    if (from === "setting") return undefined;
    return from === "outside" ? refusal(text) : given?.refusal(text);
  };

  return {
    hold(secret, shown = []) {
      const entry = { value: secret.reveal(), shown: shown.filter((text) => text !== undefined) };
      own.add(entry);
      made = undefined;
      return () => {
        if (own.delete(entry)) made = undefined;
      };
    },
    redact: (sentence) => shownText(sentence, refusalOf),
    redactDeep: <T>(value: T): T => new Walk((text) => shownValue(text, refusalOf)).copy(value) as T,
    refusal,
    search,
  };
}

class Walk {
  readonly #shown: (text: string) => string;
  readonly #path = new Set<object>();
  #left = MAX_VALUES;

  constructor(shown: (text: string) => string) {
    this.#shown = shown;
  }

  copy(value: unknown): unknown {
    if (typeof value === "string") return this.#shown(value);
    if (typeof value === "function" || typeof value === "symbol") return undefined;
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Secret) return HIDDEN;
    if (value instanceof Untrusted) return this.#shown(String(value));
    if (value instanceof URL) return this.#shown(withoutUser(value));
    if (value instanceof Date) return value;
    if (isUint8Array(value)) return "[binary]";
    if (this.#path.has(value)) return "[circular]";
    this.#left -= 1;
    if (this.#left < 0 || this.#path.size >= MAX_DEPTH) return "[cut]";
    this.#path.add(value);
    const copied = this.#copyObject(value);
    this.#path.delete(value);
    return copied;
  }

  #copyObject(value: object): unknown {
    if (Array.isArray(value)) return value.slice(0, MAX_VALUES).map((item) => this.copy(item));
    if (value instanceof Map) return this.#copyEntries([...value].map(([key, item]) => [String(key), item]));
    if (value instanceof Set) return [...value].slice(0, MAX_VALUES).map((item) => this.copy(item));
    const own = Object.entries(value);
    if (value instanceof Error) own.unshift(["name", value.name], ["message", untrusted(value)]);
    return this.#copyEntries(own);
  }

  #copyEntries(entries: [string, unknown][]): Record<string, unknown> {
    const copied = entries
      .slice(0, MAX_VALUES)
      .map(([key, item]): [string, unknown] => [
        this.#shown(key),
        namesSecret(key) && hidesWhole(item) ? HIDDEN : this.copy(item),
      ]);
    return Object.fromEntries(copied);
  }
}

function withoutUser(url: URL): string {
  return Object.assign(new URL(url.href), { username: "", password: "" }).href;
}

/** Whether a field that names a secret holds one: not where it only says that there is one, or none. */
function hidesWhole(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== "boolean";
}
