import { endpoint, hostOf } from "../../frames.js";
import { shown } from "../../hide-secrets.js";
import type { CallFact } from "../fact.js";
import { type Counted, type CountedVoice, ENOUGH, NAT_HINT } from "./counted.js";

/** Packets of voice in lists of packets: tshark's and Wireshark's RTP lines, and tcpdump's UDP of the lengths that G.711 has. */

const TSHARK =
  /(?:^|\s)(?<from>[0-9A-Fa-f.:]{7,45}) {1,8}(?:→|->) {1,8}(?<to>[0-9A-Fa-f.:]{7,45}) {1,8}RTP {1,8}\d{2,5} {1,4}PT=/;
const TCPDUMP =
  /(?:^|\s)(?<from>[\d.]{7,15}\.\d{1,5}) > (?<to>[\d.]{7,15}\.\d{1,5}): (?:\[[^\]]{1,20}\] )?(?:UDP, length (?:172|156|92|252|60|180)|udp\/rtp )/;

export interface Way {
  readonly from: string;
  readonly to: string;
  readonly first: number;
  count: number;
}

export function readRtpPackets(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const ways = new Map<string, Way>();
  for (const [index, line] of lines.entries()) {
    const found = (
      line.includes(" RTP ") ? TSHARK.exec(line) : line.includes(" > ") ? TCPDUMP.exec(line) : null
    )?.groups;
    if (found === undefined) continue;
    used.add(index);
    const from = endpoint(found.from) ?? "";
    const to = endpoint(found.to) ?? "";
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
  return { facts: oneWayOf(ways), events, lines: used, voice: voiceOf(ways) };
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

/** The other way may use another port, or be another leg of a host in between. */
function hasOther(ways: ReadonlyMap<string, Way>, from: string, to: string): boolean {
  const host = (place: string) => place.replace(/:\d{1,5}$/, "");
  return [...ways.values()].some((way) => host(way.from) === host(to) && host(way.to) === host(from));
}
