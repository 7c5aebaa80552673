import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { present } from "../../base/present.js";
import { canonicalIp } from "../message/address.js";
import { tolerant } from "../message/fields.js";
import { sameHost } from "../message/same-uri.js";
import { parseUri } from "../message/uri.js";
import type { CertificateDescription } from "./certificate.js";

/** Whether the certificate names the domain asked for. */
export interface IdentityVerdict {
  readonly ok: boolean;
  /** What decided: SIP URIs or DNS names of the subjectAltName, IP addresses, or the common name. */
  readonly decidedBy: "uri" | "dns" | "ip" | "cn" | "nothing";
  /** The names that were compared; outside text. */
  readonly names: readonly string[];
  /** The domain would match if wildcards counted, as web rules let them. */
  readonly wildcard: boolean;
}

export interface DatesVerdict {
  readonly ok: boolean;
  readonly state: "valid" | "expired" | "not yet valid";
  /** Whole days: until it expires, since it expired, until it becomes valid. */
  readonly days: number;
}

interface ChainVerdict {
  readonly ok: boolean;
  /** OpenSSL's code as Node gives it in `authorizationError`. */
  readonly code?: string;
  /** The code in words. */
  readonly text: string;
  /** The place in the chain of an issuer that has expired or is not valid yet. */
  readonly outdated?: number;
}

/** Each on its own: an expired certificate may be for another name too. */
export interface CertificateVerdict {
  /** By the rules of SIP (RFC 5922 7.1, 7.2). */
  readonly identity: IdentityVerdict;
  /** By the rules of the web, which many phones follow (RFC 6125 with wildcards, as Node checks it). */
  readonly web: { readonly ok: boolean };
  readonly dates: DatesVerdict;
  readonly chain: ChainVerdict;
  readonly selfSigned: boolean;
}

export interface CertificateQuestion {
  /** The peer's certificate, then those of its issuers as far as the peer sent them or they are known. */
  readonly chain: readonly [CertificateDescription, ...CertificateDescription[]];
  /** The domain of the URI that was asked for, not the SRV target (RFC 5922 4). */
  readonly domain: string;
  /** `socket.authorizationError` of a handshake with `rejectUnauthorized: false`; a code or Node's error. */
  readonly authorizationError?: string | Error | null;
  readonly now?: Date;
}

/** Judges a peer's certificate for a SIP domain. Pure: the chain itself was checked by OpenSSL. */
export function judgeCertificate(question: CertificateQuestion): CertificateVerdict {
  const { chain, domain, now = new Date() } = question;
  const [leaf] = chain;
  return {
    identity: matchSipIdentity(leaf, domain),
    web: { ok: matchWebIdentity(leaf, domain) },
    dates: judgeDates(leaf, now),
    chain: { ...judgeChain(question.authorizationError), ...present({ outdated: outdatedIn(chain, now) }) },
    selfSigned: leaf.selfSigned,
  };
}

/**
 * RFC 5922 7.1 and 7.2: SIP URIs of the subjectAltName decide (those with a user part do not count); without
 * them its DNS names; the common name only when there is no subjectAltName; exact match, no wildcards.
 * An IP literal is matched with IP addresses, of which the RFC says nothing.
 */
export function matchSipIdentity(certificate: CertificateDescription, domain: string): IdentityVerdict {
  const asked = domain.replace(/\.$/, "");
  const [decidedBy, names] = sipIdentities(certificate, canonicalIp(asked) !== undefined);
  const same = (name: string) => sameHost(name.replace(/\.$/, ""), asked);
  const ok = names.some(same);
  return { ok, decidedBy, names, wildcard: !ok && names.some((name) => wildcardFits(name, asked)) };
}

function sipIdentities(
  certificate: CertificateDescription,
  isIp: boolean,
): [IdentityVerdict["decidedBy"], readonly string[]] {
  const uris = certificate.uriNames.map(sipDomain).filter((name) => name !== undefined);
  if (uris.length > 0) return ["uri", uris];
  if (isIp && certificate.ipNames.length > 0) return ["ip", certificate.ipNames];
  if (certificate.dnsNames.length > 0) return ["dns", certificate.dnsNames];
  if (!certificate.hasAltNames && certificate.commonNames.length > 0) return ["cn", certificate.commonNames];
  return ["nothing", []];
}

/** The domain that a `URI:sip:` name vouches for; none for `sips:` and for a user's URI (RFC 5922 7.1). */
function sipDomain(uri: string): string | undefined {
  const parsed = tolerant(() => parseUri(uri));
  return parsed?.scheme === "sip" && parsed.user === undefined ? parsed.host : undefined;
}

/** `*.com` covers nothing: as on the web, two labels at least follow the star. */
function wildcardFits(name: string, domain: string): boolean {
  if (!name.startsWith("*.") || !name.slice(2).includes(".")) return false;
  const dot = domain.indexOf(".");
  return dot > 0 && domain.slice(dot + 1).toLowerCase() === name.slice(2).toLowerCase();
}

/** What Node's own check says, which ignores SIP URIs and takes wildcards. */
function matchWebIdentity(certificate: CertificateDescription, domain: string): boolean {
  const altNames = [
    ...certificate.dnsNames.map((name) => `DNS:${JSON.stringify(name)}`),
    ...certificate.ipNames.map((name) => `IP Address:${name}`),
  ];
  const peer = {
    subject: { CN: certificate.commonNames.at(-1) },
    ...(certificate.hasAltNames ? { subjectaltname: altNames.join(", ") } : {}),
  };
  const host = canonicalIp(domain) ?? domain.replace(/\.$/, "");
  return checkServerIdentity(host, peer as unknown as PeerCertificate) === undefined;
}

const DAY = 86_400_000;

/** Whether a certificate is valid now, and for how long. */
export function judgeDates(certificate: CertificateDescription, now: Date): DatesVerdict {
  const days = (from: number, to: number) => Math.floor((to - from) / DAY);
  const [start, end, at] = [certificate.validFrom.getTime(), certificate.validTo.getTime(), now.getTime()];
  if (at > end) return { ok: false, state: "expired", days: days(end, at) };
  if (at < start) return { ok: false, state: "not yet valid", days: days(at, start) };
  return { ok: true, state: "valid", days: days(at, end) };
}

function outdatedIn(chain: CertificateQuestion["chain"], now: Date): number | undefined {
  const [, ...issuers] = chain;
  const at = issuers.findIndex((certificate) => !judgeDates(certificate, now).ok);
  return at < 0 ? undefined : at + 1;
}

const CHAIN_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "a certificate of the chain has expired",
  CERT_NOT_YET_VALID: "a certificate of the chain is not valid yet",
  CERT_REVOKED: "the certificate has been revoked",
  CERT_REJECTED: "the certificate is rejected for this use",
  CERT_SIGNATURE_FAILURE: "a signature of the chain is wrong",
  CERT_CHAIN_TOO_LONG: "the chain is too long",
  CERT_UNTRUSTED: "the root certificate is not trusted",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the chain ends in a root certificate that is not trusted here (a private CA)",
  UNABLE_TO_GET_ISSUER_CERT: "the certificate of an issuer is missing",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the issuer is not known here: a private CA, or the server does not send its intermediate certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "no certificate that issued the server's is at hand: it sent none that does, or a private CA signed it",
  INVALID_CA: "an issuer in the chain is not a certificate authority",
  INVALID_PURPOSE: "the certificate, or one that issued it, is not made for that",
  PATH_LENGTH_EXCEEDED: "the chain is longer than its CA allows",
  CA_MD_TOO_WEAK: "an issuer's signature uses a hash that is too weak",
  EE_KEY_TOO_SMALL: "the certificate's key is too short",
  CA_KEY_TOO_SMALL: "an issuer's key is too short",
};

function judgeChain(error: CertificateQuestion["authorizationError"]): ChainVerdict {
  if (error === undefined || error === null || error === "")
    return { ok: true, text: "the chain is trusted" };
  const code = typeof error === "string" ? error : codeOf(error);
  // The name is judged apart, by SIP's rules; a chain with this code is sound.
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return { ok: true, text: "the chain is trusted" };
  return { ok: false, code, text: CHAIN_WORDS[code] ?? "the chain could not be verified" };
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
