import { SipParseError } from "./errors.js";

/** One challenge or one set of credentials as in a header (RFC 7235 2.1, RFC 3261 25.1). */
export interface AuthValue {
  /** As written, e.g. `Digest`. */
  readonly scheme: string;
  /** Names in lower case; quoted values unescaped. The first of a repeated name. */
  readonly params: ReadonlyMap<string, string>;
  /** Whether a parameter came twice: two readers could see two values. */
  readonly repeated: boolean;
}

interface OpenValue {
  scheme: string;
  params: Map<string, string>;
  repeated: boolean;
}

const TOKEN_CHAR = /[A-Za-z0-9\-.!%*_+`'~/]/;

/**
 * Reads a WWW-Authenticate, Proxy-Authenticate, Authorization or Proxy-Authorization value. Several
 * challenges in one line are separated; a `token68` (Negotiate, NTLM, Basic) is read over and dropped.
 *
 * @throws SipParseError when the grammar is broken: unclosed quote, parameter before any scheme.
 */
export function parseAuthHeader(value: string): AuthValue[] {
  const found: OpenValue[] = [];
  const scan = new Scanner(value);
  for (;;) {
    scan.skip(" \t,");
    if (scan.done) return found;
    const word = scan.token();
    if (word === "") throw new SipParseError("params", "not an authentication header");
    const spaced = scan.skip(" \t") > 0;
    if (scan.peek() === "=") readParam(scan, word, found.at(-1));
    else {
      found.push({ scheme: word, params: new Map(), repeated: false });
      if (spaced) scan.skipToken68();
    }
  }
}

function readParam(scan: Scanner, name: string, open: OpenValue | undefined): void {
  if (open === undefined) throw new SipParseError("params", "a parameter before any scheme", name);
  scan.next();
  scan.skip(" \t");
  const value = scan.peek() === '"' ? scan.quoted() : scan.bare();
  const key = name.toLowerCase();
  if (open.params.has(key)) open.repeated = true;
  else open.params.set(key, value);
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  peek(): string {
    return this.#text[this.#at] ?? "";
  }

  next(): void {
    this.#at += 1;
  }

  skip(chars: string): number {
    const from = this.#at;
    while (!this.done && chars.includes(this.peek())) this.#at += 1;
    return this.#at - from;
  }

  token(): string {
    const from = this.#at;
    while (TOKEN_CHAR.test(this.peek())) this.#at += 1;
    return this.#text.slice(from, this.#at);
  }

  /** An unquoted value: up to a comma or a blank. Real peers leave out quotes where the grammar wants them. */
  bare(): string {
    const from = this.#at;
    while (!this.done && !", \t".includes(this.peek())) this.#at += 1;
    return this.#text.slice(from, this.#at);
  }

  quoted(): string {
    const parts: string[] = [];
    for (this.#at += 1; !this.done; this.#at += 1) {
      const char = this.peek();
      if (char === '"') {
        this.#at += 1;
        return parts.join("");
      }
      if (char === "\\") this.#at += 1;
      parts.push(this.peek());
    }
    throw new SipParseError("params", "a quoted string is never closed");
  }

  /** After `Scheme `: `abc==` up to a comma is a token68, `name=value` is not. */
  skipToken68(): void {
    const from = this.#at;
    if (this.token() === "") return;
    const equals = this.skip("=");
    this.skip(" \t");
    const ends = this.done || this.peek() === ",";
    if (!ends || (equals === 0 && this.peek() === "=")) this.#at = from;
  }
}

/** Text in quotes, with `"` and `\` escaped (RFC 3261 25.1). */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
