import type { EndpointEvidence, Evidence } from "../evidence.js";
import { SLOW_ANSWER } from "../limits.js";
import type { Rule } from "./rule.js";
import { duration, endpointLine, list } from "./words.js";

/** Endpoints over TCP and TLS that opened, and took their time. */
function slowlyOpened({
  endpoints,
}: Evidence): { endpoint: EndpointEvidence; gaveUpAfter: number | undefined }[] {
  return endpoints.flatMap((endpoint) => {
    const { reach } = endpoint;
    if (reach.kind !== "open" || endpoint.endpoint.transport === "udp") return [];
    const { ms, gaveUpAfter } = reach;
    return ms > SLOW_ANSWER || gaveUpAfter !== undefined ? [{ endpoint, gaveUpAfter }] : [];
  });
}

export const SLOW_RULES = [
  {
    id: "slow-connection",
    topic: "reach",
    severity: "warning",
    title: "Connecting takes a long time",
    seen: `TCP and TLS together take more than ${SLOW_ANSWER / 1_000} s, or are there at a second try only.`,
    cause:
      "Overload, a name or database lookup on the PBX at each connection, lost packets, or a long way. How long the platform waits is not known; it may give up earlier.",
    fix: "Look at the PBX's load and at its DNS (reverse lookups are a common cause), and at losses on the way.",
    find: (evidence) => {
      const slow = slowlyOpened(evidence);
      const [first] = slow;
      if (first === undefined) return undefined;
      const before = first.gaveUpAfter;
      const lost = before === undefined ? "" : `; a first try was given up after ${duration(before)}`;
      return {
        evidence: `${list(slow.map(({ endpoint }) => endpointLine(endpoint)))}${lost}`,
        confidence: "high",
      };
    },
  },
] as const satisfies readonly Rule[];
