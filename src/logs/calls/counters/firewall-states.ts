import { shown } from "../../hide-secrets.js";
import { isMediaPort } from "../../packet-list.js";
import { type Counted, NAT_HINT } from "./counted.js";

/** What firewalls keep of UDP between two ports of voice: pf's states (pfSense, OPNsense) and Linux's conntrack. One way shows there. */

const PF =
  /\budp (?<from>[\d.]{7,15}):(?<fromPort>\d{4,5})(?: \([\d.]{7,15}:\d{4,5}\))? (?:->|<-) (?<to>[\d.]{7,15}):(?<toPort>\d{4,5})\s{1,10}(?:SINGLE:NO_TRAFFIC|NO_TRAFFIC:SINGLE|MULTIPLE:NO_TRAFFIC|NO_TRAFFIC:MULTIPLE)\b/;
const CONNTRACK =
  /\budp {1,8}17 \d{1,6} src=(?<from>[0-9A-Fa-f.:]{3,45}) dst=(?<to>[0-9A-Fa-f.:]{3,45}) sport=(?<fromPort>\d{1,5}) dport=(?<toPort>\d{1,5}) (?:packets=\d{1,12} bytes=\d{1,15} )?\[UNREPLIED\]/;

export function readFirewallStates(lines: readonly string[]): Counted {
  const used = new Set<number>();
  let first: { line: number; from: string; to: string } | undefined;
  for (const [index, line] of lines.entries()) {
    if (!line.includes("udp")) continue;
    const found = (PF.exec(line) ?? CONNTRACK.exec(line))?.groups;
    if (found === undefined || !isMediaPort(found.fromPort) || !isMediaPort(found.toPort)) continue;
    used.add(index);
    first ??= {
      line: index + 1,
      from: `${found.from}:${found.fromPort}`,
      to: `${found.to}:${found.toPort}`,
    };
  }
  if (first === undefined) return { facts: [], events: [], lines: used };
  return {
    facts: [
      {
        id: "one-way-audio",
        line: first.line,
        users: [],
        seen: `a firewall has seen UDP one way only between ${shown(first.from, 60)} and ${shown(first.to, 60)}`,
        confidence: "low",
        severity: "warning",
        cause:
          "Packets go out, and nothing comes back by the same ports: the far side sends elsewhere, sends nothing, or its packets are dropped before this firewall. Other programs that use UDP look the same.",
        hint: NAT_HINT,
      },
    ],
    events: [],
    lines: used,
  };
}
