import type { HandshakeSeen } from "../evidence.js";
import { certificateHolds, isTrusted } from "../handshakes.js";
import type { Rule } from "./rule.js";
import { list } from "./words.js";
import { certificateWords } from "./words-tls.js";

/** Whose certificate it is: `CN=default.invalid (default.invalid)`. */
function owner({ chain: [leaf] }: HandshakeSeen): string {
  if (leaf === undefined) return "none";
  const names = leaf.dnsNames.length > 0 ? ` (${list(leaf.dnsNames.slice(0, 4))})` : "";
  return `${leaf.subject}${names}`;
}

const FIX =
  "Have the PBX, or the proxy in front of it, use this certificate by default, also for clients that send no server name; or use tcp or udp.";

export const SNI_RULES = [
  {
    id: "certificate-needs-sni",
    topic: "tls",
    severity: "warning",
    title: "Without a server name (SNI) another certificate is shown, and it does not hold",
    seen: "The certificate holds where the handshake names the host. Without a name, as OpenSIPS does it, another one comes that does not, or no handshake comes about.",
    cause:
      "Several names share this address, and the certificate is chosen by SNI. OpenSIPS, the platform's registrant (its version is not known), was measured to send no name, and to refuse a certificate that is self-signed or expired.",
    fix: FIX,
    find: ({ endpoints }) => {
      const named = endpoints.find(({ tls }) => tls?.withoutName)?.tls;
      const unnamed = named?.withoutName;
      // With a certificate that does not hold either way, its own findings tell all.
      if (unnamed === undefined || named === undefined || !isTrusted(named)) return undefined;
      const { handshake, problem = "", late } = unnamed;
      if (handshake === undefined) {
        return {
          title: "The PBX wants a server name (SNI)",
          evidence: `the handshake succeeds with the name; without it: ${problem}`,
          confidence: late ? "medium" : "high",
          cause:
            "The port refuses a handshake without SNI. OpenSIPS, the platform's registrant (its version is not known), was measured to send none.",
        };
      }
      if (certificateHolds(handshake)) return undefined;
      const evidence = `without a name: ${owner(handshake)}; ${certificateWords(handshake)}`;
      // Names are not what it was seen to check.
      return isTrusted(handshake)
        ? {
            severity: "info",
            title: "Without a server name (SNI) a certificate for another name is shown",
            evidence,
            confidence: "high",
            cause:
              "Several names share this address. OpenSIPS, the platform's registrant (its version is not known), was measured to send no name and to check none.",
          }
        : { evidence, confidence: "high" };
    },
  },
  {
    id: "only-without-sni",
    topic: "tls",
    severity: "warning",
    title: "TLS holds without a server name (SNI), and not with it",
    seen: "With the host's name in the handshake there is none, or a certificate that does not hold; without it, as OpenSIPS does it, a certificate comes that does.",
    cause:
      "The PBX, or a proxy in front of it, has no or a bad entry for this name, and a good one by default. OpenSIPS, the platform's registrant (its version is not known), was measured to send no name, and so gets through; phones and most other clients send one.",
    fix: "Correct the entry for this name in the TLS settings of the PBX or of the proxy in front of it (certificate and key by SNI), or remove it so the default is used. Everything else was tested over the connection without a name; the platform's state shows whether it gets through.",
    explains: [
      "tls-handshake-failed",
      "tls-no-handshake",
      "tls-version-old",
      "certificate-expired",
      "certificate-not-yet-valid",
      "certificate-self-signed",
      "certificate-chain",
      "certificate-name",
      "certificate-none",
      "other-endpoint-answers",
    ],
    find: ({ endpoints }) => {
      const unnamed = endpoints.find(({ tls }) => tls?.withName)?.tls;
      if (unnamed?.withName === undefined) return undefined;
      const { handshake, problem = "" } = unnamed.withName;
      const named = handshake ? `${owner(handshake)}; ${certificateWords(handshake)}` : problem;
      return {
        evidence: `with the name: ${named}; without it: ${owner(unnamed)}; ${certificateWords(unnamed)}`,
        confidence: "medium",
      };
    },
  },
] as const satisfies readonly Rule[];
