import type { InputStep, PastedLine } from "../../../../src/logs/input/pasted-line.js";

/** Lines as they stand in a paste. */
function pasted(text: string): PastedLine[] {
  return text.split("\n").map((line, index) => ({ text: line, line: index + 1, columns: line.length }));
}

/** What a step makes of a text: each line with the number of the one that it comes from. */
export function linesAfter(step: InputStep, text: string): string[] {
  return step(pasted(text)).map(({ text: line, line: number }) => `${number} ${line}`);
}
