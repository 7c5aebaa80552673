import type { Rule } from "./rule.js";
import { endpointNames, hostPort, list } from "./words.js";

export const PATH_RULES = [
  {
    id: "alg-suspected",
    topic: "path",
    severity: "warning",
    title: "Something on the way rewrites SIP messages",
    seen: "Via, Call-ID or CSeq come back changed. Sure where they do over UDP alone, and not over TCP or TLS to the same host.",
    cause:
      "Most likely a SIP ALG in a router or firewall. It damages registrations and audio in ways that look like faults of the PBX.",
    fix: "Switch SIP ALG (also called SIP helper or SIP inspection) off in the router, or use tls, or another port than 5060.",
    find: ({ path }) => {
      if (path === undefined || path.rewritten.length === 0) return undefined;
      const changes = list(
        path.rewritten.map(({ what, sent, came }) => `${what} was ${sent} and came back as ${came}`),
      );
      const [better] = path.unchangedAt ?? [];
      if (better === undefined) return { evidence: changes, confidence: "medium" };
      return {
        evidence: `${changes}; over ${endpointNames(path.unchangedAt ?? [])} nothing is changed`,
        confidence: "high",
        cause:
          "A SIP ALG in a router or firewall, since the same host's answers are untouched over another transport. It damages registrations and audio in ways that look like faults of the PBX.",
        fix: `Use transport ${better.transport} with port ${better.port}, which comes through unchanged, or switch SIP ALG (also called SIP helper or SIP inspection) off in the router.`,
      };
    },
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
] as const satisfies readonly Rule[];
