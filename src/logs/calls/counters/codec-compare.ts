import { shown } from "../../hide-secrets.js";
import type { Counted } from "./counted.js";

/** FreeSWITCH's comparing of codecs at debug level: what was offered, what the PBX has, and that nothing matched. */

const COMPARED =
  /Audio Codec Compare \[(?<offered>[\w.-]{1,30}):[^\]]{0,60}\](?<match> \+{3,4} is saved as a match)?(?:\/\[(?<own>[\w.-]{1,30}):)?/;
const FAILED = /\[INCOMPATIBLE_DESTINATION\]|CODEC NEGOTIATION ERROR/;
/** Digits, and no voice. */
const BESIDE = /^(?:telephone-event|CN)$/i;

export function readCodecCompare(lines: readonly string[]): Counted {
  const used = new Set<number>();
  let offered = new Set<string>();
  let own = new Set<string>();
  let matched = false;
  let first = 0;
  for (const [index, line] of lines.entries()) {
    const found = line.includes("Audio Codec Compare") ? COMPARED.exec(line)?.groups : undefined;
    if (found !== undefined) {
      used.add(index);
      if (first === 0) first = index + 1;
      if (found.match !== undefined) matched = true;
      if (!BESIDE.test(found.offered ?? "")) offered.add(found.offered ?? "");
      if (found.own !== undefined) own.add(found.own);
    } else if (first > 0 && FAILED.test(line)) {
      if (!matched && offered.size > 0 && own.size > 0) {
        const [theirs, ours] = [offered, own].map((names) => shown([...names].slice(0, 8).join(", "), 120));
        return {
          facts: [
            {
              id: "codec-mismatch",
              line: first,
              users: [],
              seen: `offered are ${theirs}; this side has ${ours}; none matches`,
              confidence: "medium",
              hint: { codecs: true },
            },
          ],
          events: [],
          lines: used,
        };
      }
      [offered, own, matched, first] = [new Set(), new Set(), false, 0];
    }
  }
  return { facts: [], events: [], lines: used };
}
