import type { CallFact } from "../fact.js";
import { type Counted, NAT_HINT } from "./counted.js";

/** Linphone's bandwidth of a call, each second: `RTP audio=[d=0.00,u=12.47]` is what comes in and goes out, kbit/s. */

const RTP =
  /(?:^|[\s/])RTP {1,3}audio=\[d= {0,4}(?<down>\d{1,5}\.\d{1,3}),\s?u= {0,4}(?<up>\d{1,5}\.\d{1,3})/;
const AROUND =
  /Bandwidth usage for (?:CallSession|call) \[|^\s{0,20}RTCP audio=\[d=|Thread processing load: audio=/;
/** The panel of a call. */
const PANEL = /^\s{0,20}(?<way>Download|Upload) bandwidth: {0,4}(?<kbits>\d{1,6}(?:[.,]\d{1,3})?) kbits?\/s/i;
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
  const panel = panelOf(lines);
  if (panel !== undefined) return { facts: [panel], events: [], lines: used };
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

function panelOf(lines: readonly string[]): CallFact | undefined {
  const shown: { readonly way: string; readonly kbits: number; readonly line: number }[] = [];
  for (const [index, line] of lines.entries()) {
    const { way, kbits } = line.includes("bandwidth: ") ? (PANEL.exec(line)?.groups ?? {}) : {};
    if (way === undefined || kbits === undefined) continue;
    shown.push({ way: way.toLowerCase(), kbits: Number(kbits.replace(",", ".")), line: index + 1 });
  }
  const [one, other, more] = shown;
  if (one === undefined || other === undefined || more !== undefined || one.way === other.way)
    return undefined;
  if ((one.kbits === 0) === (other.kbits === 0)) return undefined;
  const idle = one.kbits === 0 ? one : other;
  return {
    id: "one-way-audio",
    line: idle.line,
    users: [],
    seen: `the ${idle.way} of the call is 0 kbit/s, and the other way is not`,
    confidence: "medium",
    hint: NAT_HINT,
  };
}
