import { shown } from "../../hide-secrets.js";
import { type Counted, ENOUGH, NAT_HINT } from "./counted.js";

/** What rtpengine writes of each of its ports when a call ends: packets that came in there from the far side. */

const PORT =
  /-{3,20} (?:Media #\d{1,3}, )?[Pp]ort {1,20}(?<own>[\d.:a-f[\]]{4,60}) {1,20}<> {1,20}(?<far>[\d.:a-f[\]]{7,60}) {0,3}(?<rtcp>\(RTCP\))? {0,3}, (?:SSRC \S{1,12}, )?(?:in )?(?<count>\d{1,9}) p, \d{1,12} b/;
const AROUND = /Final packet stats:$|-{3,20} Tag '|-{3,20} Media #\d{1,3} \(|Call branch '/;
/** What newer ones, and pages that stress a word, put around values. */
const QUOTES = /["«»*]/g;

export function readRelayPorts(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const ports: { line: number; far: string; count: number }[] = [];
  for (const [index, line] of lines.entries()) {
    if (!/ [Pp]ort |-{3} |stats|branch/.test(line)) continue;
    const found = PORT.exec(line.replace(QUOTES, ""))?.groups;
    if (found !== undefined || (line.includes("rtpengine") && AROUND.test(line))) used.add(index);
    if (found === undefined) continue;
    if (found.rtcp === undefined) {
      ports.push({ line: index + 1, far: found.far ?? "", count: Number(found.count) });
    }
  }
  const mute = ports.filter(({ count }) => count === 0);
  const [first] = mute;
  const heard = ports.some(({ count }) => count >= ENOUGH);
  const none = ports.length > 1 && ports.every(({ count }) => count === 0);
  const events = ports.map(
    ({ line, far, count }) =>
      ({ dialect: "kamailio", kind: "call-media", line, detail: `${count} packets from ${far}` }) as const,
  );
  if (first === undefined || (!heard && !none)) return { facts: [], events, lines: used };
  const seen = `no packet of voice comes from ${shown(first.far, 60)}${heard ? ", and many from the other side" : ", nor from the other side"}`;
  const id = heard ? "one-way-audio" : "no-audio";
  return {
    facts: [{ id, line: first.line, users: [], seen, confidence: "medium", hint: NAT_HINT }],
    events,
    lines: used,
  };
}
