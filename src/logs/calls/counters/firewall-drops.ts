import { shown } from "../../hide-secrets.js";
import { isMediaPort } from "../../packet-list.js";
import { type Counted, NAT_HINT } from "./counted.js";

/** Packets that firewalls log when they drop them (netfilter's LOG: ufw, iptables, nft; MikroTik), to ports that voice has. */

const DROPPED =
  /\bSRC=(?<from>[0-9A-Fa-f.:]{3,45}) DST=(?<to>[0-9A-Fa-f.:]{3,45}) LEN=(?<length>\d{2,5}) .{0,120}?PROTO=UDP SPT=(?<fromPort>\d{1,5}) DPT=(?<port>\d{1,5})\b/;
const MIKROTIK =
  /\bproto UDP, (?<from>[0-9.]{7,15}):(?<fromPort>\d{1,5})->(?<to>[0-9.]{7,15}):(?<port>\d{1,5}),.{0,160}?\blen (?<length>\d{2,5})/;
const IS_DROP = /BLOCK|DROP|REJECT|DENY|DENIED|drop|reject|deny|block/;
/** IP packets of G.711, G.722 and G.729 of 10 to 40 ms. */
const VOICE: ReadonlySet<number> = new Set([60, 80, 120, 200, 210, 280, 360]);
const REPEATED = 3;

export function readFirewallDrops(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const ways = new Map<string, { line: number; count: number; voice: number; from: string; to: string }>();
  for (const [index, line] of lines.entries()) {
    const found = (
      line.includes("PROTO=UDP")
        ? DROPPED.exec(line)
        : line.includes("proto UDP, ")
          ? MIKROTIK.exec(line)
          : null
    )?.groups;
    if (found === undefined) continue;
    const { from = "", to = "", length, fromPort = "", port = "" } = found;
    // SIP and the rest are not voice; who drops is only in the prefix that the administrator chose.
    if (!isMediaPort(port) || !isMediaPort(fromPort) || !IS_DROP.test(line)) continue;
    used.add(index);
    const key = `${from}:${fromPort} ${to}:${port}`;
    const way = ways.get(key) ?? { line: index + 1, count: 0, voice: 0, from, to: `${to}:${port}` };
    way.count += 1;
    if (VOICE.has(Number(length))) way.voice += 1;
    if (ways.size < 500 || ways.has(key)) ways.set(key, way);
  }
  const [way] = [...ways.values()].filter(({ count, voice }) => voice > 0 || count >= REPEATED);
  if (way === undefined) return { facts: [], events: [], lines: used };
  return {
    facts: [
      {
        id: "one-way-audio",
        line: way.line,
        users: [],
        seen: `a firewall logs ${way.count} dropped UDP packets from ${way.from} to ${shown(way.to, 60)}${way.voice > 0 ? ", as long as packets of voice" : ""}`,
        confidence: way.voice > 0 ? "medium" : "low",
        title: "A firewall drops packets that look like voice",
        cause:
          "The packets arrive and the firewall of this machine does not let them through: voice of that side is not heard. Such logs are rate-limited: each line is for many packets.",
        fix: "Open the PBX's whole RTP range (UDP) in the firewall, for the far side's addresses or for all, and compare the port with the range that the PBX is set to.",
        hint: NAT_HINT,
      },
    ],
    events: [],
    lines: used,
  };
}
