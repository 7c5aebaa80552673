import { complains } from "../complaint.js";
import type { Counted } from "./counted.js";

/** The ports that a container publishes (`docker ps`, `docker run -p`, a compose file), where the text says that nothing is heard: SIP's and none of RTP's. */

const PUBLISHED = /(?:->|:)(?<first>\d{2,5})(?:-(?<last>\d{2,5}))?(?:\/(?<transport>tcp|udp))?(?=[,"'\s]|$)/g;
const OF_DOCKER =
  /(?:0\.0\.0\.0|\[::\]|:::|::):?\d{2,5}(?:-\d{2,5})?->\d|^\s{0,20}- ?["']?(?:[\d.]{7,15}:)?\d{2,5}(?:-\d{2,5})?:\d{2,5}|\s(?:-p|--publish)[ =]["']?(?:[\d.]{7,15}:)?\d{2,5}(?:-\d{2,5})?:\d/;
const HOST_NETWORK = /network_mode: ?["']?host|--net(?:work)?[= ]host|macvlan/;

export function readPublishedPorts(lines: readonly string[]): Counted {
  const used = new Set<number>();
  let sip: number | undefined;
  let voice = false;
  for (const [index, line] of lines.entries()) {
    if (!OF_DOCKER.test(line) || line.length > 1_000) continue;
    used.add(index);
    for (const { groups } of line.matchAll(PUBLISHED)) {
      const port = Number(groups?.first);
      if (groups?.transport === "tcp") continue;
      if (port >= 5_060 && port <= 5_099) sip ??= index + 1;
      // A range, or a port of UDP that is none of SIP's.
      else if (groups?.last !== undefined || groups?.transport === "udp") voice = true;
    }
  }
  if (sip === undefined || voice || lines.some((line) => HOST_NETWORK.test(line)) || !lines.some(complains))
    return { facts: [], events: [], lines: new Set() };
  return {
    facts: [
      {
        id: "ports-not-forwarded",
        line: sip,
        users: [],
        title: "The container publishes no ports for voice",
        seen: "the container publishes the port of SIP, and no port or range of UDP for voice",
        confidence: "medium",
        severity: "critical",
        cause:
          "Signalling gets into the container and voice does not: the ports of its RTP range are not published. No audio, or audio in one direction only.",
        fix: "Set a small RTP range in the PBX (Asterisk: rtpstart and rtpend in rtp.conf), publish the same range as UDP with the same numbers (10000-10100:10000-10100/udp), and give the host's address as external media address; or run the container in the host's network.",
        hint: { nat: true },
      },
    ],
    events: [],
    lines: used,
  };
}
