import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/** Streams in sngrep's flow of a call: `RTP (g711u) 1211` above an arrow between two ports. */

const STREAM = /\bRTP \((?<codec>[\w.-]{1,20})\) (?<count>\d{1,9})\b/;
const ARROW = /\b\d{4,5} (?:(?<right>[─-]{2,200}>)|(?<left><[─-]{2,200})) \d{4,5}\b/;

export function readFlowRtp(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const ways = { right: 0, left: 0 };
  let first: number | undefined;
  for (const [index, line] of lines.entries()) {
    const found = line.includes("RTP (") ? STREAM.exec(line)?.groups : undefined;
    if (found === undefined) continue;
    const arrow = ARROW.exec(line) ?? ARROW.exec(lines[index + 1] ?? "");
    if (arrow === null) continue;
    used.add(index).add(index + 1);
    first ??= index + 1;
    ways[arrow.groups?.right === undefined ? "left" : "right"] += Number(found.count);
  }
  const most = Math.max(ways.right, ways.left);
  if (first === undefined || Math.min(ways.right, ways.left) > 0 || most < ENOUGH * 2)
    return { facts: [], events: [], lines: used };
  return {
    facts: [
      {
        id: "one-way-audio",
        line: first,
        users: [],
        seen: `${most} packets of voice go one way in the flow, and no stream goes the other way`,
        confidence: "medium",
        cause:
          "At the place of the capture one side's voice does not pass: it sends to a wrong address, its packets are blocked on the way, or it sends none.",
        hint: NAT_HINT,
      },
    ],
    events: [],
    lines: used,
  };
}
