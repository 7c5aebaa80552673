import type { PathEvidence } from "../evidence.js";
import type { Conclusion, Rule } from "./rule.js";
import { endpointNames, hostPort, list } from "./words.js";

export const PATH_RULES = [
  {
    id: "alg-suspected",
    topic: "path",
    severity: "warning",
    title: "Something on the way rewrites SIP messages",
    seen: "Via, Call-ID or CSeq come back changed, or a PBX at a public address says that it saw a private one. Certain if they do so only over UDP, and not over TCP or TLS to the same host.",
    cause:
      "Most likely a SIP ALG in a router or firewall. It damages registrations and audio in ways that look like faults of the PBX.",
    fix: "Switch SIP ALG (also called SIP helper or SIP inspection) off in the router, or use tls, or another port than 5060.",
    find: ({ path }) => {
      if (path?.rewritten.length === 0) return path.privateFromPublic && seenPrivate(path.privateFromPublic);
      if (path === undefined) return undefined;
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
      path?.nat && path.seen && path.privateFromPublic === undefined
        ? {
            evidence: `local ${hostPort(path.local.address, path.local.port)} (${path.localClass}), seen as ${hostPort(path.seen.address, path.seen.port)}`,
            confidence: "high",
          }
        : undefined,
  },
] as const satisfies readonly Rule[];

/** The kernel's ALG of many routers puts every header back as it was, and `received` too, to the inner address. */
function seenPrivate({ address, isOurs }: NonNullable<PathEvidence["privateFromPublic"]>): Conclusion {
  const evidence = `the PBX's address is public, and it says received=${address}`;
  if (isOurs) {
    return {
      title: "A router on the way reads and rewrites SIP messages (SIP ALG)",
      evidence: `${evidence}, which is this machine's own private address`,
      confidence: "medium",
      cause:
        "One of these: (1) a SIP ALG in the router in front of this machine translates addresses inside the messages; (2) the PBX is in this machine's own network, and is reached by its public address. This concerns this machine's network, not the platform's.",
      fix: "If calls from here have trouble, switch SIP ALG (also called SIP helper or SIP inspection) off in the router, or use another port than 5060. The platform is not behind this router.",
    };
  }
  return {
    severity: "info",
    title: "The PBX sees a private address in place of this machine's",
    evidence,
    confidence: "medium",
    cause:
      "One of these: (1) the router or container network in front of the PBX puts its own address in place of every sender's; (2) a SIP ALG in a router on this side. With (1) the PBX cannot tell callers apart by address, and a ban meets all of them.",
    fix: "Have the forwarding to the PBX keep the sender's address (no masquerading inwards; in Docker the host's network).",
  };
}
