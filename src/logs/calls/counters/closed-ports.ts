import { endpoint, hostOf } from "../../frames.js";
import { shown } from "../../hide-secrets.js";
import { isMediaPort } from "../../packet-list.js";
import type { Counted } from "./counted.js";

/** ICMP in a list of packets: voice goes to a port that nothing listens on, or that a firewall rejects. */

const CLOSED =
  /\bIP6? (?<from>\S{1,120}) > (?<to>\S{1,120}): ICMP6?\b.{0,20}? (?:\S{1,120} )?udp port (?<port>\d{5}) unreachable/;
/** It does not name the port, which the packet before it has. */
const REJECTED =
  /\bIP6? (?<from>\S{1,120}) > (?<to>\S{1,120}): ICMP6?\b.{0,20}? \S{1,120} unreachable - admin prohibited/;
const VOICE = /\bIP6? \S{1,120} > \S{1,120}\.(?<port>\d{5}): UDP, length \d{2,4}$/;
/** After the end of a call a few are as it should be. */
const ENOUGH_REFUSED = 5;
/** Of an excerpt that has nothing else of the call. */
const FEW_REFUSED = 2;
const EXCERPT = 60;

export function readClosedPorts(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const ports = new Map<string, { line: number; count: number; to: string; rejected: boolean }>();
  for (const [index, line] of lines.entries()) {
    if (!line.includes("unreachable")) continue;
    const closed = CLOSED.exec(line)?.groups;
    const found = closed ?? REJECTED.exec(line)?.groups;
    const port = closed?.port ?? VOICE.exec(lines[index - 1] ?? "")?.groups?.port;
    if (found === undefined || !isMediaPort(port)) continue;
    used.add(index);
    const [from, to] = [found.from ?? "", found.to ?? ""].map((each) => hostOf(endpoint(each) ?? each));
    const key = `${from}:${port}`;
    const before = ports.get(key) ?? { line: index + 1, count: 0, to: to ?? "", rejected: !closed };
    ports.set(key, { ...before, count: before.count + 1 });
  }
  const many = [...ports].filter(([, { count }]) => count >= ENOUGH_REFUSED);
  const isExcerpt =
    many.length === 0 && lines.length <= EXCERPT && !lines.some((line) => /\bBYE\b/.test(line));
  const closed = isExcerpt ? [...ports].filter(([, { count }]) => count >= FEW_REFUSED) : many;
  return {
    facts: closed.slice(0, 1).map(([place, { line, count, to, rejected }]) => ({
      id: "one-way-audio",
      line,
      users: [],
      seen: `${count} times ${shown(to, 60)} is told that ${rejected ? "a firewall rejects what it sends to" : "nothing listens on"} ${shown(place, 60)} (UDP, as voice has it)`,
      confidence: isExcerpt && !rejected ? "low" : "medium",
      ...(rejected ? REJECTS : CLOSES),
    })),
    events: [],
    lines: used,
  };
}

const CLOSES = {
  cause:
    "Voice is sent to a port that is closed there: the session description named another address or port than the one that is open, or that side has ended the call and the other one does not know.",
  fix: "Compare that address and port with c= and m= of the session descriptions of the same call, and look whether its BYE arrived.",
};

const REJECTS = {
  cause: "A firewall at that address, or in front of it, rejects UDP to the ports of voice.",
  fix: "Open the whole RTP range of that side for UDP in its own firewall and in the one of its cloud or router.",
};
