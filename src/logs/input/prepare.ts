import { closeUpBlankLines } from "./blank-lines.js";
import { openCallRows } from "./call-rows.js";
import { withoutBackticks, withoutColours, withoutEntities, withPlainSigns } from "./characters.js";
import { splitEscapedLines } from "./escapes.js";
import { splitFlatMessages } from "./flat-messages.js";
import { openHepPackets } from "./hep.js";
import { openJsonLines } from "./json-lines.js";
import { openLadders } from "./ladders/index.js";
import { stripListMarks } from "./list-marks.js";
import { openNgrep } from "./ngrep.js";
import { openPacketTables } from "./packet-tables.js";
import { type InputStep, type PastedLine, withText } from "./pasted-line.js";
import { stripKnownPrefixes, stripSharedPrefixes } from "./prefixes.js";
import { openQuotedPrintable } from "./quoted-printable.js";
import { openTsharkJson } from "./tshark-json.js";
import { openWireshark } from "./wireshark.js";
import { joinWrapped } from "./wrapped.js";

/** No line that is of use is longer; the rest of it is not looked at. */
const MAX_LINE = 4_000;

const cutLongLines: InputStep = (lines) => lines.map((line) => withText(line, line.text.slice(0, MAX_LINE)));

/** In this order: each step works on what the one before has laid open. */
const STEPS: readonly InputStep[] = [
  openPacketTables,
  openHepPackets,
  openTsharkJson,
  openCallRows,
  stripListMarks,
  stripKnownPrefixes,
  openQuotedPrintable,
  openJsonLines,
  splitEscapedLines,
  cutLongLines,
  stripKnownPrefixes,
  stripSharedPrefixes,
  openNgrep,
  openWireshark,
  openLadders,
  closeUpBlankLines,
  splitFlatMessages,
  joinWrapped,
];

/**
 * From a paste to the lines that the readers read, each with the number of the pasted line that it comes from. What
 * mail, terminals, web pages, containers and loggers have done to a text is undone here, once for all readers.
 */
export function prepareLines(text: string): readonly PastedLine[] {
  // Nothing that a page, terminal or word processor leaves behind.
  const marked = /[&<^\\#`\u001b\u0080-\uffff]/.test(text);
  let lines: readonly PastedLine[] = text.split("\n").flatMap((raw, index): PastedLine | PastedLine[] => {
    const bare = raw.replace(/\r{1,3}$/, "");
    if (bare === "") return { text: "", line: index + 1, columns: 0 };
    if (!marked) return { text: bare, line: index + 1, columns: bare.length };
    const plain = withoutEntities(withPlainSigns(withoutColours(withoutBackticks(bare))));
    const line = { line: index + 1, columns: bare.length };
    return plain.split("\n").map((part) => ({ ...line, text: part }));
  });
  for (const step of STEPS) lines = step(lines);
  return cutLongLines(lines);
}
