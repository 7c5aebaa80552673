import { hostOf } from "../../frames.js";
import { shown } from "../../hide-secrets.js";
import { isLocal, isOutside } from "../addresses.js";
import { type Counted, NAT_HINT } from "./counted.js";

/**
 * Asterisk says to which address it begins to send, and again as soon as voice arrives ("switching", "Locking on"). A call that
 * ends without the second line has heard nothing. res_rtp_asterisk.c, verbose 4.
 */

const BEGINS =
  /(?<id>0x[0-9a-f]{4,16}) -- Strict RTP learning after remote address set to: \[?(?<place>[0-9A-Fa-f.:]{3,45}?)\]?:(?<port>\d{1,5})\b/;
const ARRIVES =
  /(?:0x[0-9a-f]{4,16}) -- (?:Strict RTP (?:switching|qualifying|learning complete)|Probation passed)|\bGot {1,4}RTP packet/;
const ENDS =
  /left '[\w-]{1,40}' (?:basic-)?bridge|Spawn extension .{0,120} exited non-zero|SoftHangup|Executing \[h@/;
const ADDRESS = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;

export function readStrictRtp(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const begun: { line: number; place: string }[] = [];
  let arrives = false;
  let ended = false;
  for (const [index, line] of lines.entries()) {
    if (ARRIVES.test(line)) arrives = true;
    if (begun.length > 0 && ENDS.test(line)) ended = true;
    const found = line.includes("Strict RTP learning after") ? BEGINS.exec(line)?.groups : undefined;
    if (found === undefined || found.place === undefined) continue;
    used.add(index);
    begun.push({ line: index + 1, place: `${found.place}:${found.port}` });
  }
  const local = begun.find(({ place }) => isLocal(hostOf(place)));
  if (local === undefined || arrives || !ended) return { facts: [], events: [], lines: used };
  const outside = lines.some(
    (line, index) =>
      !used.has(index) && [...line.slice(0, 1_000).matchAll(ADDRESS)].some(([host]) => isOutside(host)),
  );
  return {
    facts: [
      {
        id: "media-sent-to-private",
        line: local.line,
        users: [],
        seen: `the PBX is told to send to ${shown(local.place, 60)}, and up to the end of the call no line says that voice arrives (Strict RTP switching, Locking on)`,
        confidence: outside ? "medium" : "low",
        ...(outside ? {} : { severity: "warning" as const }),
        cause:
          "That side announces a private address, and none of its voice has come to the PBX, from which the PBX would learn the right one: the RTP ports of the PBX are not open or forwarded, or that side cannot reach the address that the PBX announces. Within one network the address is right, and something else keeps the voice away.",
        fix: "Forward or open the PBX's RTP range (UDP), set its external media address and local networks, and symmetric RTP for that extension (Asterisk PJSIP: rtp_symmetric=yes).",
        hint: NAT_HINT,
      },
    ],
    events: [],
    lines: used,
  };
}
