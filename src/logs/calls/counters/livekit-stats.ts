import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/** LiveKit SIP's statistics of a call: what came to its port, and the frames that it sent. */

const STATS =
  /"port":\s?\{[^{}]{0,300}?"packets":\s?(?<got>\d{1,9})\b[^{}]{0,800}?"audio_out_frames":\s?(?<sent>\d{1,9})\b/;

export function readLivekitStats(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const calls = lines.flatMap((line, index) => {
    const found = line.includes('"audio_out_frames"') ? STATS.exec(line)?.groups : undefined;
    if (found === undefined) return [];
    used.add(index);
    return [{ line: index + 1, got: Number(found.got), sent: Number(found.sent) }];
  });
  const deaf = calls.find(({ got, sent }) => got === 0 && sent >= ENOUGH);
  return {
    facts:
      deaf === undefined
        ? []
        : [
            {
              id: "one-way-audio",
              line: deaf.line,
              users: [],
              seen: `LiveKit received ${deaf.got} packets of voice and sent ${deaf.sent} frames`,
              confidence: "medium",
              hint: NAT_HINT,
            },
          ],
    events: calls.slice(0, 50).map(
      ({ line, got, sent }) =>
        ({
          dialect: "statistics",
          kind: "call-media",
          line,
          detail: `received ${got} packets, sent ${sent} frames`,
        }) as const,
    ),
    lines: used,
  };
}
