/** Characters that are looked at from either end of a word: one more than a secret has that is looked for as a whole. */
const REACH = 8;
/** Separators between two words that are joined: white space is folded away. */
const SEPARATORS = new Set(["@", ":", "/", ","]);

const [BEGINS, ENDS, SEPARATES] = [1, 2, 4] as const;
const ANY = BEGINS | ENDS | SEPARATES;

/**
 * The result when others write two words of a caller one after the other: `1001@pbx.example.com:5060`, `1001/front`. Of a
 * text as long as a window, says whether it may be the end of one word and the beginning of the next, with at most one whole
 * word between them.
 */
export class JoinedWords {
  readonly #ends = new Set<string>();
  readonly #beginnings = new Set<string>();
  readonly #words = new Set<string>();
  /** Of an ASCII character: its role where two words meet. */
  readonly #roles = new Uint8Array(128);

  constructor() {
    for (const sign of SEPARATORS) this.#mark(sign, SEPARATES);
  }

  /** Takes a word too, folded. */
  add(word: string): void {
    if (word === "") return;
    this.#mark(word.slice(-1), ENDS);
    this.#mark(word.slice(0, 1), BEGINS);
    for (let length = 1; length <= Math.min(REACH, word.length); length += 1) {
      this.#ends.add(word.slice(-length));
      this.#beginnings.add(word.slice(0, length));
    }
    if (word.length < REACH) this.#words.add(word);
  }

  /** @param part of a secret, folded. */
  canMake(part: string): boolean {
    if (part.length > REACH || !this.#mayMeetIn(part)) return false;
    const ends = this.#behindOf(part, [0], this.#ends);
    const separated = behindSeparator(part, [0, ...ends]);
    if (this.#isMade(part, ends, separated)) return true;
    const middles = this.#behindOf(part, [...ends, ...separated], this.#words);
    return middles.includes(part.length) || this.#isMade(part, middles, behindSeparator(part, middles));
  }

  #mark(sign: string, role: number): void {
    const code = sign.charCodeAt(0);
    if (code < this.#roles.length) this.#roles[code] = (this.#roles[code] ?? 0) | role;
  }

  /** Rules most out at little cost. */
  #mayMeetIn(part: string): boolean {
    let before = 0;
    for (let at = 0; at < part.length; at += 1) {
      const role = this.#roles[part.charCodeAt(at)] ?? ANY;
      if ((role & SEPARATES) !== 0 || ((before & ENDS) !== 0 && (role & BEGINS) !== 0)) return true;
      before = role;
    }
    return false;
  }

  /** Where one of those words that begins at one of the places ends. */
  #behindOf(part: string, places: readonly number[], words: ReadonlySet<string>): number[] {
    const found: number[] = [];
    for (const from of places)
      for (let to = from + 1; to <= part.length; to += 1) if (words.has(part.slice(from, to))) found.push(to);
    return found;
  }

  #isMade(part: string, places: readonly number[], separated: readonly number[]): boolean {
    return (
      separated.includes(part.length) ||
      [...places, ...separated].some((at) => this.#beginnings.has(part.slice(at)))
    );
  }
}

function behindSeparator(part: string, places: readonly number[]): number[] {
  return places.filter((at) => SEPARATORS.has(part[at] ?? "")).map((at) => at + 1);
}
