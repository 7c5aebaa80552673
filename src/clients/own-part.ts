/** A stretch of a text. `to` is behind its last character. */
export interface Span {
  from: number;
  to: number;
}

/** The part of a client's file that is this server's; everything else belongs to others. */
export interface OwnPart {
  /** The entry and anything that only it needs, in the order of the text. Empty: it is not there. */
  entries: readonly Span[];
  /** Brackets, commas and keys that lead to it. They hold no values. */
  frame: readonly Span[];
  /** What is between a key and its value. */
  separator: ":" | "=";
}
