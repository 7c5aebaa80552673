import { shown } from "../../hide-secrets.js";
import type { CallFact } from "../fact.js";
import type { Counted } from "./counted.js";
import { oneWayOf, voiceOf, type Way } from "./rtp-packets.js";

/** RTP streams as tshark (`-z rtp,streams`) and Wireshark (Telephony, RTP Streams, copied as CSV) list them: a row a stream. */

const TABLE =
  /(?:^|\s)(?<from>[0-9A-Fa-f.:]{7,45})\s{1,20}(?<fromPort>\d{1,5})\s{1,20}(?<to>[0-9A-Fa-f.:]{7,45})\s{1,20}(?<toPort>\d{1,5})\s{1,20}0x[0-9A-Fa-f]{1,8}\s{1,40}(?:\S{1,40}(?: \S{1,20}){0,3}\s{1,20})?(?<count>\d{1,9})\s{1,20}(?<lost>-?\d{1,9}) {1,3}\((?<percent>-?\d{1,3}(?:\.\d{1,2})?)%\)/;
const AROUND =
  /^={5,80} ?RTP Streams ?={5,80}\s*$|^={20,100}\s*$|^\s{0,20}(?:Start time {1,10}End time {1,10})?Src IP addr {1,10}Port /;
/** So many columns at most; a cell may be quoted. */
const MOST = 40;
/** Where the columns are not named. */
const PACKETS = 8;
const LOSSY = 5;
const MANY = 200;

interface Row {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly percent: number;
}

export function readRtpStreams(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const ways = new Map<string, Way>();
  const lossy: CallFact[] = [];
  let packets = PACKETS;
  for (const [index, line] of lines.entries()) {
    if (line.length > 1_000) continue;
    if (AROUND.test(line)) used.add(index);
    const named = /^"?(?:Source|Src) (?:Address|IP)/i.test(line) ? cells(line).findIndex(isPackets) : -1;
    if (named >= 0) {
      packets = named;
      used.add(index);
      continue;
    }
    const row = line.includes("0x") ? (ofTable(line) ?? ofCells(line, packets)) : undefined;
    if (row === undefined) continue;
    used.add(index);
    const { from, to, count, percent } = row;
    const way = ways.get(`${from} ${to}`) ?? { from, to, first: index + 1, count: 0 };
    way.count += count;
    ways.set(`${from} ${to}`, way);
    if (percent >= LOSSY && percent <= 100 && count >= MANY) {
      const seen = `${percent} % of the packets from ${shown(from, 60)} to ${shown(to, 60)} are lost, ${count} came`;
      lossy.push({ id: "packets-lost", line: index + 1, users: [], seen, confidence: "medium" });
    }
  }
  const events = [...ways.values()].slice(0, 50).map(
    ({ from, to, first, count }) =>
      ({
        dialect: "statistics",
        kind: "call-media",
        line: first,
        detail: `${count} packets from ${from} to ${to}`,
      }) as const,
  );
  return ways.size === 0
    ? { facts: [], events: [], lines: new Set() }
    : { facts: [...oneWayOf(ways), ...lossy.slice(0, 1)], events, lines: used, voice: voiceOf(ways) };
}

function isPackets(name: string): boolean {
  return /^(?:packets|pkts)$/i.test(name);
}

function ofTable(line: string): Row | undefined {
  const { from = "", fromPort, to = "", toPort, count, percent } = TABLE.exec(line)?.groups ?? {};
  if (count === undefined) return undefined;
  return {
    from: place(from, fromPort),
    to: place(to, toPort),
    count: Number(count),
    percent: Number(percent),
  };
}

function ofCells(line: string, packets: number): Row | undefined {
  const all = cells(line);
  const [from = "", fromPort, to = "", toPort, ssrc = ""] = all;
  const count = Number(all[packets] || Number.NaN);
  if (!isHost(from) || !isHost(to) || !/^0x[0-9A-Fa-f]{1,8}$/.test(ssrc) || !Number.isInteger(count))
    return undefined;
  const percent = /(-?\d{1,3}(?:\.\d{1,2})?) ?%/.exec(`${all[packets + 1]} ${all[packets + 2]}`)?.[1];
  return { from: place(from, fromPort), to: place(to, toPort), count, percent: Number(percent ?? 0) };
}

function isHost(text: string): boolean {
  return /^[0-9A-Fa-f.:]{7,45}$/.test(text);
}

function cells(line: string): string[] {
  const sign = line.includes("\t") ? "\t" : line.includes(";") ? ";" : ",";
  return line.split(sign, MOST).map((cell) =>
    cell
      .trim()
      .replace(/^"(.{0,200})"$/, "$1")
      .trim(),
  );
}

function place(host: string, port: string | undefined): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port ?? ""}`;
}
