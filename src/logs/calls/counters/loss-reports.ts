import type { CallFact } from "../fact.js";
import type { Counted } from "./counted.js";

/**
 * Loss as reports give it, in percent or as a share: telephones' reports of voice quality (RFC 6035), Wireshark's analysis of a
 * stream, and RTCP as Asterisk prints it.
 */

/** Network loss rate, in percent (RFC 6035 4.6.2.13). */
const QUALITY = /^\s{0,20}PacketLoss:\s{0,3}NLR=(?<percent>\d{1,3}(?:\.\d{1,4})?)\b/;
const WIRESHARK =
  /(?:Total RTP packets|Expected|RTP Packets) ?= ?(?<all>\d{1,9})\b.{0,60}?Lost(?: RTP packets)? ?= ?(?<lost>\d{1,9}) \((?<percent>\d{1,3}(?:\.\d{1,3})?) ?%\)/;
/** The same in rows, as newer versions show it. */
const ROW = /^\s{0,10}Lost\s{1,10}(?<lost>\d{1,9}) \((?<percent>\d{1,3}(?:\.\d{1,3})?) ?%\)\s*$/;
const ABOVE = /^\s{0,10}(?:RTP Packets|Expected)\s{1,10}\d{1,9}\s*$/;
/** FreeSWITCH's own measure of a channel's voice. */
const QUALITY_OF_CHANNEL =
  /rtp_audio_in_quality_percentage\W{1,6}(?:string\W{1,3})?(?<quality>\d{1,3}(?:\.\d{1,3})?)/;
const POOR = 80;
/** Of 256 (RFC 3550 6.4.1), as Asterisk's console, its manager events and JSON have it. */
const FRACTION =
  /(?:^|[\s|*"]|Report(?:Block)?\(?\d{0,2}\)?)fraction[ _]?lost"?\s{0,3}[:=]\s{0,10}"?(?<fraction>\d{1,3})(?:\/256)?(?=[\s,"}]|$)/gi;
const AROUND =
  /^\s{0,20}(?:VQSessionReport: |(?:Local|Remote)Metrics:|SessionDesc: PT=|JitterBuffer: ?JB|BurstGapLoss: ?BLD=|QualityEst: ?(?:RLQ|MOS)|(?:Our|Their) SSRC:\s|Cumulative loss:\s|Report block:|IA jitter:\s|Highest seq no:|Sent (?:packets|octets):\s|\* (?:Sent|Got) RTCP )/;
const LOSSY = 5;
/** A single report of RTCP is of a few seconds. */
const REPORTS = 2;

export function readLossReports(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const facts: CallFact[] = [];
  const lossy: { line: number; percent: number }[] = [];
  let reports = 0;
  for (const [index, line] of lines.entries()) {
    if (AROUND.test(line)) used.add(index);
    const whole =
      (line.includes("NLR=") ? QUALITY.exec(line) : null) ??
      (line.includes("Lost") ? (WIRESHARK.exec(line) ?? rowOf(line, lines[index - 1])) : null);
    if (whole !== null) {
      used.add(index);
      const percent = Number(whole.groups?.percent);
      if (percent >= LOSSY && percent <= 100)
        facts.push(lost(index + 1, `${percent} % of the voice packets are lost, as the report says`));
    }
    const quality = line.includes("_quality_percentage")
      ? QUALITY_OF_CHANNEL.exec(line)?.groups?.quality
      : undefined;
    if (quality !== undefined) {
      used.add(index);
      if (Number(quality) < POOR)
        facts.push(
          lost(
            index + 1,
            `FreeSWITCH rates the voice that came in at ${quality} % (rtp_audio_in_quality_percentage)`,
          ),
        );
    }
    if (!/fraction/i.test(line)) continue;
    for (const { groups } of line.matchAll(FRACTION)) {
      used.add(index);
      reports += 1;
      const percent = Math.round((100 * Number(groups?.fraction)) / 256);
      if (percent >= LOSSY && percent <= 100) lossy.push({ line: index + 1, percent });
    }
  }
  const [first] = lossy;
  if (first !== undefined && lossy.length >= REPORTS && lossy.length * 2 >= reports) {
    const worst = Math.max(...lossy.map(({ percent }) => percent));
    facts.push(
      lost(first.line, `${lossy.length} of ${reports} RTCP reports show lost packets, up to ${worst} %`),
    );
  }
  return { facts: facts.slice(0, 1), events: [], lines: used };
}

function rowOf(line: string, above = ""): RegExpExecArray | null {
  return ABOVE.test(above) ? ROW.exec(line) : null;
}

function lost(line: number, seen: string): CallFact {
  return { id: "packets-lost", line, users: [], seen, confidence: "medium" };
}
