import { type JsonDocument, mayBeginJson, readJson } from "./json-documents.js";
import { type JsonRecord, recordsOf } from "./json-records.js";
import { type InputStep, type PastedLine, split } from "./pasted-line.js";

/**
 * JSON of loggers, a record a line or over many lines: the message comes out, with time, level and logger before it and
 * what else there is behind it as JSON, as zap writes on a console. A SIP message stays as it is, below a line with
 * its time and the two ends of the packet.
 */

const MAX_JSON = 60_000;

export const openJsonLines: InputStep = (lines) => {
  if (!lines.some(({ text }) => mayBeginJson(text))) return lines;
  const texts = lines.map(({ text }) => text);
  const opened: PastedLine[] = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] as PastedLine;
    const read = mayBeginJson(line.text) && line.text.length <= MAX_JSON ? readJson(texts, index) : undefined;
    if (read === undefined) {
      opened.push(line);
      index += 1;
    } else if ("failed" in read) {
      const next = Math.max(index + 1, read.failed);
      // Text that is not one document may hold a record on a separate line.
      opened.push(...lines.slice(index, next).flatMap((each) => openedAlone(each, next - index > 1)));
      index = next;
    } else {
      const records = openedDocument(read, lines);
      opened.push(...(records.length > 0 ? records : lines.slice(index, read.end)));
      index = read.end;
    }
  }
  return opened;
};

function openedAlone(line: PastedLine, isOneOfMany: boolean): PastedLine[] {
  if (!isOneOfMany || !mayBeginJson(line.text)) return [line];
  const read = readJson([line.text], 0);
  const records = "failed" in read ? [] : openedDocument(read, [line]);
  return records.length > 0 ? records : [line];
}

function openedDocument({ root }: JsonDocument, lines: readonly PastedLine[]): PastedLine[] {
  return oldestFirst(recordsOf(root)).flatMap((record) => {
    const line = lines[record.message.line];
    return line === undefined ? [] : split(line, textsOf(record));
  });
}

/** Pages of logs give out what is newest first: turned where all times fall. */
function oldestFirst(records: readonly JsonRecord[]): readonly JsonRecord[] {
  const times = records.map(({ time }) => Date.parse(time ?? ""));
  const falls = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? Number.NaN));
  return falls && (times[0] ?? 0) > (times.at(-1) ?? 0) ? records.toReversed() : records;
}

const START = /^(?:SIP\/2\.0 \d{3}|[A-Z]{3,9} sips?:\S{1,300} SIP\/2\.0)/;

function textsOf(record: JsonRecord): string[] {
  const { message, time = "", ends } = record;
  const parts = message.text.replace(/\r?\n$/, "").split(/\r?\n/);
  if (START.test(message.text)) {
    const stamp = time.replace("T", " ").replace(/Z$/, "");
    const frame = ends === undefined ? stamp : `${stamp} ${ends[0]} -> ${ends[1]}`.trim();
    return [...(frame === "" ? [] : [frame]), ...parts];
  }
  // Anything else is put together again as one line of a log; Docker's already is one.
  return parts.length > 1 || record.isLine ? parts : [flat(record, parts[0] ?? "")];
}

function flat({ time, head, rest }: JsonRecord, text: string): string {
  const words = [...(time === undefined ? [] : [time]), ...head].map((each) => each.replace("T", " "));
  return [...words, text, ...(rest.length > 0 ? [JSON.stringify(Object.fromEntries(rest))] : [])].join(" ");
}
