import { type InputStep, type PastedLine, split } from "./pasted-line.js";

/**
 * What ngrep makes of a message without `-W byline`: one line, wrapped at the terminal's width, with a dot for each byte that cannot
 * be shown, so two for each line end.
 */

const RUN =
  /(?:[A-Z]{3,10} sips?:[^\s<>"]{1,300} SIP\/2\.0|SIP\/2\.0 [1-6]\d{2} [^.\r\n]{0,80})\.\.(?=[A-Z][A-Za-z-]{1,30}:|[vftimcl]:)/;
const LINE_ENDS = /\.\.(?=[A-Z][A-Za-z-]{1,30} ?:|[vftimclksoa] ?[:=]|\.\.|$)/;
/** Where a packet's text ends. */
const ENDS = /^(?:#{1,200}|[UTI] \S{3,80} -> .{3,80}|\s{0,20})$/;

export const openNgrep: InputStep = (lines) => {
  return lines.some(({ text }) => text.includes("SIP/2.0") && RUN.test(text)) ? unrolled(lines) : lines;
};

function unrolled(lines: readonly PastedLine[]): PastedLine[] {
  const opened: PastedLine[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as PastedLine;
    if (!RUN.test(line.text)) {
      opened.push(line);
      continue;
    }
    // Without -q each line is indented.
    const indent = /^ {0,4}/.exec(line.text)?.[0].length ?? 0;
    let whole = line.text.slice(indent);
    while (index + 1 < lines.length && whole.length < 4_000 && !ENDS.test(lines[index + 1]?.text ?? "")) {
      if (RUN.test(lines[index + 1]?.text ?? "") || whole.endsWith("....")) break;
      index += 1;
      const next = lines[index]?.text ?? "";
      whole += next.slice(Math.min(indent, next.length - next.trimStart().length));
    }
    opened.push(...split(line, whole.split(LINE_ENDS)), ...split(line, [""]));
  }
  return opened;
}
