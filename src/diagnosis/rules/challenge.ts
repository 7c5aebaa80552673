import type { ChallengeOffer, Evidence } from "../evidence.js";
import { foreignRealm } from "./credentials-views.js";
import type { Rule } from "./rule.js";
import { list } from "./words.js";

function offers({ registrar }: Evidence): readonly ChallengeOffer[] {
  return registrar?.exchanges[0].challenge?.offers ?? [];
}

/** What a good challenge tells beside. */
export const CHALLENGE_RULES = [
  {
    id: "auth-int-only",
    topic: "registrar",
    severity: "info",
    title: "The registrar wants message integrity",
    seen: "The challenge offers only qop=auth-int.",
    cause: "An unusual setting of the PBX. OpenSIPS, the platform's registrant, answers it correctly.",
    fix: "Nothing.",
    find: (evidence) => {
      const all = offers(evidence);
      return all.length > 0 && all.every(({ qop }) => qop.length > 0 && !qop.includes("auth"))
        ? { evidence: `qop=${list([...new Set(all.flatMap(({ qop }) => qop))])}`, confidence: "medium" }
        : undefined;
    },
  },
  {
    id: "no-md5",
    topic: "registrar",
    severity: "info",
    title: "The registrar does not offer MD5",
    seen: "The challenge offers SHA-256 or SHA-512-256 only.",
    cause: "A registrar that follows RFC 8760. The platform's registrant can do so in its newer versions.",
    fix: "If the platform shows INTERNAL_ERROR or WRONG_CREDENTIALS although the password is right, allow MD5 as well.",
    find: (evidence) => {
      const all = offers(evidence);
      return all.length > 0 && !all.some(({ algorithm }) => algorithm.startsWith("MD5"))
        ? { evidence: list([...new Set(all.map(({ algorithm }) => algorithm))]), confidence: "high" }
        : undefined;
    },
  },
  {
    id: "digest-in-clear",
    topic: "registrar",
    severity: "info",
    title: "The login travels unencrypted",
    seen: "Digest over udp or tcp.",
    cause:
      "Anyone who can read the packets can try passwords against the digest offline; short ones fall quickly.",
    fix: "Use tls where the PBX offers it, or a long random password.",
    find: (evidence) => {
      const transport = evidence.registrar?.endpoint.transport;
      return offers(evidence).length > 0 && transport !== "tls" && transport !== undefined
        ? { evidence: `${offers(evidence)[0]?.algorithm} over ${transport}`, confidence: "high" }
        : undefined;
    },
  },
  {
    id: "realm-is-another-domain",
    topic: "registrar",
    severity: "info",
    title: "The realm names another domain than sipDomain",
    seen: "The challenge's realm looks like a domain and is not the one of the settings.",
    cause: "Often intended. If credentials are refused, sipDomain may have to be the realm.",
    fix: "Nothing as long as the credentials are accepted.",
    find: (evidence) => {
      // What was accepted needs no other domain.
      const realm = evidence.credentials?.outcome === "accepted" ? undefined : foreignRealm(evidence);
      return realm === undefined ? undefined : { evidence: `realm ${realm}`, confidence: "medium" };
    },
  },
] as const satisfies readonly Rule[];
