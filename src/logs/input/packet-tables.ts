import { type InputStep, type PastedLine, withText } from "./pasted-line.js";

/**
 * Wireshark's list of packets as a table: copied as Markdown, or exported as CSV or with tabs. Its rows become those of a list, whatever
 * other columns are between; the row above names them.
 */

const HEAD = /\bSource\b.{1,40}\bDestination\b.{1,80}\bInfo\b/;
const MESSAGE = /^(?:Via|v) ?: ?SIP\/2\.0\//;
const WANTED = ["No.", "Time", "Source", "Destination", "Protocol", "Length", "Info"] as const;

/** A row with blanks or tabs between its columns, as it is copied without the names or under them; a time of day may have blanks too. */
const ROW =
  /^(?<before>\s{0,8}\d{1,7}\s{1,8}(?:\d{4}-\d{2}-\d{2} )?(?:-?\d{1,7}\.\d{1,9}|\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?))\s{1,12}(?<from>(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4}:[0-9a-f:.]{2,40})\s{1,12}(?<to>(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4}:[0-9a-f:.]{2,40})\s{1,12}(?<rest>SIP(?:\/\S{1,8})?\s{1,12}\d{1,6}\s{1,12}(?:Request|Status): .{0,600})$/i;

function openRows(lines: readonly PastedLine[]): readonly PastedLine[] {
  if (lines.some(({ text }) => MESSAGE.test(text))) return lines;
  return lines.map((line) => {
    const { before, from, to, rest = "" } = ROW.exec(line.text.slice(0, 1_000))?.groups ?? {};
    if (before === undefined) return line;
    return withText(line, `${before} ${from} → ${to} ${rest.replace(/\s{1,12}/g, " ")}`);
  });
}

export const openPacketTables: InputStep = (lines) => {
  if (!lines.some(({ text }) => HEAD.test(text))) {
    return lines.some(({ text }) => ROW.test(text.slice(0, 1_000))) ? openRows(lines) : lines;
  }
  // The messages themselves say more, and would be counted twice.
  if (lines.some(({ text }) => MESSAGE.test(text))) return lines;
  const opened: PastedLine[] = [...openRows(lines)];
  let sign: Sign | undefined;
  let names: readonly string[] = [];
  for (const [row, line] of lines.entries()) {
    const text = line.text.slice(0, 1_000).replace(/^>{1,4} ?/, "");
    if (HEAD.test(text)) {
      sign = signOf(text);
      names = sign === undefined ? [] : cellsOf(text, sign);
      if (sign !== undefined) opened[row] = withText(line, "");
      continue;
    }
    if (sign === undefined) continue;
    if (/^[\s|:-]{5,200}$/.test(text)) {
      opened[row] = withText(line, "");
      continue;
    }
    const cells = cellsOf(text, sign);
    if (cells.length < names.length) {
      if (text.trim() !== "") sign = undefined;
      continue;
    }
    opened[row] = withText(line, rowOf(cells, names));
  }
  return opened;
};

type Sign = "|" | "\t" | ",";

function signOf(head: string): Sign | undefined {
  return (["\t", "|", ","] as const).find((sign) => head.split(sign).length >= 4);
}

function cellsOf(text: string, sign: Sign): string[] {
  if (sign !== ",") {
    const cells = text
      .replaceAll("\\|", " ")
      .split(sign)
      .map((cell) => cell.trim());
    // Markdown may put bars around the row, too.
    if (sign === "|" && cells[0] === "") cells.shift();
    if (sign === "|" && cells.at(-1) === "") cells.pop();
    return cells;
  }
  const cells: string[] = [""];
  let quoted = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    else if (sign === "," && !quoted) cells.push("");
    else cells[cells.length - 1] += sign;
  }
  return cells.map((cell) => cell.trim());
}

function rowOf(cells: readonly string[], names: readonly string[]): string {
  const [number = "", time = "", from = "", to = "", protocol = "", length = "", info = ""] = WANTED.map(
    (name) => cells[names.indexOf(name)] ?? "",
  );
  return `${number} ${time} ${from} → ${to} ${protocol} ${length} ${info}`.trim();
}
