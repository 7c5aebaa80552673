import { present } from "../../base/present.js";
import { capital } from "../../base/words.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { classifyAddress, type DatesVerdict } from "../../sip/index.js";
import type { Evidence, TlsEvidence } from "../evidence.js";
import type { Conclusion, Rule } from "./rule.js";
import { list } from "./words.js";

const SOON_DAYS = 14;
/** Letters, digits, hyphens and dots. */
const HOST = /^[a-z\d.-]{1,253}$/i;

type Verdict = NonNullable<TlsEvidence["verdict"]>;

interface Judged {
  readonly tls: TlsEvidence;
  readonly verdict: Verdict;
  readonly leaf: TlsEvidence["chain"][number];
}

/** The certificate of the first configured endpoint that came as far as a handshake. */
function judged({ endpoints }: Evidence): Judged | undefined {
  const tls = endpoints.find((endpoint) => endpoint.tls)?.tls;
  const leaf = tls?.chain[0];
  return tls?.verdict && leaf ? { tls, verdict: tls.verdict, leaf } : undefined;
}

function datesFound(
  verdict: Verdict,
  state: DatesVerdict["state"],
  words: (days: number) => string,
): Conclusion | undefined {
  return verdict.dates.state === state
    ? { evidence: words(verdict.dates.days), confidence: "high" }
    : undefined;
}

function names({ leaf }: Judged): string {
  const all = [
    ...leaf.uriNames,
    ...leaf.dnsNames,
    ...leaf.ipNames,
    ...(leaf.hasAltNames ? [] : leaf.commonNames),
  ];
  return all.length === 0 ? "no name at all" : list(all.slice(0, 6));
}

/** Top-level names that no public DNS leads to (RFC 2606, RFC 6762, and those that routers and makers invent). */
const NO_HOST =
  /(?:^|\.)(?:invalid|example|test|localhost|local|localdomain|lan|home|internal|intern|corp)$/i;

/** What to do where a certificate is for another name: using one of its names helps only if it is a host's. */
function nameFix({ tls: { domain }, leaf }: Judged): string | undefined {
  const named = [...leaf.dnsNames, ...(leaf.hasAltNames ? [] : leaf.commonNames)].map((name) =>
    name.unwrap(),
  );
  const isPublic = (name: string) => name.includes(".") && !NO_HOST.test(name);
  const hosts = named.filter((name) => !name.includes("*") && HOST.test(name) && isPublic(name));
  const uris = leaf.uriNames.some((uri) => uri.unwrap().startsWith("sip:"));
  const addresses = leaf.ipNames.some((ip) => classifyAddress(ip.unwrap()) === "public");
  if (hosts.length > 0 || uris || addresses) return undefined;
  const anew = `get a certificate for ${domain}`;
  const covering = named.find(
    (name) => name.startsWith("*.") && isPublic(name) && name.split(".").length > 2,
  );
  return covering === undefined
    ? `${capital(anew)}, from a public CA: this one has no name under which the PBX could be reached.`
    : `Use the PBX's host name that ${untrustedToken(covering, 120)} covers as sipDomain or proxy, if it has one, or ${anew}.`;
}

/** How many intermediate certificates came along. A root at the end may be this machine's own, and what does not fit is not seen. */
function sentWith({ tls: { chain } }: Judged): string {
  const count = chain.slice(1).filter(({ selfSigned }) => !selfSigned).length;
  return count === 0
    ? "no intermediate certificate that belongs to it came along"
    : `${count === 1 ? "one intermediate certificate that belongs" : `${count} intermediate certificates that belong`} to it came along`;
}

/** Where OpenSSL's code has one meaning, and not that of a chain that is not whole. */
function chainWords({ tls, verdict, leaf }: Judged): Partial<Conclusion> {
  const { code = "", outdated } = verdict.chain;
  const old = outdated === undefined ? undefined : tls.chain[outdated];
  if (old !== undefined && (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID")) {
    const when = code === "CERT_HAS_EXPIRED" ? "expired" : "is not valid yet";
    return {
      title: `The certificate of an issuer in the chain ${code === "CERT_HAS_EXPIRED" ? "has expired" : when}`,
      evidence: `${old.subject}, an issuer of the PBX's certificate, ${when} (valid ${day(old.validFrom)} to ${day(old.validTo)}); the PBX's own is valid to ${day(leaf.validTo)}`,
      cause: "The PBX still sends an old intermediate certificate of its CA, or the CA's own has run out.",
      fix: "Load the CA's current intermediate certificate on the PBX (fullchain.pem of the last renewal), or get a new certificate, and reload its SIP service.",
    };
  }
  if (code === "INVALID_PURPOSE" && !leaf.forServers) {
    return {
      title: "The certificate is not made for a server",
      cause:
        "Its extended key usage leaves out server authentication: it is a client's certificate, or one for another use.",
      fix: "Install a certificate for TLS servers (extended key usage serverAuth), as public CAs issue them.",
    };
  }
  if (code === "INVALID_CA" || code === "INVALID_PURPOSE") {
    return {
      cause:
        "One of these: (1) what signed the certificate is itself no certificate authority (a certificate without CA:TRUE); (2) it is one that may not issue certificates for servers.",
      fix: "Have the certificate issued by a CA, best a public one, and load its full chain on the PBX.",
    };
  }
  if (/TOO_WEAK|TOO_SMALL/.test(code)) {
    return {
      cause:
        "The certificate, or that of an issuer, is of an old kind, with a key or a hash that is no longer accepted.",
      fix: "Issue a new certificate, with RSA of 2048 bits or more (or ECDSA) and SHA-256.",
    };
  }
  return {};
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export const CERTIFICATE_RULES = [
  {
    id: "certificate-expired",
    topic: "tls",
    severity: "critical",
    title: "The certificate has expired",
    seen: "The certificate's end date is in the past.",
    cause:
      "It was not renewed, or the renewed one is not loaded; a wrong clock on this machine looks the same.",
    fix: "Renew the certificate on the PBX and reload its SIP service.",
    find: (evidence) => {
      const found = judged(evidence);
      return (
        found &&
        datesFound(
          found.verdict,
          "expired",
          (days) =>
            `the certificate of ${found.tls.domain} expired ${days === 0 ? "today" : `${days} days ago`} (${day(found.leaf.validTo)})`,
        )
      );
    },
  },
  {
    id: "certificate-not-yet-valid",
    topic: "tls",
    severity: "critical",
    title: "The certificate is not valid yet",
    seen: "The certificate's first day is in the future.",
    cause: "The clock was wrong where it was made, or the clock of this machine is.",
    fix: "Check the clocks (NTP) and issue a new certificate if its dates are wrong.",
    find: (evidence) => {
      const found = judged(evidence);
      return (
        found &&
        datesFound(
          found.verdict,
          "not yet valid",
          () => `the certificate of ${found.tls.domain} is valid from ${day(found.leaf.validFrom)} on`,
        )
      );
    },
  },
  {
    id: "certificate-name",
    topic: "tls",
    severity: "warning",
    title: "The certificate is for another name",
    seen: "Neither by the rules of SIP (RFC 5922) nor by those of the web does it name the host that was dialled.",
    cause:
      "The PBX has a certificate for another host, or the settings use an address or alias that is not in it. Stock OpenSIPS, the platform's registrant, does not compare names; whether the platform does is not known. In any case an attacker could be in between.",
    fix: "Use the name in the certificate as sipDomain or proxy, or get a certificate for this name.",
    find: (evidence) => {
      const found = judged(evidence);
      if (found === undefined) return undefined;
      const { identity, web } = found.verdict;
      if (identity.ok || web.ok || identity.wildcard) return undefined;
      return {
        evidence: `asked for ${found.tls.domain}; the certificate names ${names(found)}`,
        confidence: "high",
        ...present({ fix: nameFix(found) }),
      };
    },
  },
  {
    id: "certificate-self-signed",
    topic: "tls",
    severity: "critical",
    title: "The certificate is self-signed",
    seen: "Issuer and subject are the same, and no one else vouches for it.",
    cause: "The PBX still has the certificate that was made during installation.",
    fix: "Install a certificate of a public CA (Let's Encrypt will do), or use tcp or udp if the PBX's network allows that.",
    explains: ["certificate-chain"],
    find: (evidence) => {
      const found = judged(evidence);
      return found?.verdict.selfSigned && !found.verdict.chain.ok
        ? {
            evidence: `subject and issuer are ${found.leaf.subject.isEmpty ? "empty" : found.leaf.subject}`,
            confidence: "high",
          }
        : undefined;
    },
  },
  {
    id: "certificate-chain",
    topic: "tls",
    severity: "critical",
    title: "The certificate's chain is not trusted",
    seen: "The chain does not lead to a root that is trusted here.",
    cause:
      "One of these: (1) the PBX sends its certificate without the intermediate one, or with one that does not belong to it; (2) a private CA signed it.",
    fix: "Load the full chain on the PBX (fullchain.pem, certificate first, then the intermediate); with a private CA use a certificate of a public one.",
    find: (evidence) => {
      const found = judged(evidence);
      if (found === undefined || found.verdict.chain.ok) return undefined;
      const { code, text } = found.verdict.chain;
      // The leaf's own dates have a separate finding.
      if (!found.verdict.dates.ok && (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID"))
        return undefined;
      return {
        evidence: `${text}; the certificate is issued by ${found.leaf.issuer}, and ${sentWith(found)}`,
        confidence: "high",
        ...chainWords(found),
      };
    },
  },
  {
    id: "certificate-none",
    topic: "tls",
    severity: "critical",
    title: "The PBX shows no certificate",
    seen: "The handshake succeeds without a certificate.",
    cause: "An anonymous cipher suite is configured, so no client can verify who answers.",
    fix: "Configure a certificate for the PBX's TLS transport.",
    find: ({ endpoints }) => {
      const tls = endpoints.find((endpoint) => endpoint.tls)?.tls;
      return tls && tls.chain.length === 0
        ? { evidence: `${tls.protocol}, ${tls.cipher}`, confidence: "high" }
        : undefined;
    },
  },
  {
    id: "certificate-expires-soon",
    topic: "tls",
    severity: "warning",
    title: "The certificate expires soon",
    seen: `It ends within ${SOON_DAYS} days.`,
    cause: "Its renewal is due.",
    fix: "Renew it and have the PBX load the new one.",
    find: (evidence) => {
      const found = judged(evidence);
      if (!found?.verdict.dates.ok || found.verdict.dates.days >= SOON_DAYS) return undefined;
      return { evidence: `valid for ${found.verdict.dates.days} more days`, confidence: "high" };
    },
  },
  {
    id: "certificate-web-only",
    topic: "tls",
    severity: "info",
    title: "The certificate fits by the web's rules only",
    seen: "A wildcard such as *.example.com, or a name that SIP leaves aside (RFC 5922, 7.1 and 7.2), covers the host.",
    cause: "Wildcard certificates are common with hosted PBXs.",
    fix: "Nothing as long as it works; a strict SIP client refuses it, and then the certificate needs the name itself.",
    find: (evidence) => {
      const found = judged(evidence);
      return found && !found.verdict.identity.ok && (found.verdict.web.ok || found.verdict.identity.wildcard)
        ? {
            evidence: `asked for ${found.tls.domain}; the certificate names ${names(found)}`,
            confidence: "high",
          }
        : undefined;
    },
  },
  {
    id: "certificate-sip-only",
    topic: "tls",
    severity: "info",
    title: "The certificate fits by SIP's rules only",
    seen: "A SIP URI in it names the domain; a client that checks as web browsers do refuses it.",
    cause: "It was made for SIP (RFC 5922).",
    fix: "Nothing as long as it works; otherwise add the host as a DNS name to the certificate.",
    find: (evidence) => {
      const found = judged(evidence);
      return found?.verdict.identity.ok && !found.verdict.web.ok
        ? { evidence: `the certificate names ${names(found)}`, confidence: "high" }
        : undefined;
    },
  },
] as const satisfies readonly Rule[];
