import { present } from "../../base/present.js";
import { settingText, type Untrusted, untrustedToken } from "../../redaction/untrusted.js";
import {
  type CertificateDescription,
  type CertificateVerdict,
  judgeCertificate,
  type TlsFacts,
} from "../../sip/index.js";
import type { CertificateSeen, HandshakeSeen, VerdictSeen } from "../evidence.js";
import { MAX_NAME } from "../target.js";

const MAX_NAMES = 20;

/** Every text of a certificate is the peer's. */
export function certificateSeen(certificate: CertificateDescription): CertificateSeen {
  return {
    ...certificate,
    subject: untrustedToken(certificate.subject, 160),
    issuer: untrustedToken(certificate.issuer, 160),
    commonNames: seen(certificate.commonNames),
    dnsNames: seen(certificate.dnsNames),
    uriNames: seen(certificate.uriNames),
    ipNames: seen(certificate.ipNames),
  };
}

/** The names were compared as they came; what is kept of them is for the report. */
export function verdictSeen({ identity, ...verdict }: CertificateVerdict): VerdictSeen {
  return { ...verdict, identity: { ...identity, names: seen(identity.names) } };
}

function seen(names: readonly string[]): Untrusted[] {
  return names.slice(0, MAX_NAMES).map((name) => untrustedToken(name, 120));
}

/** What a handshake showed, its certificate judged for the domain. */
export function handshakeSeen(facts: TlsFacts, domain: string): HandshakeSeen {
  const [leaf, ...issuers] = facts.chain;
  const verdict =
    leaf &&
    judgeCertificate({
      chain: [leaf, ...issuers],
      domain,
      ...present({ authorizationError: facts.authorizationError }),
    });
  return {
    protocol: facts.protocol,
    cipher: facts.cipher,
    domain: settingText(domain, MAX_NAME),
    chain: facts.chain.map(certificateSeen),
    ...(verdict ? { verdict: verdictSeen(verdict) } : {}),
  };
}
