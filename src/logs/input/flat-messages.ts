import { type InputStep, type PastedLine, split } from "./pasted-line.js";

/** A message whose lines have run together into one, as in the cell of a table or a chat: its headers get lines again. */

const START =
  /\b(?:(?:REGISTER|INVITE|ACK|BYE|CANCEL|OPTIONS|SUBSCRIBE|NOTIFY|MESSAGE) sips?:[^\s<>"]{1,300} SIP\/2\.0|SIP\/2\.0 [1-6]\d{2} [A-Za-z' -]{2,60}?)[ |;,]{1,6}(?=(?:Via|v|From|To|Call-ID|CSeq|Max-Forwards|Contact|Record-Route):)/g;
const BLANKS = /[ |;,]{1,6}$/;
const HEADERS =
  /[ |]{1,6}(?=(?:Via|Max-Forwards|From|To|Call-ID|CSeq|Contact|Expires|User-Agent|Server|Allow|Allow-Events|Supported|Require|WWW-Authenticate|Proxy-Authenticate|Authorization|Proxy-Authorization|Content-Type|Content-Length|Record-Route|Route|Path|Date|Warning|Reason|Min-Expires|Retry-After|Accept|Organization|P-Asserted-Identity|Session-Expires|Min-SE): ?\S)/g;
/** Where a line of a session description begins. */
const SDP =
  /[ |]{1,6}(?=(?:v=0 |o=\S{1,60} \d|s=\S|c=IN |t=\d|b=[A-Z]{2}|m=(?:audio|video|image|application) \d|a=[a-z]))/g;

export const splitFlatMessages: InputStep = (lines) =>
  lines.some(({ text }) => text.search(START) >= 0) ? lines.flatMap(unrolled) : lines;

/** The text after a message without a body no longer belongs to it. */
const END = /\b(Content-Length: ?0)\b[ |;,.]{1,6}(?=[^ |;,.])/;

function unrolled(line: PastedLine): PastedLine[] {
  const starts = line.text.includes("SIP/2.0") ? [...line.text.matchAll(START)] : [];
  const [first] = starts;
  if (first === undefined) return [line];
  const before = line.text.slice(0, first.index).replace(BLANKS, "");
  const messages = starts.flatMap((start, index) => {
    const head = start[0].replace(BLANKS, "");
    const rest = line.text
      .slice(start.index + start[0].length, starts[index + 1]?.index)
      .replace(HEADERS, "\n")
      .replace(SDP, "\n")
      .replace(END, "$1\n\n")
      .replace(BLANKS, "");
    return [head, ...rest.split("\n"), ""];
  });
  return split(line, [...(before === "" ? [] : [before]), ...messages]);
}
