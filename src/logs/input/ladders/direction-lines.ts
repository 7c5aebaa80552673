import { type PastedLine, withText } from "../pasted-line.js";
import { startsMessage } from "../shapes.js";
import { type Arrow, clockTime, endOf, packetLine, readSaid } from "./said.js";

/** Lines of programs that say in words which way a message went: `SIP TX INVITE … 192.0.2.1:5060`, `SIP RX 401 Unauthorized from …`. */

const TIME = /^\s{0,8}\[?((?:\d{4}-\d{2}-\d{2}[ T])?\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)Z?\]?\s{1,4}/;
const ROW =
  /\bSIP (?<way>TX|RX|sent|received|send|recv|out|in)[: ]{1,3}(?<words>(?:INVITE|ACK|BYE|CANCEL|REFER|[1-6]\d{2} [A-Z])(?:[^\r\n]{0,200}))$/i;
const PLACE =
  /(?:^|[@ ])((?:\d{1,3}(?:\.\d{1,3}){3}|[a-z][\w-]{0,40}(?:\.[\w-]{1,40}){1,5})(?::\d{1,5})?)(?=[\s;>]|$)/;
/** `Outgoing SIP response "200 Ok" to request INVITE TO 192.0.2.1:5060` */
const IN_WORDS =
  /\b(?<way>Incoming|Outgoing|Received|Receiving|Sending|Sent) SIP (?:request|response|message):? {0,2}["']?(?<words>(?:INVITE|ACK|BYE|CANCEL|REFER|[1-6]\d{2} [A-Z])[^"'\r\n]{0,60})["']?(?<rest>[^\r\n]{0,160})$/i;
/** Where it names the other end by itself, the address within a URI is not it. */
const NAMED_PLACE =
  /(?:^| )(?:to|from|TO|FROM) ((?:\d{1,3}(?:\.\d{1,3}){3}|[a-z][\w-]{0,40}(?:\.[\w-]{1,40}){1,5}):\d{1,5})(?=[\s;,]|$)/;
const ATTEMPT = /^(INVITE) (?=[\w.+-]{1,64}@)/;

export function openDirectionLines(lines: readonly PastedLine[]): readonly PastedLine[] {
  const arrows = new Map<number, Arrow>();
  let invites = 0;
  for (const [row, { text }] of lines.entries()) {
    // Where the messages themselves are there, the lines say no more.
    if (startsMessage(text)) return lines;
    if (text.length > 300 || !/sip /i.test(text)) continue;
    const arrow = arrowOf(text);
    if (arrow === undefined) continue;
    arrows.set(row, arrow);
    if (arrow.said.words.startsWith("Request: INVITE")) invites += 1;
  }
  if (arrows.size < 3 || invites === 0) return lines;
  return lines.map((line, row) => {
    const arrow = arrows.get(row);
    return arrow === undefined ? line : withText(line, packetLine(arrow));
  });
}

function arrowOf(text: string): Arrow | undefined {
  const { way = "", words: first = "", rest = "" } = (ROW.exec(text) ?? IN_WORDS.exec(text))?.groups ?? {};
  // A response to anything but what begins or ends a call is left out.
  if (/\bto request (?!INVITE|BYE|CANCEL)/i.test(rest)) return undefined;
  const words = `${first} ${rest.replace(/\bto request [A-Z]{3,9}\b/i, "")}`.trim();
  const far = endOf((NAMED_PLACE.exec(words) ?? PLACE.exec(words))?.[1] ?? "");
  if (far === undefined) return undefined;
  const status = /^[1-6]\d{2} [A-Za-z' -]{2,40}?(?= (?:to|from)\b| \S{0,30}\d|$)/.exec(words)?.[0];
  const said = readSaid((status ?? words).replace(ATTEMPT, "$1 sip:"));
  if (said === undefined) return undefined;
  const [from, to] = /^(?:TX|sent|send|out|outgoing|sending)$/i.test(way)
    ? ["logger.5060", far]
    : [far, "logger.5060"];
  const time = TIME.exec(text)?.[1];
  return { from, to, said, time: time === undefined ? undefined : clockTime(time) };
}
