import { type PastedLine, withText } from "../pasted-line.js";
import { startsMessage } from "../shapes.js";
import { type Arrow, clockTime, endOf, packetLine, readSaid } from "./said.js";

/**
 * A registration in lines that say which way a message went, of programs and of people: `TX REGISTER …`, `RX 401 Unauthorized`,
 * `send REGISTER: sip:…`, `recv REGISTER: 401 Unauthorized`, `Sending REGISTER`, `Got 401`.
 */

const TIME = /^\s{0,8}\[?((?:\d{4}-\d{2}-\d{2}[ T])?\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)Z?\]?\s{1,4}/;
const WAY =
  /(?:^|[\s\]:|>*(-])(?<way>TX|RX|SENT|SEND|RECV|RECEIVED|[Ss]en[dt]|[Ss]ending|[Rr]e-?(?:try|send)ing|[Tt]ransmit(?:ted|ting)?|[Rr]ecv|[Rr]eceiv(?:ed|ing)|[Gg]ot)\b[:\]>)=-]{0,3} {1,4}(?=(?<words>.{3,200}))/g;
/** What is between the way and the message. */
const LEAD =
  /^(?:(?:an?|the|my|its?|new|initial|first|second|another|again|SIP|sip|UDP|TCP|TLS|message|msg|response|reply|answer|request|status|code|with|of|\d{1,5} bytes)[ :=]{1,3}){0,5}/;
const REQUEST =
  /^"?REGISTER\b(?![\w-])(?! (?:response|answer|reply|final|OK|failed|timed))(?!: ?[1-6]\d{2}\b)/;
const ANSWER =
  /^(?:"?REGISTER[: ]{1,3}(?:response |answer |reply )?)?"?(?:SIP\/2\.0 )?(?<status>[1-6]\d{2})[ :,(-]{1,3}(?<reason>[A-Z][A-Za-z'-]{1,20}(?: (?!from\b|to\b|for\b|in\b|after\b)[A-Za-z'-]{1,20}){0,4})?|^(?:REGISTER[: ]{1,3}(?:response |answer |reply )?)?"?(?:SIP\/2\.0 )?(?<bare>[1-6]\d{2})"?[.,;)]?$/;
const PLACE =
  /(?:^|[@ :])((?:\d{1,3}(?:\.\d{1,3}){3}|[a-z][\w-]{0,40}(?:\.[\w-]{1,40}){1,5})(?::\d{1,5})?)(?=[\s;>"',]|$)/;
/** A PBX's own log has readers that know whose registration it is. */
const OF_PBX = /\b(?:res_pjsip|chan_sip|sofia_reg|kamailio|opensips)/;
const SENT = /^(?:TX|SEN|[Ss]en|[Tt]r|[Rr]e-?(?:try|send))/;

/** More are not needed to see what happens. */
const MOST = 1_000;

interface Said {
  readonly sent: boolean;
  readonly isRequest: boolean;
  readonly words: string;
  readonly place: string | undefined;
}

export function openRegisterLines(lines: readonly PastedLine[]): readonly PastedLine[] {
  const rows = new Map<number, Said>();
  for (const [row, { text }] of lines.entries()) {
    // Where the messages themselves are there, the lines say no more.
    if (startsMessage(text)) return lines;
    if (rows.size === MOST || text.length > 400 || OF_PBX.test(text)) continue;
    const said = saidIn(text);
    if (said !== undefined) rows.set(row, said);
  }
  const all = [...rows.values()];
  const asker = all.find(({ isRequest }) => isRequest)?.sent;
  // A request and an answer to it, or the request again.
  if (asker === undefined || all.length < 2) return lines;
  const far = all.find(({ place }) => place !== undefined)?.place ?? "far-side.5060";
  return lines.map((line, row) => {
    const said = rows.get(row);
    if (said === undefined || said.isRequest !== (said.sent === asker)) return line;
    return withText(line, packetLine(arrowOf(said, far, line.text)));
  });
}

function arrowOf({ sent, words }: Said, far: string, text: string): Arrow {
  const [from, to] = sent ? ["logger.5060", far] : [far, "logger.5060"];
  const isRequest = words.startsWith("Request");
  const time = TIME.exec(text)?.[1];
  return { from, to, said: { words, isRequest }, time: time === undefined ? undefined : clockTime(time) };
}

function saidIn(text: string): Said | undefined {
  if (!/REGISTER|[1-6]\d{2}/.test(text)) return undefined;
  for (const { groups } of text.matchAll(WAY)) {
    const { way = "", words = "" } = groups ?? {};
    const bare = words.replace(LEAD, "");
    const sent = SENT.test(way);
    if (REQUEST.test(bare)) {
      const place = endOf(PLACE.exec(bare)?.[1] ?? "");
      const host = /\bsips?:(?:[^@\s]{1,128}@)?([\w.:-]{3,120})/.exec(bare)?.[1] ?? "registrar.invalid";
      return { sent, isRequest: true, words: `Request: REGISTER sip:${host}`, place };
    }
    const { status, reason, bare: code } = ANSWER.exec(bare)?.groups ?? {};
    // Of a number without its phrase it is only known to be an answer where nothing else follows.
    if (code === undefined && reason === undefined) continue;
    const said = readSaid(code ?? `${status} ${reason?.trim()}`);
    if (said !== undefined) return { sent, isRequest: false, words: said.words, place: undefined };
  }
  return undefined;
}
