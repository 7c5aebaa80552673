import { shown } from "../../hide-secrets.js";
import type { CallFact } from "../fact.js";
import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/**
 * Counters that programs give by name, in whatever notation: WebRTC's getStats() (`packetsReceived`, `packetsLost`), pages and
 * logs of telephones and softphones (`Packets sent: 1012`, `Rx Packets 0`). Reports of video are left out.
 */

const IN =
  "packets?[ _-]?(?:received|recvd?|rcvd|rx)|(?:received|rx|rcvr|recv|inbound|incoming)[ _-]?(?:rtp[ _-]?|audio[ _-]?|voice[ _-]?)?(?:packets|pkts)|rtp[ _-]?(?:received|rx|recv)";
const OUT =
  "packets?[ _-]?(?:sent|transmitted|tx)|(?:sent|tx|sender|send|transmit(?:ted)?|outbound|outgoing)[ _-]?(?:rtp[ _-]?|audio[ _-]?|voice[ _-]?)?(?:packets|pkts)|rtp[ _-]?(?:sent|tx)";
const LOST = "packets?[ _-]?(?:lost|loss)|(?:lost|rcvr lost)[ _-]?(?:rtp[ _-]?)?(?:packets|pkts)";
export const TOKEN = new RegExp(
  String.raw`\b(?:(?<in>${IN})|(?<out>${OUT})|(?<lost>${LOST})|(?<type>(?:remote-)?(?:in|out)bound-rtp)|(?:kind|media ?type)["']?\s{0,3}[:=\t]\s{0,3}["']?(?<kind>audio|video))(?![A-Za-z_])["'\])]{0,3}(?:\s{0,20}[:=\t|]\s{0,20}|\s{1,20})?["']?(?<count>\d{1,9})?(?<percent>[.,]\d{1,3})?(?<sign>\s?%)?`,
  "gi",
);
/** `sent      756 packets`, in columns as oRTP writes it. */
const ALIGNED = /\b(?<what>sent|received|lost) {4,60}(?<count>\d{1,9}) packets\s*$/;
/** The parts of an object of which each has the packets of one way, as Telnyx reports. */
const SECTION =
  /"(?<way>inbound|outbound)"\s{0,3}:\s{0,3}\{|"packet_?[cC]ount"\s{0,3}:\s{0,3}"?(?<count>\d{1,9})/g;
const WHATS: ReadonlyMap<string, What> = new Map([
  ["sent", "out"],
  ["received", "in"],
  ["lost", "lost"],
  ["inbound", "in"],
  ["outbound", "out"],
]);
/** Interfaces and pings count packets too. */
const OTHERS =
  /\b[RT]X packets[: ]\d{1,15} {1,3}(?:bytes|errors)|packets transmitted, \d|\bpackets (?:input|output)\b/;
const ABOUT = /packet|pkts|bound-rtp|rtp[ _-]?(?:sent|received|rx|tx|recv)|kind|media ?type/i;
const MANY = 200;
const LOSSY = 5;

type What = "in" | "out" | "lost";

interface Report {
  readonly line: number;
  type: string;
  kind: string;
  in?: number;
  out?: number;
  lost?: number;
}

export function readNamedCounters(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const reports: Report[] = [];
  let section: What | undefined;
  const plain = (what: What, index: number, count: string | undefined) => {
    used.add(index);
    note(reports, index + 1, { type: undefined, kind: undefined, what, count: Number(count) });
  };
  for (const [index, line] of lines.entries()) {
    if (line.includes('bound"') || line.includes('"packet')) {
      for (const { groups: { way, count } = {} } of line.matchAll(SECTION)) {
        if (way !== undefined) section = WHATS.get(way);
        else if (section !== undefined) plain(section, index, count);
      }
    }
    const aligned = line.includes(" packets") ? ALIGNED.exec(line)?.groups : undefined;
    const what = WHATS.get(aligned?.what ?? "");
    if (what !== undefined) {
      plain(what, index, aligned?.count);
      continue;
    }
    if (!ABOUT.test(line) || OTHERS.test(line)) continue;
    for (const { groups = {} } of line.matchAll(TOKEN)) {
      const { type, kind, count, percent, sign } = groups;
      const what = groups.in ? "in" : groups.out ? "out" : groups.lost ? "lost" : undefined;
      // A share, or a word of a sentence.
      if (what !== undefined && (count === undefined || percent !== undefined || sign !== undefined))
        continue;
      used.add(index);
      note(reports, index + 1, { type, kind, what, count: Number(count) });
    }
  }
  const audio = reports.filter(({ kind }) => kind !== "video");
  const own = audio.filter(({ type }) => !type.startsWith("remote"));
  // Asked several times, the last answer has the most.
  const most = (name: What) => {
    const all = own.flatMap((each) => each[name] ?? []);
    return all.length === 0 ? undefined : Math.max(...all);
  };
  const [got, sent, lost] = [most("in"), most("out"), most("lost")];
  const counted = [got, sent].filter((each) => each !== undefined).length;
  const first = own.find((each) => (each.in ?? each.out) !== undefined)?.line ?? 1;
  if (counted === 0 || (counted === 1 && lost === undefined && !reports.some(({ type }) => type !== "")))
    return { facts: [], events: [], lines: new Set() };
  const detail = [
    got === undefined ? "" : `received ${got}`,
    sent === undefined ? "" : `sent ${sent}`,
    lost === undefined ? "" : `lost ${lost}`,
  ].filter((each) => each !== "");
  const seen = `${detail.join(", ")} packets of voice`;
  const told = audio.filter(({ type, lost: each }) => type === "remote-inbound-rtp" && each !== undefined);
  const beyond = Math.max(0, ...told.map((each) => each.lost ?? 0));
  const facts = factOf(got, sent, lost, first, seen);
  return {
    facts: facts.length > 0 ? facts : lostBeyond(sent ?? 0, beyond, told[0]?.line ?? first),
    events: [{ dialect: "statistics", kind: "call-media", line: first, detail: shown(seen, 100) }],
    lines: used,
  };
}

/** Loss of the voice that is sent, as the other side reports it. */
function lostBeyond(sent: number, lost: number, line: number): CallFact[] {
  if (sent < MANY || (100 * lost) / sent < LOSSY || lost > sent) return [];
  const seen = `of ${sent} packets that were sent the other side misses ${lost}`;
  return [{ id: "packets-lost", line, users: [], seen, confidence: "medium" }];
}

function note(
  reports: Report[],
  line: number,
  {
    type,
    kind,
    what,
    count,
  }: {
    type: string | undefined;
    kind: string | undefined;
    what: What | undefined;
    count: number;
  },
): void {
  let last = reports.at(-1);
  const isNext =
    last === undefined ||
    (type !== undefined && last.type !== "" && last.type !== type) ||
    (type !== undefined && last.type === type && hasCounters(last)) ||
    (kind !== undefined && last.kind !== "" && hasCounters(last)) ||
    (what !== undefined && last[what] !== undefined);
  if (isNext) {
    if (reports.length >= 500) return;
    // What repeats a counter is of the same sort, unless it says otherwise.
    last = { line, type: "", kind: what === undefined ? "" : (last?.kind ?? "") };
    reports.push(last);
  }
  if (last === undefined) return;
  if (type !== undefined) last.type = type.toLowerCase();
  if (kind !== undefined) last.kind = kind.toLowerCase();
  if (what !== undefined) last[what] = count;
}

function hasCounters({ in: got, out, lost }: Report): boolean {
  return (got ?? out ?? lost) !== undefined;
}

function factOf(
  got: number | undefined,
  sent: number | undefined,
  lost: number | undefined,
  line: number,
  seen: string,
): CallFact[] {
  const common = { line, users: [], seen, confidence: "medium", hint: NAT_HINT } as const;
  if (got === 0 && (sent ?? 0) >= ENOUGH) return [{ ...common, id: "one-way-audio" }];
  if (sent === 0 && (got ?? 0) >= ENOUGH) {
    return [
      {
        ...common,
        id: "one-way-audio",
        cause:
          "The side that counted sends nothing: it has no voice (no microphone, or no permission for it), is on hold, or has agreed on one direction only.",
      },
    ];
  }
  if (got === 0 && sent === undefined) return [{ ...common, id: "no-audio" }];
  if (got === 0 && sent === 0) return [{ ...common, id: "no-audio", confidence: "low", severity: "warning" }];
  const all = (got ?? 0) + (lost ?? 0);
  if (got !== undefined && lost !== undefined && all >= MANY && (100 * lost) / all >= LOSSY) {
    const { hint: _hint, ...rest } = common;
    return [{ ...rest, id: "packets-lost" }];
  }
  return [];
}
