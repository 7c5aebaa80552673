import type { EventKind } from "./event.js";
import type { Meaning } from "./refusals.js";

/** What a client's own log tells: it knows the answer's code, and not the PBX's reason. */

export const CLIENT_REFUSALS = {
  "client-refused": {
    says: "the client's registration is refused (401 or 407)",
    finding: "credentials-refused",
    confidence: "medium",
    cause:
      "One of these: (1) wrong password; (2) the digest user (authUsername) is missing or wrong; (3) unknown user; (4) the client has no credentials for the realm that the PBX names.",
    hint: { fields: ["password", "authUsername"] },
  },
  "client-forbidden": {
    says: "the client's registration is forbidden (403)",
    finding: "forbidden-after-credentials",
    confidence: "medium",
    cause:
      "One of these: (1) wrong password or unknown user, which some PBXs answer so; (2) the account is disabled, may not register from this address, or has all its places taken; (3) a policy of the PBX.",
  },
  "client-unknown": {
    says: "the PBX does not know the client's user (404)",
    finding: "unknown-after-credentials",
    confidence: "medium",
    cause: "The user or the domain is unknown to the PBX.",
    hint: { fields: ["username", "sipDomain"] },
  },
  "client-rejected": {
    says: "the client's registration is rejected",
    finding: "register-refused",
    confidence: "medium",
  },
  "client-unavailable": {
    says: "the PBX cannot serve the client's registration (5xx)",
    finding: "service-unavailable",
    confidence: "medium",
  },
  "client-no-digest": {
    says: "the client cannot answer the challenge",
    finding: "challenge-unusable",
    confidence: "medium",
    cause:
      "One of these: (1) the PBX asks for an algorithm that the client does not have; (2) the client has no credentials for the realm of the challenge.",
    fix: "Have the PBX offer MD5 as well, and give the client the realm of the challenge, or * for any.",
  },
} as const satisfies Partial<Record<EventKind, Meaning>>;

export const CLIENT_FAILURES = {
  "client-silent": {
    says: "the client's registration gets no answer",
    finding: "port-silent",
    confidence: "medium",
  },
  "client-drops-answers": {
    says: "the client throws away what it receives",
    finding: "answer-lost",
    confidence: "medium",
    cause:
      "The client gets the answers and does not take them, since it is not set up for the transport that they come over.",
    fix: "Set the client's transport protocol to the one that it sends over (or let it use udp, tcp and tls), and restart it.",
  },
  "client-no-registrar": {
    says: "got a REGISTER and has no registrar that would take it",
    finding: "not-a-registrar",
    confidence: "medium",
    cause: "The program that wrote this is a client or gateway: nobody can register with it.",
    fix: "Turn it round: have this program register on the PBX, or set the PBX's side up as a trunk without registration.",
  },
  "client-port-refused": {
    says: "the client's connection is refused",
    finding: "port-refused",
    confidence: "medium",
  },
  "client-no-route": {
    says: "the client has no way to the PBX's address",
    finding: "host-unreachable",
    confidence: "medium",
  },
  "client-no-name": {
    says: "the client does not find the PBX's name in DNS",
    finding: "name-not-found",
    confidence: "medium",
    cause:
      "The name of the registrar cannot be looked up: misspelt, not in the DNS that the client asks, or that DNS cannot be reached.",
  },
} as const satisfies Partial<Record<EventKind, Meaning>>;

/** The client's event for a final status of a REGISTER; `undefined` where it is no failure. */
export function clientEvent(status: number): EventKind | undefined {
  if (status < 300) return undefined;
  if (status === 401 || status === 407) return "client-refused";
  if (status === 403) return "client-forbidden";
  if ([404, 410, 604].includes(status)) return "client-unknown";
  if (status === 408) return "client-silent";
  return status >= 500 && status < 600 ? "client-unavailable" : "client-rejected";
}
