import type { CertificateDescription } from "../../sip/index.js";
import { cleanText } from "../../text.js";
import type { TlsEvidence } from "../evidence.js";

/** Every text of a certificate is the peer's. */
export function cleanCertificate(certificate: CertificateDescription): CertificateDescription {
  const clean = (names: readonly string[]) => names.slice(0, 20).map((name) => cleanText(name, 120));
  return {
    ...certificate,
    subject: cleanText(certificate.subject, 160),
    issuer: cleanText(certificate.issuer, 160),
    commonNames: clean(certificate.commonNames),
    dnsNames: clean(certificate.dnsNames),
    uriNames: clean(certificate.uriNames),
    ipNames: clean(certificate.ipNames),
  };
}

/**
 * Whether credentials may be sent over this: the certificate names the domain (by the rules of SIP or by those
 * of the web), is valid now, and its chain is trusted.
 */
export function certificateHolds({ verdict }: TlsEvidence): boolean {
  if (verdict === undefined) return false;
  const { dates, chain, identity, web } = verdict;
  return dates.ok && chain.ok && (identity.ok || web.ok);
}
