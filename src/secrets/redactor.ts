import { isUint8Array } from "node:util/types";
import { Secret } from "../secret.js";
import { namesSecret } from "../secret-keys.js";
import { HIDDEN, ValueSearch } from "../value-search.js";

/** Bounds of one `redactDeep`: far above any real reply. */
const MAX_DEPTH = 32;
const MAX_VALUES = 20_000;

export interface Redactor {
  /**
   * Takes a secret's value out of everything that is redacted from now on, until the function that is
   * returned is called. A value that is held twice must be released twice.
   *
   * One that equals a value which is shown anyway, in `shown`, is not held: an extension whose password is its
   * own number cannot be hidden, and hiding the number would tell what the password is.
   */
  hold(secret: Secret, shown?: readonly (string | undefined)[]): () => void;
  /** Replaces every held value, in whatever common encoding, by `[secret]`. */
  redact(text: string): string;
  /**
   * A copy of plain data with every text redacted and every field that names a secret (`password`, `ha1`,
   * `authorization` …) hidden. Errors become `{ name, message }`; cycles and what is too large are cut.
   */
  redactDeep<T>(value: T): T;
  /** This redactor, or one without the values that are in these texts. */
  without(texts: readonly string[]): Redactor;
}

/** @param base takes out what it holds too. */
export function createRedactor(base?: Redactor): Redactor {
  // The one place besides the wire and digests where values are revealed: to find them, they must be known.
  const held = new Map<string, number>();
  let search: ValueSearch | undefined;

  const redact = (text: string): string => {
    const rest = base === undefined ? text : base.redact(text);
    if (held.size === 0) return rest;
    search ??= new ValueSearch([...held.keys()]);
    return search.redact(rest);
  };

  const redactor: Redactor = {
    hold(secret, shown = []) {
      const value = secret.reveal();
      if (shown.includes(value)) return () => {};
      held.set(value, (held.get(value) ?? 0) + 1);
      search = undefined;
      let released = false;
      return () => {
        if (released) return;
        released = true;
        const count = (held.get(value) ?? 1) - 1;
        if (count > 0) held.set(value, count);
        else held.delete(value);
        search = undefined;
      };
    },
    redact,
    redactDeep: <T>(value: T): T => new Walk(redact).copy(value) as T,
    without(texts) {
      const all = texts.join("\n");
      if (redact(all) === all) return redactor;
      const less = createRedactor(base?.without(texts));
      for (const value of held.keys()) {
        if (new ValueSearch([value]).redact(all) === all) less.hold(new Secret(value));
      }
      return less;
    },
  };
  return redactor;
}

class Walk {
  readonly #redact: (text: string) => string;
  readonly #path = new Set<object>();
  #left = MAX_VALUES;

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  copy(value: unknown): unknown {
    if (typeof value === "string") return this.#redact(value);
    if (typeof value === "function" || typeof value === "symbol") return undefined;
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Secret) return HIDDEN;
    if (value instanceof Date) return value;
    if (value instanceof URL) return this.#redact(value.href);
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
    if (value instanceof Error) own.unshift(["name", value.name], ["message", value.message]);
    return this.#copyEntries(own);
  }

  #copyEntries(entries: [string, unknown][]): Record<string, unknown> {
    const copied = entries.slice(0, MAX_VALUES).map(([key, item]): [string, unknown] => [
      // A key is this program's own word.
      key,
      namesSecret(key) && hidesWhole(item) ? HIDDEN : this.copy(item),
    ]);
    return Object.fromEntries(copied);
  }
}

/** Whether a field that names a secret holds one: not where it only says that there is one, or none. */
function hidesWhole(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== "boolean";
}
