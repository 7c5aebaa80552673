import { z } from "zod";
import type { LogReport, ShownStream, SourceReport } from "../../logs/index.js";
import { type Fact, fact, note } from "../core/facts.js";

/** The voice in a capture: a {@link ShownStream} each, of which the schema names only the ends, to be short. */
export const streamsSchema = z.array(z.looseObject({ from: z.string(), to: z.string() }));

type StreamFields = { streams: z.output<typeof streamsSchema>; notes: string[] };

export function streamFacts(capture: SourceReport["capture"]): Fact<Partial<StreamFields>>[] {
  if (capture === undefined) return [];
  const { streams, streamsLeftOut } = capture;
  return [
    fact<StreamFields>(
      { streams: streams.map((each) => ({ ...each })) },
      streams.length > 0 && "Voice (RTP):",
      ...streams.map(streamLine),
    ),
    ...(streamsLeftOut > 0 ? [note(`(${streamsLeftOut} more streams are left out)`)] : []),
  ];
}

/** `- 1001 to 1002: 192.0.2.10:4000 → 192.0.2.20:10000, PCMU, 480 packets in 9.6 s, 0 lost, 0 out of order`. */
function streamLine(stream: ShownStream): string {
  const { call, from, to, announced, codec, packets, lost, reordered, jitterMs, seconds } = stream;
  const { silentPercent, sourceChanges } = stream;
  const facts = [
    `${from} → ${to}`,
    ...(announced === undefined ? [] : [`announced was ${announced}`]),
    codec,
    `${packets} packets in ${seconds} s`,
    `${lost} lost`,
    `${reordered} out of order`,
    ...(jitterMs === undefined ? [] : [`jitter ${jitterMs} ms`]),
    ...(silentPercent === undefined ? [] : [`${silentPercent} % silence`]),
    ...(sourceChanges === 0 ? [] : [`its source (SSRC) changed ${sourceChanges} times`]),
  ];
  return `- ${call === undefined ? "of no call in it" : call}: ${facts.join(", ")}`;
}

/** What was read, and how much of it is known. */
export function countWords(report: LogReport & Partial<SourceReport>): string {
  const { lines, understood, unknown, capture } = report;
  const many = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  if (capture === undefined) {
    return `${many(lines, "line")}: ${understood} understood, ${unknown} unknown and left out.`;
  }
  const broken = unknown === 0 ? "" : `, ${unknown} that begin as SIP and cannot be read`;
  return `${many(lines, "packet")}: ${many(understood, "SIP message")}${broken}.`;
}
