/** A place in a text; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A client's file that cannot be changed safely. Nothing of its content is in the message. */
export class ClientFileError extends Error {
  override readonly name = "ClientFileError";

  /** @param at absent: the problem is with the whole file. */
  constructor(problem: string, at?: Position) {
    super(at ? `line ${at.line}, column ${at.column}: ${problem}` : problem);
  }
}

export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
