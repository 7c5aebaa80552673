import { type Capture, hostOf, type RtpStream } from "../captures/index.js";
import { classifyAddress } from "../sip/index.js";
import type { LogFinding } from "./log-findings.js";
import { type Fact, findingsOfFacts, LEAST_PACKETS, ofStream } from "./rtp-findings.js";

/**
 * Voice in a capture that has no call: it was filtered for the ports of voice, or SIP is encrypted. What was agreed is not known, so there is
 * less to say.
 */

const UNKNOWN = { announced: [] } as const;

export function looseFindings({ streams }: Pick<Capture, "streams">): LogFinding[] {
  const heard = streams.filter(
    ({ packets, destination }) =>
      packets >= LEAST_PACKETS && classifyAddress(hostOf(destination)) !== "multicast",
  );
  const facts = heard.flatMap((stream): Fact[] =>
    ofStream(stream, { to: UNKNOWN, fromName: stream.source }).map((fact) => ({
      ...fact,
      packet: stream.packet,
      users: [],
    })),
  );
  const alone = heard.filter((stream) => !streams.some((other) => isBack(stream, other)));
  return findingsOfFacts([...alone.map(oneWay), ...facts]);
}

/** The way back may use other ports. */
function isBack(stream: RtpStream, other: RtpStream): boolean {
  return (
    hostOf(stream.source) === hostOf(other.destination) && hostOf(stream.destination) === hostOf(other.source)
  );
}

function oneWay({ source, destination, packets, packet }: RtpStream): Fact {
  return {
    what: "rtp-one-way",
    words: `${packets} RTP packets from ${source} to ${destination}, none the other way; the capture has no call that would say what was agreed`,
    confidence: "medium",
    severity: "warning",
    cause:
      "The packets of the other side do not arrive at this point, or it sends none. One of these: (1) it sends to another address or port; (2) a firewall or NAT between drops them; (3) it is on hold, or it is a recording or an announcement that goes one way only; (4) the filter of the capture left them out.",
    packet,
    users: [],
  };
}
