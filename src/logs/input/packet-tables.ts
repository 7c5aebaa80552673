import { type InputStep, type PastedLine, withText } from "./pasted-line.js";

/**
 * Wireshark's list of packets as a table: copied as Markdown, or exported as CSV or with tabs. Its rows become those of a list, whatever
 * other columns are between; the row above names them. Exported as plain text it has blanks between its columns.
 */

const HEAD = /\bSource\b.{1,40}\bDestination\b.{1,80}\bInfo\b/;
const MESSAGE = /^(?:Via|v) ?: ?SIP\/2\.0\//;
const WANTED = ["No.", "Time", "Source", "Destination", "Protocol", "Length", "Info"] as const;

/** A row of plain text: number and time, the two ends, protocol and length; a name may take the place of an address. */
const PLAIN_ROW =
  /^(?<begin>\s{0,8}\d{1,7}\s{1,8}(?:[\d:.-]{1,30}\s{1,8}){1,2})(?<from>[\w.:-]{3,45})\s{1,40}(?<to>[\w.:-]{3,45})\s{1,40}(?<rest>SIP(?:\/\S{1,8})?\s{1,12}(?:\d{1,6}\s{1,12})?(?:Request|Status): .{1,600})$/i;

/** A name takes the place of a host with its port, as tcpdump writes it. */
function asEnd(text: string): string {
  return /[g-z]/i.test(text) && !/\.\d{1,5}$/.test(text) ? `${text}.5060` : text;
}

function openPlainRows(lines: readonly PastedLine[]): readonly PastedLine[] {
  return lines.map((line) => {
    if (line.text.length > 1_000 || !/\bSIP/.test(line.text)) return line;
    const { begin = "", from, to, rest = "" } = PLAIN_ROW.exec(line.text)?.groups ?? {};
    return from === undefined
      ? line
      : withText(line, `${begin}${asEnd(from)} → ${asEnd(to ?? "")} ${rest.replace(/\s{1,12}/g, " ")}`);
  });
}

export const openPacketTables: InputStep = (lines) => {
  const head = lines.some(({ text }) => HEAD.test(text));
  if (!head && !lines.some(({ text }) => text.length <= 1_000 && PLAIN_ROW.test(text))) return lines;
  // The messages themselves say more, and would be counted twice.
  if (lines.some(({ text }) => MESSAGE.test(text))) return lines;
  const opened: PastedLine[] = [...openPlainRows(lines)];
  if (!head) return opened;
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
  return `${number} ${time} ${asEnd(from)} → ${asEnd(to)} ${protocol} ${length} ${info}`.trim();
}
