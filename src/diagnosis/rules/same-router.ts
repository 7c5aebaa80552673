import type { Rule } from "./rule.js";
import { hostPort } from "./words.js";

export const SAME_ROUTER_RULES = [
  {
    id: "behind-same-router",
    topic: "path",
    severity: "warning",
    title: "Seen from inside the PBX's own network: nothing here is proof for the outside",
    seen: "The PBX saw this machine at the public address that was dialled, its own.",
    cause:
      "This machine is behind the PBX's router, or is the PBX's own: the requests never came in from the internet. Port forwarding, firewall and access lists in the platform's way were not passed, so what is open or accepted here may be closed to it.",
    fix: "Look once more from another network (a mobile phone's will do), or go by what the platform itself reports.",
    find: ({ path }) => {
      if (path?.seenAtDialled !== true || path.seen === undefined) return undefined;
      const { address, port } = path.local;
      return {
        evidence: `dialled ${path.seen.address}; the PBX saw this machine (${hostPort(address, port)} here) at ${path.seen.address} too`,
        confidence: "high",
      };
    },
  },
] as const satisfies readonly Rule[];
