import { endpoint, hostOf } from "../../frames.js";
import { shown } from "../../hide-secrets.js";
import { isLocal, isOutside } from "../addresses.js";
import type { CallFact } from "../fact.js";
import { type Counted, type CountedVoice, ENOUGH, FEW, NAT_HINT } from "./counted.js";

/** Packets of voice in lists of packets: tshark's and Wireshark's RTP lines, and tcpdump's UDP of the lengths that G.711 has. */

const TSHARK =
  /(?:^|\s)(?<from>[0-9A-Fa-f.:]{7,45}) {1,8}(?:→|->) {1,8}(?<to>[0-9A-Fa-f.:]{7,45}) {1,8}RTP {1,8}\d{2,5} {1,4}PT=/;
const TCPDUMP =
  /(?:^|\s)(?<from>[\w.-]{5,80}\.\d{1,5}) > (?<to>[\w.-]{5,80}\.\d{1,5}): (?:\[[^\]]{1,20}\] )?(?:UDP, length (?:172|156|92|252|60|180)|udp\/rtp )/;

/** `tshark -T fields` with both ends: addresses and ports in pairs, or the addresses first. */
const FIELDS =
  /^[\s\d.:]{0,40}\s(?<from>(?:\d{1,3}\.){3}\d{1,3})\s{1,8}(?:(?<fromPort>\d{4,5})\s{1,8}(?<to>(?:\d{1,3}\.){3}\d{1,3})\s{1,8}(?<toPort>\d{4,5})|(?<to2>(?:\d{1,3}\.){3}\d{1,3})\s{1,8}(?<fromPort2>\d{4,5})\s{1,8}(?<toPort2>\d{4,5}))\s*$/;

export interface Way {
  readonly from: string;
  readonly to: string;
  readonly first: number;
  count: number;
}

export function readRtpPackets(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const ways = new Map<string, Way>();
  // Such rows have no word for what they list.
  const fields = lines.some((line) => line.includes("-T fields") && /\brtp\b/.test(line));
  for (const [index, line] of lines.entries()) {
    const found = (
      line.includes(" RTP ") ? TSHARK.exec(line) : line.includes(" > ") ? TCPDUMP.exec(line) : null
    )?.groups;
    const row = found === undefined && fields ? FIELDS.exec(line)?.groups : undefined;
    const ends = found ?? (row === undefined ? undefined : endsOf(row));
    if (ends === undefined) continue;
    used.add(index);
    const from = endpoint(ends.from) ?? "";
    const to = endpoint(ends.to) ?? "";
    const way = ways.get(`${from} ${to}`) ?? { from, to, first: index + 1, count: 0 };
    way.count += 1;
    ways.set(`${from} ${to}`, way);
  }
  const events = [...ways.values()].slice(0, 50).map(
    ({ from, to, first, count }) =>
      ({
        dialect: "tcpdump",
        kind: "call-media",
        line: first,
        detail: `${count} packets from ${from} to ${to}`,
      }) as const,
  );
  const facts = oneWayOf(ways);
  return { facts: facts.length > 0 ? facts : fewOneWay(ways), events, lines: used, voice: voiceOf(ways) };
}

function endsOf({ from, fromPort, to, toPort, to2, fromPort2, toPort2 }: Record<string, string | undefined>) {
  return { from: `${from}:${fromPort ?? fromPort2}`, to: `${to ?? to2}:${toPort ?? toPort2}` };
}

export function voiceOf(ways: ReadonlyMap<string, Way>): CountedVoice[] {
  return [...ways.values()].map(({ from, to, count }) => ({ from: hostOf(from), to: hostOf(to), count }));
}

/** A way of which nothing comes back. */
export function oneWayOf(ways: ReadonlyMap<string, Way>): CallFact[] {
  const oneWay = [...ways.values()].filter(
    ({ from, to, count }) => count >= ENOUGH && !ways.has(`${to} ${from}`) && !hasOther(ways, from, to),
  );
  return oneWay.slice(0, 1).map(({ from, to, first, count }) => ({
    id: "one-way-audio",
    line: first,
    users: [],
    seen: `${count} packets of voice go from ${shown(from, 60)} to ${shown(to, 60)}, none comes back`,
    confidence: "medium",
    hint: NAT_HINT,
  }));
}

/** A few packets that were copied, all of them the same way. */
function fewOneWay(ways: ReadonlyMap<string, Way>): CallFact[] {
  const [way, ...others] = ways.values();
  if (way === undefined || others.length > 0 || way.count < FEW || way.count >= ENOUGH) return [];
  const { from, to, count, first } = way;
  const lost = isOutside(hostOf(from)) && isLocal(hostOf(to));
  return [
    {
      id: "one-way-audio",
      line: first,
      users: [],
      seen: `all ${count} packets of voice that are listed go from ${shown(from, 60)} to ${shown(to, 60)}`,
      confidence: "low",
      severity: "warning",
      cause: `Only one direction is listed. If that is so for the whole call, the packets of the other side do not arrive here, or it sends none${lost ? "; and if the one who sends is the PBX, it sends to a private address that the other side has announced" : ""}.`,
      hint: NAT_HINT,
    },
  ];
}

/** The other way may use another port, or be another leg of a host in between. */
function hasOther(ways: ReadonlyMap<string, Way>, from: string, to: string): boolean {
  const host = (place: string) => place.replace(/:\d{1,5}$/, "");
  return [...ways.values()].some((way) => host(way.from) === host(to) && host(way.to) === host(from));
}
