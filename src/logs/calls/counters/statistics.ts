import type { CallFact } from "../fact.js";
import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/** Counters that FreeSWITCH leaves in a call's variables, and that softphones print: pjsua's `dq`, baresip's summary. */

const FREESWITCH =
  /rtp_audio_(?<way>in|out)_(?<media>media_)?packet_count\W{1,6}(?:string\W{1,3})?(?<count>\d{1,9})/g;
/** `stat last update` is the older form; loggers of Android, macOS and Linux put something before the lines. */
const PJSUA_WAY =
  /(?:^|[\s|])(?<way>RX|TX) pt=-?\d{1,3},.{0,60}?(?:stat )?last update: ?(?<when>never|[\d hms:.]{1,30})/;
const PJSUA_TOTAL = /(?:^|[\s|])total (?<count>[\d.]{1,9})(?<unit>[KM]?)pkt /;
const PJSUA_LOSS = /(?:^|[\s|])pkt loss=(?<lost>\d{1,9}) \((?<percent>\d{1,3}(?:\.\d{1,2})?)%\)/;
const PJSUA_AROUND =
  /^[\s|]{0,50}(?:\[(?:CONFIRMED|DISCONNCTD|EARLY|CONNECTING|CALLING|INCOMING)\] To: |Call time: \d|#\d{1,2} (?:audio|video) |SRTP status: |loss period:|jitter {1,6}:|RTT msec {1,6}:|\(msec\) {1,8}min)/;
const BARESIP = /^\s{0,20}(?:.{0,60}: )?packets:\s{1,30}(?<sent>\d{1,9})\s{1,30}(?<got>\d{1,9})\s*$/;
const BARESIP_LOST = /^\s{0,20}(?:.{0,60}: )?lost:\s{1,30}(?<sent>\d{1,9})\s{1,30}(?<got>\d{1,9})\s*$/;
const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1_000, M: 1_000_000 };

/** So much of one way can be heard; percent. */
const LOSSY = 5;
/** Of so many packets. */
const MANY = 200;

interface Sum {
  in: number | undefined;
  out: number | undefined;
  line: number;
  /** Percent of a way that is lost. */
  lost?: { readonly way: "in" | "out"; readonly percent: number };
}

export function readStatistics(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const sums: Sum[] = [];
  const open = (way: "in" | "out", count: number, line: number) => {
    const last = sums.at(-1);
    if (last !== undefined && last[way] === undefined) last[way] = count;
    else sums.push({ in: undefined, out: undefined, [way]: count, line });
  };
  let pjsua: "in" | "out" | undefined;
  let lossOf: "in" | "out" | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.includes("rtp_audio_")) {
      for (const { groups } of line.slice(0, 4_000).matchAll(FREESWITCH)) {
        used.add(index);
        if (groups?.media !== undefined) open(groups.way as "in" | "out", Number(groups.count), index + 1);
      }
    }
    const way = line.includes(" pt=") ? PJSUA_WAY.exec(line)?.groups : undefined;
    if (way) {
      used.add(index);
      pjsua = way.way === "RX" ? "in" : "out";
    }
    const total = pjsua === undefined || !line.includes("pkt ") ? undefined : PJSUA_TOTAL.exec(line)?.groups;
    if (total && pjsua !== undefined) {
      used.add(index);
      open(pjsua, Math.round(Number(total.count) * (UNITS[total.unit ?? ""] ?? 1)), index + 1);
      lossOf = pjsua;
      pjsua = undefined;
    }
    const loss = lossOf === undefined ? undefined : PJSUA_LOSS.exec(line)?.groups;
    const sum = sums.at(-1);
    if (loss && lossOf !== undefined && sum !== undefined) {
      used.add(index);
      const percent = Number(loss.percent);
      if (percent > (sum.lost?.percent ?? 0)) sum.lost = { way: lossOf, percent };
      lossOf = undefined;
    } else if (PJSUA_AROUND.test(line)) used.add(index);
    const summary = BARESIP.exec(line)?.groups;
    if (summary) {
      used.add(index);
      sums.push({ in: Number(summary.got), out: Number(summary.sent), line: index + 1 });
    }
    const losses = sum === undefined ? undefined : BARESIP_LOST.exec(line)?.groups;
    if (losses && sum !== undefined) {
      used.add(index);
      const [sent, got] = [share(losses.sent, sum.out), share(losses.got, sum.in)];
      sum.lost = got >= sent ? { way: "in", percent: got } : { way: "out", percent: sent };
    }
  }
  return { facts: sums.flatMap(factOf), events: sums.flatMap(eventOf), lines: used };
}

/** Percent, of those that came and those that did not. */
function share(lost: string | undefined, came = 0): number {
  const all = Number(lost) + came;
  return all === 0 ? 0 : Math.round((1_000 * Number(lost)) / all) / 10;
}

function eventOf({ in: got, out: sent, line }: Sum) {
  if (got === undefined || sent === undefined) return [];
  return [
    {
      dialect: "statistics",
      kind: "call-media",
      line,
      detail: `received ${got}, sent ${sent} packets`,
    } as const,
  ];
}

function factOf({ in: got, out: sent, line, lost }: Sum): CallFact[] {
  const worst = lost?.way === "in" ? (got ?? 0) : (sent ?? 0);
  if (lost !== undefined && lost.percent >= LOSSY && lost.percent <= 100 && worst >= MANY) {
    const way = lost.way === "in" ? "received" : "sent";
    const seen = `${lost.percent} % of the voice that is ${way} is lost; received ${got ?? "?"}, sent ${sent ?? "?"} packets`;
    return [{ id: "packets-lost", line, users: [], seen, confidence: "medium" }];
  }
  if (got === undefined || sent === undefined) return [];
  const common = { line, users: [], hint: NAT_HINT } as const;
  const seen = `received ${got}, sent ${sent} packets of voice`;
  if (got === 0 && sent >= ENOUGH) return [{ ...common, id: "one-way-audio", seen, confidence: "medium" }];
  if (sent === 0 && got >= ENOUGH) {
    return [
      {
        ...common,
        id: "one-way-audio",
        seen,
        confidence: "medium",
        cause:
          "The side that counted sends nothing: it has no voice for this leg (the other leg's does not arrive), has no microphone, or is on hold.",
      },
    ];
  }
  if (got === 0 && sent === 0) {
    return [
      {
        ...common,
        id: "no-audio",
        seen,
        confidence: "low",
        severity: "warning",
        cause: "Nothing was sent or received: the call was not answered, or no media was agreed.",
      },
    ];
  }
  return [];
}
