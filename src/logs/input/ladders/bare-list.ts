import { type PastedLine, withText } from "../pasted-line.js";
import { isHeader } from "../shapes.js";
import { packetLine, readSaid, type Said } from "./said.js";

/**
 * A call as a list of what was said, without who said it: `INVITE`, `100 Trying`, `200 OK`, `BYE`, a line each. Statuses come from the one
 * who was called, and a BYE from there too where the answer was never acknowledged.
 */

const ITEM =
  /^[\s>*#-]{0,8}(?:\d{1,3}[.)]\s{1,3})?(?<said>(?:INVITE|ACK|BYE|CANCEL)(?: sips?:\S{1,160})?(?: SIP\/2\.0)?|(?:SIP\/2\.0 )?[1-6]\d{2} [A-Z][A-Za-z' -]{1,40})\s{0,4}$/;
const [CALLER, CALLED] = ["caller.5060", "called.5060"];
/** What is between two of them, such as a header that matters. */
const MOST_BETWEEN = 3;
const LEAST = 3;
const MOST = 400;

export function openBareList(lines: readonly PastedLine[]): readonly PastedLine[] {
  const items = new Map<number, Said>();
  let begun = false;
  let last = 0;
  for (const [row, { text }] of lines.entries()) {
    if (text.length > 240 || items.size === MOST) continue;
    const said = readSaid((ITEM.exec(text)?.groups?.said ?? "").replace(/ SIP\/2\.0$/, ""));
    if (said === undefined) continue;
    // A message itself, with its head below.
    if (isHeader(lines[row + 1]?.text ?? "") && !/^\s/.test(lines[row + 1]?.text ?? "")) return lines;
    const isInvite = said.words.startsWith("Request: INVITE");
    if (begun && row - last > MOST_BETWEEN + 1 && !isInvite) return lines;
    if (!begun && !isInvite) return lines;
    begun = true;
    last = row;
    items.set(row, said);
  }
  const all = [...items.values()];
  if (all.length < LEAST || all.every(({ isRequest }) => isRequest)) return lines;
  let acked = false;
  return lines.map((line, row) => {
    const said = items.get(row);
    // A header that was noted below what was said is not the head of a message.
    if (said === undefined)
      return /^\s/.test(line.text) && isHeader(line.text.trim()) ? withText(line, "") : line;
    if (said.words.startsWith("Request: INVITE")) acked = false;
    if (said.words.startsWith("Request: ACK")) acked = true;
    const byCalled = !said.isRequest || (said.words.startsWith("Request: BYE") && !acked);
    const [from, to] = byCalled ? [CALLED, CALLER] : [CALLER, CALLED];
    return withText(line, packetLine({ from, to, said }));
  });
}
