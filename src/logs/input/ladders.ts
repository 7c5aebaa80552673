import { type InputStep, type PastedLine, withText } from "./pasted-line.js";

/**
 * A call drawn between two upright lines, as sngrep's flow shows it and people draw it: two addresses above, and arrows with
 * start lines between. Each becomes a line of a list of packets.
 */

const HEADS =
  /^\s{0,60}(?:[A-Za-z][\w-]{0,30} {1,3})?(?<left>\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)\s{4,80}(?:[A-Za-z][\w-]{0,30} {1,3})?(?<right>\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)\s{0,60}$/;
const ROW = /^(?<before>[^|│]{0,60})[|│](?<inner>[^|│]{1,120})[|│][^|│]{0,60}$/;
const TO_RIGHT = /[-─=]{1,80} ?[>►→]/;
const TO_LEFT = /[<◄←] ?[-─=]{1,80}/;
const METHOD = /\b(INVITE|ACK|BYE|CANCEL|PRACK|UPDATE|REGISTER)\b/;
const STATUS = /\b([1-6]\d{2}) ([A-Z][A-Za-z' -]{1,50})/;
const TIME = /\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?/;

interface Said {
  readonly at: number;
  readonly words: string;
  readonly time: string;
}

export const openLadders: InputStep = (lines) => {
  if (!lines.some(({ text }) => HEADS.test(text))) return lines;
  const opened: PastedLine[] = [...lines];
  let ends: readonly [left: string, right: string] | undefined;
  let said: Said | undefined;
  for (const [index, line] of lines.entries()) {
    const head = HEADS.exec(line.text)?.groups;
    if (head?.left !== undefined && head.right !== undefined) {
      ends = [head.left, head.right];
      said = undefined;
      continue;
    }
    const row = ends === undefined ? undefined : ROW.exec(line.text)?.groups;
    if (row?.inner === undefined || ends === undefined) continue;
    const words = wordsOf(row.inner);
    if (words !== undefined)
      said = { at: index, words, time: TIME.exec(row.before ?? "")?.[0] ?? said?.time ?? "" };
    const right = TO_RIGHT.test(row.inner);
    if (said === undefined || right === TO_LEFT.test(row.inner)) continue;
    const [from, to] = right ? ends : [ends[1], ends[0]];
    const place = lines[said.at] as PastedLine;
    opened[said.at] = withText(place, `${said.time} ${from} -> ${to} SIP ${said.words}`.trim());
    if (said.at !== index) opened[index] = withText(line, "");
    said = undefined;
  }
  return opened;
};

function wordsOf(inner: string): string | undefined {
  const status = STATUS.exec(inner);
  if (status !== null) return `Status: ${status[1]} ${status[2]?.trim()}`;
  const method = METHOD.exec(inner)?.[1];
  return method === undefined ? undefined : `Request: ${method} sip:callee.invalid`;
}
