import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, PeerCertificate } from "node:tls";

/** What a certificate says of itself. All text is the peer's: outside text. */
export interface CertificateDescription {
  /** Distinguished name, `CN=pbx.example.com, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonNames: readonly string[];
  /** Whether there is a subjectAltName at all; then the common name does not count. */
  readonly hasAltNames: boolean;
  readonly dnsNames: readonly string[];
  readonly uriNames: readonly string[];
  readonly ipNames: readonly string[];
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Subject and issuer are one and the signature is its own. */
  readonly selfSigned: boolean;
  /** Its extended key usage, where it has one, holds that of a TLS server. */
  readonly forServers: boolean;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
}

/** How many issuers are followed. */
const MAX_CHAIN = 10;

/** The chain that a peer sent, its own certificate first, from `socket.getPeerCertificate(true)`; empty when it sent none. */
export function describeChain(peer: DetailedPeerCertificate | PeerCertificate): CertificateDescription[] {
  const chain: CertificateDescription[] = [];
  const seen = new Set<string>();
  let next: DetailedPeerCertificate | PeerCertificate | undefined = peer;
  while (next?.raw !== undefined && chain.length < MAX_CHAIN) {
    const described: CertificateDescription = describeCertificate(new X509Certificate(next.raw));
    if (seen.has(described.fingerprint)) break;
    seen.add(described.fingerprint);
    chain.push(described);
    next = "issuerCertificate" in next ? next.issuerCertificate : undefined;
  }
  return chain;
}

export function describeCertificate(certificate: X509Certificate): CertificateDescription {
  const names = parseAltNames(certificate.subjectAltName);
  const of = (type: string) => names.filter((name) => name.type === type).map(({ value }) => value);
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    commonNames: commonNames(certificate.subject),
    hasAltNames: certificate.subjectAltName !== undefined,
    dnsNames: of("DNS"),
    uriNames: of("URI"),
    ipNames: of("IP Address"),
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    selfSigned: isSelfSigned(certificate),
    forServers: isForServers(certificate.keyUsage),
    fingerprint: certificate.fingerprint256,
  };
}

/** serverAuth and anyExtendedKeyUsage (RFC 5280 4.2.1.12). */
const SERVER_USES: readonly string[] = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"];

/** Node's types say that there always is a list; without the extension there is none. */
function isForServers(uses: readonly string[] | undefined): boolean {
  return uses === undefined || uses.some((use) => SERVER_USES.includes(use));
}

/** `X509Certificate` writes one attribute a line. */
function oneLine(name: string | undefined): string {
  return (name ?? "").split("\n").filter(Boolean).join(", ");
}

function commonNames(subject: string | undefined): string[] {
  return (subject ?? "")
    .split("\n")
    .filter((line) => line.startsWith("CN="))
    .map((line) => line.slice(3).replace(/\\(.)/g, "$1"));
}

function isSelfSigned(certificate: X509Certificate): boolean {
  try {
    // Not checkIssued: it says no to a certificate whose keyUsage is without keyCertSign, as most that sign themselves.
    return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
  } catch {
    // A key of a kind that this build of OpenSSL does not know.
    return false;
  }
}

/**
 * Takes apart a subjectAltName as Node prints it: `DNS:a, URI:sip:a, DNS:"odd, name"`. A value with awkward
 * characters comes as a JSON string, so a name cannot pass itself off as two.
 */
export function parseAltNames(text: string | undefined): { type: string; value: string }[] {
  const names: { type: string; value: string }[] = [];
  const pattern = /([A-Za-z][A-Za-z ]*):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy;
  for (const [, type = "", value = ""] of (text ?? "").matchAll(pattern)) {
    names.push({ type, value: value.startsWith('"') ? unquote(value) : value });
  }
  return names;
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
