import { Buffer } from "node:buffer";
import { present } from "../base/present.js";
import { parseMessage, SipParseError } from "../sip/index.js";
import type { LogEvent } from "./event.js";
import { endpoint, hostOf } from "./frames.js";
import { DRAWN } from "./input/ladders/said.js";
import { isHeader } from "./input/shapes.js";
import { timeOf } from "./line.js";
import { ListedCalls } from "./packet-calls.js";
import { findTcpOpens } from "./tcp-opens.js";
import type { TracedMessage } from "./trace.js";
import { findUdpRepeats } from "./udp-repeats.js";

/**
 * Lists of packets, one a line: tcpdump without -A, tshark without -V, sngrep's flow. They tell start lines and who
 * sent them, and no headers: a REGISTER that follows a challenge is taken for one with credentials.
 */

export interface PacketsRead {
  readonly messages: readonly TracedMessage[];
  /** ICMP: what refused a packet. */
  readonly events: readonly LogEvent[];
  readonly lines: ReadonlySet<number>;
}

const ENDS =
  /(?:^|[\s:])(?<from>[\w.-]{1,120}\.(?:\d{1,5}|sips?)|[0-9A-Fa-f[\].:]{7,60}) {0,4}(?:→|-{1,4}>|>) {0,4}(?<to>[\w.-]{1,120}\.(?:\d{1,5}|sips?)|[0-9A-Fa-f[\].:]{7,60}?):? /;
const START =
  /\bSIP(?:\/SDP|\/XML)?[:,]? {0,10}(?:(?<length>\d{1,6}) )?(?:Request: |Status: )?(?:(?<method>REGISTER|INVITE|ACK|BYE|CANCEL|UPDATE|PRACK|OPTIONS|SUBSCRIBE|NOTIFY|MESSAGE|PUBLISH|INFO|REFER) (?<uri>sips?:[^\s<>"|]{1,200})|(?:SIP\/2\.0 )?(?<status>[1-6]\d{2}) (?<reason>[A-Za-z' -]{0,60})(?:\((?<of>[A-Z]{3,12})\))?)/;
const ICMP =
  /\bICMP6?\b.{0,20}?(?:,|:)? ?(?:[\w.:-]{1,120} (?:udp|tcp) port (?<port>\S{1,20}) unreachable|.{0,40}?(?:\((?:Port|Host|Network|Communication administratively) (?:unreachable|filtered|prohibited)|host \S{1,120} unreachable|admin prohibited))/i;
const LEAST_MEDIA_PORT = 10_000;
const PACKET = /\bIP6? \S{1,120} > \S{1,120}: (?:UDP|Flags|ICMP|SIP)\b/;

/** A port that RTP has and SIP does not: high, and the even ones are RTP, the odd ones RTCP. */
export function isMediaPort(port: string | undefined): boolean {
  return port !== undefined && /^\d{5}$/.test(port) && Number(port) >= LEAST_MEDIA_PORT;
}

interface Talk {
  cseq: number;
  answered: boolean;
  challenged: boolean;
  /** Of the last REGISTER that had no credentials, where the list has a column for it. */
  bareLength?: number;
}

/** Credentials take more octets than that. */
const LEAST_CREDENTIALS = 60;

export function findPackets(lines: readonly string[], taken: ReadonlySet<number>): PacketsRead {
  const messages: TracedMessage[] = [];
  const events: LogEvent[] = [];
  const used = new Set<number>();
  const talks = new Map<string, Talk>();
  const calls = new ListedCalls();
  for (const [index, line] of lines.entries()) {
    if (taken.has(index) || !/[>→]|ICMP/.test(line)) continue;
    const ends = ENDS.exec(line)?.groups;
    const refused = ICMP.exec(line);
    if (refused) {
      used.add(index);
      // What is refused there is voice, and no registration.
      if (isMediaPort(refused.groups?.port)) continue;
      if (refused.groups?.port === undefined && ofVoice(lines[index - 1])) continue;
      events.push(icmpEvent(line, index + 1, ends?.from, refused.groups?.port));
      continue;
    }
    if (PACKET.test(line)) used.add(index);
    const start = ends && START.exec(line)?.groups;
    if (!start || isHeader(lines[index + 1]?.trim() ?? "")) continue;
    const [from, to] = [place(ends.from), place(ends.to)];
    const message = calls.isOfCall(start, from, to)
      ? calls.read(start, from, to)
      : start.method === undefined && calls.isOfAnother
        ? undefined
        : listed(start, from, to, talks);
    if (message === undefined) continue;
    used.add(index);
    const at = timeOf(line) ?? relativeTime(line);
    const drawn = line.includes(DRAWN) ? ({ drawn: true } as const) : {};
    messages.push({ ...message, line: index + 1, ...present({ at }), ...drawn });
  }
  const opens = findTcpOpens(lines);
  for (const index of opens.lines) used.add(index);
  return { messages, events: [...events, ...opens.events, ...findUdpRepeats(lines)], lines: used };
}

/** Seconds since the first packet, as Wireshark counts by default, as a time of day. */
function relativeTime(line: string): string | undefined {
  const passed = Number(/^\s{0,8}\d{1,7}\s{1,8}(\d{1,6}\.\d{1,9})\s/.exec(line)?.[1] ?? Number.NaN);
  if (Number.isNaN(passed)) return undefined;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const milliseconds = String(Math.floor((passed % 1) * 1_000)).padStart(3, "0");
  return `${two(passed / 3_600)}:${two((passed / 60) % 60)}:${two(passed % 60)}.${milliseconds}`;
}

function place(text = ""): string {
  return endpoint(text) ?? text;
}

function icmpEvent(
  line: string,
  number: number,
  from: string | undefined,
  port: string | undefined,
): LogEvent {
  const at = timeOf(line);
  const source = from ?? /\bIP6? (\S{1,120}) > /.exec(line)?.[1];
  const host = source === undefined ? undefined : hostOf(place(source));
  const number_ = port === "sip" ? "5060" : port;
  const address = host === undefined ? {} : { address: number_ ? `${host}:${number_}` : host };
  return {
    ...{ dialect: "tcpdump", kind: "client-port-refused", line: number },
    ...present({ at }),
    ...address,
  };
}

/** A packet of voice, to which the ICMP below it answers. */
function ofVoice(before: string | undefined): boolean {
  const port = /\bIP6? \S{1,120} > \S{1,120}\.(?<port>\d{1,5}): UDP, length \d{2,4}$/.exec(before ?? "")
    ?.groups?.port;
  return isMediaPort(port);
}

type Start = Readonly<Record<string, string | undefined>>;

function listed(
  { method, uri = "", status, reason = "", length = "" }: Start,
  from: string,
  to: string,
  talks: Map<string, Talk>,
): Omit<TracedMessage, "line"> | undefined {
  const request = method === "REGISTER";
  if (method !== undefined && !request) return undefined;
  const [client, server] = request ? [from, to] : [to, from];
  const key = `${client} ${server}`;
  const talk = talks.get(key) ?? { cseq: 0, answered: true, challenged: false };
  // An answer to nothing that is listed may be to any method.
  if (!request && talk.cseq === 0) return undefined;
  talks.set(key, talk);
  if (request && talk.answered) talk.cseq += 1;
  if (!request && talk.answered) return undefined;
  const code = Number(status ?? 0);
  const octets = Number(length) || undefined;
  const grown = octets === undefined || octets > (talk.bareLength ?? 0) + LEAST_CREDENTIALS;
  const answers = request && talk.challenged && grown;
  if (request && !answers && octets !== undefined) talk.bareLength = octets;
  const credentials = answers ? ["Authorization: Digest of a listed packet"] : [];
  if (request) talk.answered = false;
  else if (code >= 200) {
    talk.answered = true;
    talk.challenged = code === 401 || code === 407;
  }
  const domain = /^sips?:(?:[^@]{1,128}@)?([^;?]{1,128})/.exec(uri)?.[1] ?? "registrar.invalid";
  const head = [
    request ? `REGISTER ${uri} SIP/2.0` : `SIP/2.0 ${code} ${reason.trim()}`,
    `To: <sip:${domain}>`,
    `Call-ID: ${key}`,
    `CSeq: ${talk.cseq} REGISTER`,
    ...credentials,
  ];
  try {
    const message = parseMessage(Buffer.from([...head, "", ""].join("\r\n"), "utf8"));
    return { message, peer: from, to, listed: true };
  } catch (error) {
    if (error instanceof SipParseError) return undefined;
    throw error;
  }
}
