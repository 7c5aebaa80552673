import type { HandshakeSeen } from "../evidence.js";
import type { Rule } from "./rule.js";
import { list } from "./words.js";
import { certificateWords } from "./words-tls.js";

/** What OpenSIPS checks, as far as is known: all but the name. */
function trusted({ verdict }: HandshakeSeen): boolean {
  return verdict?.chain.ok === true && verdict.dates.ok;
}

function holds(seen: HandshakeSeen): boolean {
  return trusted(seen) && (seen.verdict?.identity.ok === true || seen.verdict?.web.ok === true);
}

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
      const unnamed = endpoints.find(({ tls }) => tls?.withoutName)?.tls?.withoutName;
      if (unnamed === undefined) return undefined;
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
      if (holds(handshake)) return undefined;
      const evidence = `without a name: ${owner(handshake)}; ${certificateWords(handshake)}`;
      // Names are not what it was seen to check.
      return trusted(handshake)
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
] as const satisfies readonly Rule[];
