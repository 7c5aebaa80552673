import { shown } from "../../hide-secrets.js";
import { isLocal, isOutside } from "../addresses.js";
import type { CallFact } from "../fact.js";
import { type Counted, ENOUGH, FEW, NAT_HINT } from "./counted.js";

/** Where FreeSWITCH sends the voice of a channel (switch_core_media.c), and where its packets turn out to come from. */

const BEGINS =
  /AUDIO RTP \[(?<channel>[^\]]{1,120})\] (?<own>[0-9A-Fa-f.:]{3,45}) port (?<ownPort>\d{1,5}) -> (?<far>[0-9A-Fa-f.:]{3,45}) port (?<farPort>\d{1,5}) codec:/;
const MOVES = /Auto Changing (?:audio |video )?port from (?<from>[0-9A-Fa-f.:]{3,45}:\d{1,5}) to /;

/** `uuid_debug_media`: a line for each packet that is read or written. */
const PACKET =
  /^\s{0,20}(?:\S{0,60} )?(?<way>[RW]) (?<channel>[\w./+@:-]{3,160}) b= {0,6}\d{1,6} \S{3,60}:\d{1,5} \S{3,60}:\d{1,5} \S{3,60}:\d{1,5} pt=\d{1,3} ts=/;

export function readFreeswitchMedia(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const moved = new Set<string>();
  const private_: { line: number; place: string; own: string; channel: string }[] = [];
  const packets = { R: 0, W: 0, first: 0 };
  for (const [index, line] of lines.entries()) {
    const way = line.includes(" pt=") ? PACKET.exec(line)?.groups?.way : undefined;
    if (way !== undefined) {
      used.add(index);
      packets.first ||= index + 1;
      packets[way as "R" | "W"] += 1;
    }
    if (line.includes("Auto Changing")) {
      const from = MOVES.exec(line)?.groups?.from;
      if (from !== undefined) moved.add(from);
    }
    const found = line.includes("AUDIO RTP [") ? BEGINS.exec(line)?.groups : undefined;
    if (found === undefined) continue;
    used.add(index);
    const { own = "", far = "", farPort, channel = "" } = found;
    if (isOutside(own) && isLocal(far)) {
      private_.push({ line: index + 1, place: `${far}:${farPort}`, own, channel });
    }
  }
  const lost = private_.filter(({ place }) => !moved.has(place));
  const oneWay = oneWayOf(packets);
  if (oneWay !== undefined) return { facts: [oneWay], events: [], lines: used };
  return {
    facts: lost.slice(0, 1).map(({ line, place, own, channel }) => ({
      id: "media-sent-to-private",
      line,
      users: [],
      seen: `the voice of ${shown(channel, 80)} goes from ${own} to ${shown(place, 60)}, and no line says that it is sent elsewhere later`,
      confidence: "medium",
      cause:
        "The device announces its private address, FreeSWITCH sends there from its public one, and does not change to where the device's packets come from: none arrive, or auto-adjust is off.",
      fix: "See whether the device's packets arrive (firewall, RTP ports); let FreeSWITCH adjust the address (no disable-rtp-auto-adjust, apply-nat-acl or NDLB-force-rport for the profile), or switch STUN on in the device.",
      hint: NAT_HINT,
    })),
    events: [],
    lines: used,
  };
}

function oneWayOf({
  R: read,
  W: written,
  first,
}: Readonly<Record<"R" | "W" | "first", number>>): CallFact | undefined {
  if (Math.min(read, written) > 0 || Math.max(read, written) < FEW) return undefined;
  const many = Math.max(read, written) >= ENOUGH;
  return {
    id: "one-way-audio",
    line: first,
    users: [],
    seen: `${read} packets are read, ${written} are written`,
    confidence: many ? "medium" : "low",
    ...(many ? {} : { severity: "warning" as const }),
    ...(read > 0
      ? {
          cause:
            "FreeSWITCH reads voice of this channel and writes none to it: the other leg gives it none, or it waits.",
        }
      : {}),
    hint: NAT_HINT,
  };
}
