import { type InputStep, type PastedLine, split } from "./pasted-line.js";

/** A message whose lines have run together into one, as in the cell of a table or a chat: its headers get lines again. */

const START =
  /\b(?:(?:REGISTER|INVITE|ACK|BYE|CANCEL|OPTIONS|SUBSCRIBE|NOTIFY|MESSAGE) sips?:[^\s<>"]{1,300} SIP\/2\.0|SIP\/2\.0 [1-6]\d{2} [A-Za-z' -]{2,60}?)[ |;,]{1,6}(?=(?:Via|v|From|To|Call-ID|CSeq|Max-Forwards|Contact|Record-Route):)/;
const BLANKS = /[ |;,]{1,6}$/;
const HEADERS =
  /[ |]{1,6}(?=(?:Via|Max-Forwards|From|To|Call-ID|CSeq|Contact|Expires|User-Agent|Server|Allow|Allow-Events|Supported|Require|WWW-Authenticate|Proxy-Authenticate|Authorization|Proxy-Authorization|Content-Type|Content-Length|Record-Route|Route|Path|Date|Warning|Reason|Min-Expires|Retry-After|Accept|Organization|P-Asserted-Identity|Session-Expires|Min-SE): ?\S)/g;
/** Where a line of a session description begins. */
const SDP =
  /[ |]{1,6}(?=(?:v=0 |o=\S{1,60} \d|s=\S|c=IN |t=\d|b=[A-Z]{2}|m=(?:audio|video|image|application) \d|a=[a-z]))/g;

export const splitFlatMessages: InputStep = (lines) =>
  lines.some(({ text }) => START.test(text)) ? lines.flatMap(unrolled) : lines;

function unrolled(line: PastedLine): PastedLine[] {
  const start = line.text.includes("SIP/2.0") ? START.exec(line.text) : null;
  if (start === null) return [line];
  const head = start[0].replace(BLANKS, "");
  const rest = line.text
    .slice(start.index + start[0].length)
    .replace(HEADERS, "\n")
    .replace(SDP, "\n")
    .replace(BLANKS, "");
  const before = line.text.slice(0, start.index).replace(BLANKS, "");
  return split(line, [...(before === "" ? [] : [before]), head, ...rest.split("\n"), ""]);
}
