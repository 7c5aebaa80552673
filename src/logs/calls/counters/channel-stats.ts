import { shown } from "../../hide-secrets.js";
import type { CallFact } from "../fact.js";
import { type Counted, type CountedVoice, ENOUGH, NAT_HINT, userOfChannel } from "./counted.js";

/** Asterisk's `pjsip show channelstats`: what each leg of the calls has received and sent. */

const ROW =
  /^\s{0,12}(?:[\w-]{1,12}\s{1,4})?(?<channel>\S{3,40})\s{1,12}(?<up>\d{1,3}:\d{2}:\d{2})\s{1,8}(?<codec>[\w.-]{1,12})\s{1,10}(?<got>\d{1,9})\s{1,10}(?<gotLost>\d{1,9})\s{1,6}(?<gotPct>-?\d{1,9})\s{1,6}-?\d{1,6}\.\d{1,6}\s{1,10}(?<sent>\d{1,9})\s{1,10}(?<sentLost>\d{1,9})\s{1,6}(?<sentPct>-?\d{1,9})\s{1,6}-?\d{1,6}\.\d{1,6}/;
/** The same of chan_sip, `sip show channelstats`: by the far end's address. */
const OLD_ROW =
  /^\s{0,8}(?<channel>[\d.]{7,15})\s{1,12}\S{1,16}\s{1,6}(?<up>\d{1,3}:\d{2}:\d{2})\s{1,4}(?<got>\d{1,10})K?\s{1,4}\d{1,10}\s{1,4}\(\s{0,3}(?<gotPct>\d{1,3})\.\d{1,3}%\)\s{1,4}[\d.]{1,10}\s{1,4}(?<sent>\d{1,10})K?\s{1,4}\d{1,10}\s{1,4}\(\s{0,3}(?<sentPct>\d{1,3})\./;
const AROUND =
  /\.\.\.\.\.Receive\.\.\.\.\.|BridgeId ChannelId|^\s{0,30}={20,}\s*$|^Peer {1,20}Call ID |^\s{0,8}\d{1,6} active SIP channels?|^\s{0,20}Objects found: \d{1,6}|^\s{0,20}(?:PJSIP\/)?\S{1,40} not valid\s*$/;
/** Of so many packets the lost ones can be heard. */
const MANY = 200;
const LOSSY = 5;

interface Leg {
  readonly line: number;
  readonly channel: string;
  readonly user: string;
  readonly up: number;
  readonly bridged: boolean;
  readonly got: number;
  readonly sent: number;
  readonly lostPct: number;
}

export function readChannelStats(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const legs = new Map<string, Leg>();
  if (
    !lines.some(
      (line) =>
        line.includes("ChannelId") || line.includes("channelstats") || ROW.test(line) || OLD_ROW.test(line),
    )
  )
    return { facts: [], events: [], lines: used };
  for (const [index, line] of lines.entries()) {
    const row = (ROW.exec(line) ?? OLD_ROW.exec(line))?.groups;
    if (row || AROUND.test(line)) used.add(index);
    if (!row) continue;
    const { channel = "", up = "", got = "", sent = "", gotPct = "0", sentPct = "0" } = row;
    const [hours = 0, minutes = 0, seconds = 0] = up.split(":").map(Number);
    // Asked several times, the last row of a channel counts.
    legs.set(channel, {
      line: index + 1,
      channel,
      user: userOfChannel(channel),
      up: hours * 3_600 + minutes * 60 + seconds,
      bridged: /^\s{0,6}[0-9a-f]{8}\s/.test(line),
      got: Number(got),
      sent: Number(sent),
      lostPct: Math.max(Number(gotPct), Number(sentPct)),
    });
  }
  const all = [...legs.values()];
  return { facts: factsOf(all), events: all.map(eventOf), lines: used, voice: voiceOf(all) };
}

/** What the PBX has received and sent, where it has on every leg. */
function voiceOf(legs: readonly Leg[]): CountedVoice[] {
  if (legs.some(({ got, sent }) => Math.min(got, sent) < ENOUGH)) return [];
  return legs.flatMap(({ got, sent }) => [{ count: got }, { count: sent }]);
}

function eventOf({ line, user, got, sent }: Leg) {
  return {
    dialect: "asterisk",
    kind: "call-media",
    line,
    user,
    detail: `received ${got}, sent ${sent} packets`,
  } as const;
}

function factsOf(legs: readonly Leg[]): CallFact[] {
  const deaf = legs.filter(({ got, sent }) => got === 0 && sent >= ENOUGH);
  const dead = legs.filter(({ got, sent, up }) => got === 0 && sent < ENOUGH && up >= 5);
  const mute = legs.filter(({ got, sent }) => got >= ENOUGH * 2 && sent <= got / 50);
  const lossy = legs.filter(({ got, lostPct }) => got >= MANY && lostPct >= LOSSY && lostPct <= 100);
  const facts: CallFact[] = [];
  // A single leg may ring, wait or be on hold.
  for (const leg of deaf) {
    facts.push({
      ...oneWay(leg, "the PBX receives nothing from it"),
      confidence: leg.bridged ? "high" : "medium",
    });
  }
  // What one leg does not receive cannot be sent on the other.
  if (deaf.length === 0 && dead.length === 0) {
    for (const leg of mute) {
      facts.push({
        ...oneWay(leg, "the PBX sends it next to nothing"),
        confidence: leg.bridged ? "medium" : "low",
        ...(leg.bridged ? {} : { severity: "warning" as const }),
        cause:
          "The PBX has no voice to send to that side. One of these: (1) the other leg's voice does not reach the PBX; (2) the call is not bridged yet, or it waits, records or echoes.",
      });
    }
  }
  if (dead.length > 0 && deaf.length === 0) {
    const [leg] = dead as [Leg];
    facts.push({
      id: "no-audio",
      line: leg.line,
      users: [leg.user],
      seen: `${shown(leg.channel, 40)}, up for ${leg.up} s: received ${leg.got}, sent ${leg.sent} packets`,
      confidence: "medium",
      hint: NAT_HINT,
    });
  }
  for (const leg of lossy) {
    facts.push({
      id: "packets-lost",
      line: leg.line,
      users: [leg.user],
      seen: `${shown(leg.channel, 40)}: ${leg.lostPct} % lost of ${leg.got} packets received and ${leg.sent} sent`,
      confidence: "medium",
    });
  }
  return facts;
}

function oneWay({ line, user, channel, got, sent }: Leg, what: string) {
  return {
    id: "one-way-audio",
    line,
    users: [user],
    seen: `${shown(channel, 40)}: received ${got}, sent ${sent} packets: ${what}`,
    hint: NAT_HINT,
  } as const;
}
