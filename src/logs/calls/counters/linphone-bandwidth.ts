import { type Counted, NAT_HINT } from "./counted.js";

/** Linphone's bandwidth of a call, each second: `RTP audio=[d=0.00,u=12.47]` is what comes in and goes out, kbit/s. */

const RTP =
  /(?:^|[\s/])RTP {1,3}audio=\[d= {0,4}(?<down>\d{1,5}\.\d{1,3}),\s?u= {0,4}(?<up>\d{1,5}\.\d{1,3})/;
const AROUND =
  /Bandwidth usage for (?:CallSession|call) \[|^\s{0,20}RTCP audio=\[d=|Thread processing load: audio=/;
const SECONDS = 3;

export function readLinphoneBandwidth(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const rows: { line: number; down: number; up: number }[] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.includes("audio=") && !line.includes("Bandwidth usage")) continue;
    if (AROUND.test(line)) used.add(index);
    const found = RTP.exec(line)?.groups;
    if (found === undefined) continue;
    used.add(index);
    rows.push({ line: index + 1, down: Number(found.down), up: Number(found.up) });
  }
  const [first] = rows;
  const none = (way: "down" | "up") => rows.every((row) => row[way] === 0);
  if (first === undefined || rows.length < SECONDS || none("down") === none("up"))
    return { facts: [], events: [], lines: used };
  const way = none("down") ? "comes in" : "goes out";
  return {
    facts: [
      {
        id: "one-way-audio",
        line: first.line,
        users: [],
        seen: `in ${rows.length} rows nothing ${way} (RTP audio, ${none("down") ? "d" : "u"}=0.00), and the other way does`,
        confidence: "medium",
        hint: NAT_HINT,
      },
    ],
    events: [],
    lines: used,
  };
}
