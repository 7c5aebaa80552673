/** A line as the readers get it, and where it was in the pasted text. */
export interface PastedLine {
  readonly text: string;
  /** From 1, in the text as it was pasted. Several lines may come from one. */
  readonly line: number;
  /** How wide the pasted line was, with all that has been taken off. */
  readonly columns: number;
}

/** One step of the way from a paste to lines. Pure, and linear in the text. */
export type InputStep = (lines: readonly PastedLine[]) => readonly PastedLine[];

/** The line with another text. */
export function withText(line: PastedLine, text: string): PastedLine {
  return text === line.text ? line : { ...line, text };
}

/** Several lines made of one. */
export function split(line: PastedLine, texts: readonly string[]): PastedLine[] {
  return texts.map((text) => ({ ...line, text }));
}
