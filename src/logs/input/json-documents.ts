/**
 * JSON as people copy it: an array or object over many lines, several in a row, and one whose beginning or end is cut
 * off. Read in one pass; strings know the line that they begin on.
 */

export interface JsonText {
  readonly text: string;
  /** Index of the line that it begins on. */
  readonly line: number;
}
export interface JsonNode {
  /** Members of an object by name; of an array by number. */
  readonly members: Map<string, JsonValue>;
  readonly isArray: boolean;
}
export type JsonValue = JsonText | JsonNode | number | boolean | null;

export interface JsonDocument {
  readonly root: JsonNode;
  /** Index of the first line after it. */
  readonly end: number;
}

const DEEPEST = 24;
const LONGEST_STRING = 60_000;
/** What a line begins with where a document may begin; a log's `[2025-…` does not. */
const BEGINS = /^\s{0,40}(?:\[\s{0,20}(?:$|["{[])|\{\s{0,20}(?:$|"))/;
/** A member, where what is before it was not copied. */
const MEMBER = /^\s{0,40}"[\w@.-]{1,60}"\s{0,4}:\s{0,4}(?:["[{\d]|true|false|null)/;
const WORD = /^(?:true|false|null|-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?)(?=[\s,\]}]|$)/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "", f: "" };

export function mayBeginJson(line: string): boolean {
  return BEGINS.test(line) || MEMBER.test(line);
}

export function isNode(value: JsonValue | undefined): value is JsonNode {
  return typeof value === "object" && value !== null && "members" in value;
}

export function isText(value: JsonValue | undefined): value is JsonText {
  return typeof value === "object" && value !== null && "text" in value;
}

interface Open {
  readonly node: JsonNode;
  key: string | undefined;
}

/**
 * The document that begins in the line `from`; what the end of the paste has cut off counts as closed. If it is not
 * JSON, the index of the line that shows it: nothing before that line is a document either.
 */
export function readJson(lines: readonly string[], from: number): JsonDocument | { readonly failed: number } {
  return new Reader(lines, from).read();
}

class Reader {
  readonly #lines: readonly string[];
  readonly #open: Open[] = [];
  #line: number;
  #at = 0;

  constructor(lines: readonly string[], from: number) {
    this.#lines = lines;
    this.#line = from;
  }

  read(): JsonDocument | { readonly failed: number } {
    if (MEMBER.test(this.#lines[this.#line] ?? "")) this.#push(false);
    const root = this.#open[0]?.node;
    let first = root;
    while (this.#skip()) {
      const sign = this.#sign();
      if (sign === "{" || sign === "[") {
        if (this.#open.length >= DEEPEST) return this.#failed();
        this.#at += 1;
        const node = this.#push(sign === "[");
        first ??= node;
      } else if (sign === "}" || sign === "]") {
        if (this.#open.pop()?.node.isArray !== (sign === "]")) return this.#failed();
        this.#at += 1;
        if (this.#open.length === 0) return this.#closed(first);
      } else if (!this.#member()) return this.#failed();
    }
    return first === undefined ? this.#failed() : { root: first, end: this.#lines.length };
  }

  #closed(root: JsonNode | undefined) {
    // A comma may follow; anything else is not of JSON.
    const rest = (this.#lines[this.#line] ?? "").slice(this.#at);
    return root === undefined || !/^\s{0,20}[,;\])}]?\s{0,20}$/.test(rest)
      ? this.#failed()
      : { root, end: this.#line + 1 };
  }

  #failed() {
    return { failed: this.#line };
  }

  #sign(): string {
    return (this.#lines[this.#line] ?? "")[this.#at] ?? "";
  }

  /** On to the next character that is not a blank or comma; false at the end of the paste. */
  #skip(): boolean {
    for (; this.#line < this.#lines.length; this.#line += 1, this.#at = 0) {
      const line = this.#lines[this.#line] ?? "";
      // What a person has left out.
      if (/^\s{0,40}(?:\.{3}|\u2026),?\s{0,20}$/.test(line)) continue;
      while (this.#at < line.length && ", \t\r".includes(line[this.#at] ?? "")) this.#at += 1;
      if (this.#at < line.length) return true;
    }
    return false;
  }

  #push(isArray: boolean): JsonNode {
    const node = { members: new Map<string, JsonValue>(), isArray };
    if (this.#open.length > 0) this.#put(node);
    this.#open.push({ node, key: undefined });
    return node;
  }

  #put(value: JsonValue): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    open.node.members.set(open.key ?? String(open.node.members.size), value);
    open.key = undefined;
  }

  /** A name, string, number or word. */
  #member(): boolean {
    const open = this.#open.at(-1);
    if (open === undefined) return false;
    if (this.#sign() !== '"') return this.#word(open);
    const line = this.#line;
    const text = this.#string();
    if (text === undefined) return false;
    if (open.node.isArray || open.key !== undefined) {
      this.#put({ text, line });
      return true;
    }
    if (!this.#skip()) return true;
    if (this.#sign() !== ":") return false;
    this.#at += 1;
    open.key = text.slice(0, 100);
    return true;
  }

  #word(open: Open): boolean {
    const word = WORD.exec((this.#lines[this.#line] ?? "").slice(this.#at, this.#at + 60))?.[0];
    if (word === undefined || !(open.node.isArray || open.key !== undefined)) return false;
    this.#at += word.length;
    // Nanoseconds would lose their last digits as a number.
    if (/^\d{17,20}$/.test(word)) this.#put({ text: word, line: this.#line });
    else this.#put(JSON.parse(/^-?0\d/.test(word) ? "0" : word) as number | boolean | null);
    return true;
  }

  /** From the quote on. Of a message whose line ends were put back, a string goes over lines. */
  #string(): string | undefined {
    let text = "";
    this.#at += 1;
    for (;;) {
      const line = this.#lines[this.#line] ?? "";
      while (this.#at < line.length) {
        const sign = line[this.#at] ?? "";
        this.#at += 1;
        if (sign === '"') return text;
        text += sign === "\\" ? this.#escape(line) : sign;
        if (text.length > LONGEST_STRING) return undefined;
      }
      if (this.#line + 1 >= this.#lines.length) {
        this.#line += 1;
        return text;
      }
      if (!text.includes("SIP/2.0", Math.max(0, text.length - 4_000))) return undefined;
      text += "\n";
      this.#line += 1;
      this.#at = 0;
    }
  }

  #escape(line: string): string {
    const sign = line[this.#at] ?? "";
    this.#at += 1;
    if (sign !== "u") return ESCAPES[sign] ?? sign;
    const code = /^[0-9a-fA-F]{4}/.exec(line.slice(this.#at, this.#at + 4))?.[0];
    if (code === undefined) return "";
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }
}
