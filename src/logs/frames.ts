import { isIP } from "node:net";
import { present } from "../base/present.js";
import { timeOf } from "./line.js";

/** What loggers write before a message: which way it went, the other end, the time. */

export interface Frame {
  readonly direction?: "received" | "sent";
  /** The other end, or the source of a network trace. */
  readonly peer?: string;
  /** Of a network trace: where it went. */
  readonly to?: string;
  readonly at?: string;
  /** As the logger counts them. */
  readonly octets?: number;
  /** tcpdump shows that the packet was cut into several. */
  readonly fragmented?: true;
  /** Written by Asterisk, which logs only its own messages. */
  readonly byAsterisk?: true;
}

/** PJSIP, chan_sip, Sofia, pjsua, Linphone, snom, SIPp, SIPSorcery. */
const RECEIVED: readonly RegExp[] = [
  /(?:Received SIP \w{1,10} \(\d{1,7} bytes\)|SIP read|recv \d{1,7} bytes|RX \d{1,7} bytes .{1,120}?) from (?<peer>(?:(?:UDP|TCP|TLS) )?\S{1,90})/i,
  /\breceived \[\d{1,7}\] new bytes from \[(?<peer>[^\]\s]{1,90})\]/,
  /\bReceived from (?<peer>(?:udp|tcp|tls):\S{1,90})/i,
  /\bResponse received: (?<to>\w{3}:\S{1,60}?)<-(?<peer>\w{3}:\S{1,60})/,
  /\bRequest received: (?<to>\w{3}:\S{1,60}?)<-(?<peer>\w{3}:\S{1,60})/,
  /\bR: (?<peer>[\d.]{7,15}:\d{1,5}) \((?:UDP|TCP|TLS)\)/,
  /\breceived (?:text|WebSocket) message:?\s{0,3}$/,
  /^\W{0,20}(?:\d[\d:. -]{5,30})?\s{0,5}(?:UDP|TCP|TLS) message received \[\d{1,7}\] bytes/,
];
const SENT: readonly RegExp[] = [
  /(?:Transmitting SIP \w{1,10} \(\d{1,7} bytes\)|[Tt]ransmitting (?:#\d{1,3} )?\((?:no )?NAT\)|send \d{1,7} bytes|TX \d{1,7} bytes .{1,120}?) to (?<peer>(?:(?:UDP|TCP|TLS) )?\S{1,90})/i,
  /\bmessage sent to \[(?<peer>[^\]\s]{1,90})\]/,
  /\bSent to (?<peer>(?:udp|tcp|tls):\S{1,90})/i,
  /\b(?:Request|Response) sent: \w{3}:\S{1,60}?->(?<peer>\w{3}:\S{1,60})/,
  /\bT: (?<peer>[\d.]{7,15}:\d{1,5}) \((?:UDP|TCP|TLS)\)/,
  /\bsending message:?\s{0,3}$/,
  /^\W{0,20}(?:\d[\d:. -]{5,30})?\s{0,5}(?:UDP|TCP|TLS) message sent \[\d{1,7}\] bytes/,
];
const NETWORK =
  /(?:^|\s)(?<peer>[0-9A-Fa-f[\].:]{7,60}) {0,2}(?:-{1,4}>|>|→) {0,2}(?<to>[0-9A-Fa-f[\].:]{7,60}?):?(?:\s|$)/;
/** tcpdump with names of hosts and services in place of numbers. */
const TCPDUMP =
  /\bIP6? (?<peer>[\w.-]{1,120}\.(?:\d{1,5}|sips?)) > (?<to>[\w.-]{1,120}\.(?:\d{1,5}|sips?)): /;
const ASTERISK =
  /Received SIP \w{1,10} \(|Transmitting SIP \w{1,10} \(|SIP read from|[Tt]ransmitting (?:#\d{1,3} )?\(/;

/** Reads the text before a message in one line. */
export function readFrame(line: string): Frame | undefined {
  const at = timeOf(line) ?? /\bat (\d{2}:\d{2}:\d{2}\.\d{1,9})/.exec(line)?.[1];
  const found = directed(line, RECEIVED, "received") ?? directed(line, SENT, "sent") ?? between(line);
  return found && { ...found, ...present({ at }) };
}

function directed(
  line: string,
  patterns: readonly RegExp[],
  direction: "received" | "sent",
): Frame | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(line);
    if (!match) continue;
    const own = ASTERISK.test(line) ? ({ byAsterisk: true } as const) : {};
    const octets = Number(/\b(\d{2,6})\]? bytes\b/.exec(line)?.[1]) || undefined;
    return { direction, ...ends(match.groups?.peer, undefined), ...own, ...present({ octets }) };
  }
  return undefined;
}

/** Of a packet that goes out in several, as tcpdump -v shows it. */
export const FIRST_FRAGMENT = /\boffset 0, flags \[\+\]/;

function between(line: string): Frame | undefined {
  const match = NETWORK.exec(line) ?? TCPDUMP.exec(line);
  if (match === null) return undefined;
  const cut = FIRST_FRAGMENT.test(line) ? ({ fragmented: true } as const) : {};
  return { ...ends(match.groups?.peer, match.groups?.to), ...cut };
}

function ends(from: string | undefined, towards: string | undefined): Pick<Frame, "peer" | "to"> {
  const [peer, to] = [endpoint(from), endpoint(towards)];
  return present({ peer, to });
}

/** `UDP:192.0.2.1:5060`, `udp/[192.0.2.1]:5060`, `192.0.2.1.5060` (tcpdump), `pbx.example.com.sip` as `host:port`. */
export function endpoint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bare = text.replace(/^(?:UDP|TCP|TLS|WSS?)(?::\/\/|[:/ ]\s?)/i, "").replace(/[:,]$/, "");
  const dotted = /^(.{1,120})\.(\d{1,5}|sips?)$/.exec(bare);
  const numbered = dotted && (isIP(dotted[1] ?? "") !== 0 || /[a-z]/i.test(dotted[1] ?? "")) ? dotted : null;
  const port = numbered?.[2] === "sip" ? "5060" : numbered?.[2] === "sips" ? "5061" : numbered?.[2];
  const plain = numbered ? `${numbered[1]}:${port}` : bare.replace(/^\[(\d[\d.]{6,14})\]/, "$1");
  if (isIP(hostOf(plain)) !== 0) return plain;
  // A name stands for a host where tcpdump has resolved it.
  return numbered && /^[\w.-]{1,120}$/.test(numbered[1] ?? "") ? plain : undefined;
}

/** The host of `host:port`, without brackets. */
export function hostOf(hostPort: string): string {
  return hostPort.replace(/:\d{1,5}$/, "").replace(/^\[(.*)\]$/, "$1");
}
