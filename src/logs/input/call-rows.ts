import { packetLine, readSaid } from "./ladders/said.js";
import { type InputStep, type PastedLine, withText } from "./pasted-line.js";

/**
 * Rows of a call that hold two addresses and what was said, without a list's form: `tshark -T fields`, with tabs or another sign
 * between, Homer's call data, an object a row, and what Asterisk keeps (`pjsip show history`).
 */

const ADDRESS = /^"?(\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})"?$/;
const SAID = /^"?([A-Z]{3,9}|[1-6]\d{2})"?$/;
const TIME = /^"?(\d{1,6}\.\d{1,9}|(?:\d{4}-\d{2}-\d{2}[ T])?\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)"?$/;
const HOMER =
  /"srcIp"\s?:\s?"(?<from>[^"]{3,45})".{0,200}"dstIp"\s?:\s?"(?<to>[^"]{3,45})".{0,300}"method_text"\s?:\s?"(?<said>[^"]{2,60})"(?:.{0,200}"micro_ts"\s?:\s?(?<ts>\d{13,16}))?/;
/** Asterisk's: only the far address is in it. */
const HISTORY =
  /^\d{5} (?<time>\d{9,10}) \* (?<way>==>|<==) (?<far>[\d.:a-fA-F[\]]{7,60}) {1,40}(?:(?<request>[A-Z]{3,9} sips?:\S{1,200}) SIP\/2\.0|SIP\/2\.0 (?<answer>[1-6]\d{2} \S.{0,60}))\s{0,3}$/;
const LONGEST = 600;

export const openCallRows: InputStep = (lines) => {
  const rows = new Map<number, string>();
  let requests = 0;
  for (const [index, { text }] of lines.entries()) {
    if (text.length > LONGEST) continue;
    const row = text.includes('"srcIp"') ? homerRow(text) : (historyRow(text) ?? fieldsRow(text));
    if (row === undefined) continue;
    rows.set(index, row);
    if (row.includes(" Request: ")) requests += 1;
  }
  if (rows.size < 2 || requests === 0) return lines;
  return lines.map((line, index): PastedLine => {
    const row = rows.get(index);
    return row === undefined ? line : withText(line, row);
  });
};

function fieldsRow(text: string): string | undefined {
  if (!/^"?\d/.test(text)) return undefined;
  const cells = text.split(/[\t,;|]| {1,4}/).map((cell) => cell.trim());
  if (cells.length > 12) return undefined;
  const places = cells.flatMap((cell, index) => (ADDRESS.test(cell) ? [index] : []));
  const [one, other] = places;
  if (one === undefined || other === undefined || places.length !== 2) return undefined;
  // With ports and the start line it is a row that the ladders read, which keep the URI.
  if (/\.\d{1,3}:\d/.test(cells[one] ?? "") && /SIP\/2\.0|sips?:/.test(text)) return undefined;
  const after = cells.slice(other + 1).filter((cell) => cell !== "" && cell !== '""');
  // Homer's export has the method or the answer before the two ends.
  const before = cells.slice(1, one).find((cell) => SAID.test(cell));
  const said = readSaid(SAID.exec(after[0] ?? "")?.[1] ?? SAID.exec(before ?? "")?.[1] ?? "");
  if (said === undefined) return undefined;
  const time = TIME.exec(cells[0] ?? "")?.[1] ?? TIME.exec(cells[1] ?? "")?.[1];
  return packetLine({ from: bare(cells[one]), to: bare(cells[other]), said, time: clock(time) });
}

function historyRow(text: string): string | undefined {
  const { time, way, far = "", request, answer } = HISTORY.exec(text)?.groups ?? {};
  if (time === undefined) return undefined;
  const [from, to] = way === "==>" ? ["asterisk.5060", far] : [far, "asterisk.5060"];
  const said =
    request === undefined
      ? { isRequest: false, words: `Status: ${answer}` }
      : { isRequest: true, words: `Request: ${request}` };
  return packetLine({ from, to, said, time: clock(`${time}.0`) });
}

function bare(cell = ""): string {
  return ADDRESS.exec(cell)?.[1] ?? "";
}

function clock(time: string | undefined): string {
  if (time === undefined || time.includes(":")) return time ?? "";
  return new Date(Math.round(Number(time) * 1_000)).toISOString().slice(11, 23);
}

function homerRow(text: string): string | undefined {
  const { from = "", to = "", said: words = "", ts } = HOMER.exec(text)?.groups ?? {};
  const said = readSaid(words);
  if (said === undefined || text.includes('"raw"')) return undefined;
  const time = ts === undefined ? "" : new Date(Number(ts.slice(0, 13))).toISOString().slice(11, 23);
  return packetLine({ from, to, said, time });
}
