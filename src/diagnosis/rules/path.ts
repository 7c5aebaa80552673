import type { Rule } from "./rule.js";
import { hostPort, list } from "./words.js";

export const PATH_RULES: readonly Rule[] = [
  {
    id: "alg-suspected",
    topic: "path",
    severity: "warning",
    title: "Something on the way rewrites SIP messages",
    seen: "Via, Call-ID or CSeq come back changed.",
    cause:
      "Most likely a SIP ALG in a router or firewall. It damages registrations and audio in ways that look like faults of the PBX.",
    fix: "Switch SIP ALG (also called SIP helper or SIP inspection) off in the router, or use tls, or another port than 5060.",
    find: ({ path }) =>
      path && path.rewritten.length > 0
        ? {
            evidence: list(
              path.rewritten.map(({ what, sent, came }) => `${what} was ${sent} and came back as ${came}`),
            ),
            confidence: "medium",
          }
        : undefined,
  },
  {
    id: "nat",
    topic: "path",
    severity: "info",
    title: "There is NAT between this machine and the PBX",
    seen: "The PBX saw another address than the local socket has.",
    cause: "A router translates addresses. That is this machine's network and not the platform's.",
    fix: "Nothing.",
    find: ({ path }) =>
      path?.nat && path.seen
        ? {
            evidence: `local ${hostPort(path.local.address, path.local.port)} (${path.localClass}), seen as ${hostPort(path.seen.address, path.seen.port)}`,
            confidence: "high",
          }
        : undefined,
  },
];
