import { timeOf } from "../../line.js";

/** What an arrow of a drawn call says, and the line of a list of packets that it becomes. */

export interface Said {
  readonly words: string;
  readonly isRequest: boolean;
}

/** What people and tools put before the message: a number, "SIP", "Request:". */
const LEAD =
  /^(?:\(?\d{1,3}[.)]\s?|F\d{1,3}:?\s|sip(?:\/sdp|\/2\.0)?[ :]{1,3}|request:?\s|status:?\s|initial\s|re-?(?=invite)){1,4}/i;
const METHOD = /^(?:(?:INVITE|ACK|BYE|CANCEL|REGISTER|REFER)\b)/i;
const OTHER_METHOD = /^(?:PRACK|UPDATE|OPTIONS|SUBSCRIBE|NOTIFY|MESSAGE|PUBLISH|INFO)\b/;
const IN_BRACKETS = /\((INVITE|ACK|BYE|CANCEL|REGISTER|REFER)\)/;
const STATUS = /^([1-6]\d{2})(?![\d.:])(?:[ :,-]{1,3}([A-Za-z][A-Za-z'/ -]{0,50})|([A-Z]{4,20}))?/;
/** Answers that are drawn without their code. */
const PLAIN = /^(trying|ringing|session progress|ok)\b(?![\w:])/i;
const CODES: ReadonlyMap<string, number> = new Map([
  ["trying", 100],
  ["ringing", 180],
  ["session progress", 183],
  ["ok", 200],
]);
/** Phrases of answers that are drawn only by their code (RFC 3261 21). */
const PHRASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    481: "Call Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    603: "Decline",
  }),
);
const URI = /\bsips?:[^\s<>"|]{1,200}/;

export function readSaid(text: string): Said | undefined {
  const plain = text.trim().slice(0, 200).replace(LEAD, "").trimStart();
  const status = STATUS.exec(plain);
  if (status !== null) {
    // Without its phrase a number may be anything else, but where nothing follows.
    const phrase = status[2] ?? status[3];
    if (phrase === undefined && !/^[1-6]\d{2}\s{0,3}(?:$|\()/.test(plain)) return undefined;
    const of = IN_BRACKETS.exec(plain)?.[1];
    return {
      isRequest: false,
      words: `Status: ${status[1]} ${phrase?.trim() || (PHRASES.get(status[1] ?? "") ?? "Answer")}${of === undefined ? "" : ` (${of})`}`,
    };
  }
  const named = PLAIN.exec(plain)?.[1]?.toLowerCase();
  if (named !== undefined) {
    const phrase = named.replace(/^./, (first) => first.toUpperCase());
    return { isRequest: false, words: `Status: ${CODES.get(named)} ${named === "ok" ? "OK" : phrase}` };
  }
  const method = (METHOD.exec(plain) ?? OTHER_METHOD.exec(plain))?.[0] ?? IN_BRACKETS.exec(plain)?.[1];
  if (method === undefined) return undefined;
  const uri = URI.exec(plain)?.[0] ?? "sip:callee.invalid";
  return { isRequest: true, words: `Request: ${method.toUpperCase()} ${uri}` };
}

/** An arrow of a drawing. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly said: Said;
  /** As written; a drawing by hand has none. */
  readonly time?: string | undefined;
}

/** Drawn by hand; it may be incomplete. */
export const DRAWN = " drawn SIP ";

export function packetLine({ from, to, said, time }: Arrow): string {
  const sip = time === undefined ? DRAWN : " SIP ";
  return `${time === undefined ? "" : `${time} `}${from} -> ${to}${sip}${said.words}`;
}

/** A time of day, or seconds since the first packet as one. */
export function clockTime(text: string): string | undefined {
  const bare = text.trim();
  if (/^\d{1,6}(?:\.\d{1,9})?$/.test(bare)) {
    const passed = Number(bare);
    const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
    const milliseconds = String(Math.round((passed % 1) * 1_000) % 1_000).padStart(3, "0");
    return `${two(passed / 3_600)}:${two((passed / 60) % 60)}:${two(passed % 60)}.${milliseconds}`;
  }
  const time = timeOf(bare) ?? /\b\d{1,2}:\d{2}:\d{2}\b/.exec(bare)?.[0];
  return time;
}

const ADDRESS = /\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?/;

/** An end as a list of packets writes it; a name takes the place of a host, with SIP's port. */
export function endOf(text: string): string | undefined {
  const address = ADDRESS.exec(text)?.[0];
  if (address !== undefined) return address;
  const name = text
    .replace(/[^\w]{1,40}/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return /[A-Za-z]/.test(name) ? `${name}.5060` : undefined;
}
