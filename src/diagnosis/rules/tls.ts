import type { EndpointEvidence, Evidence, TlsFailure } from "../evidence.js";
import type { Rule } from "./rule.js";
import { endpointLine } from "./words.js";
import { certificateWords } from "./words-tls.js";

/** OpenSSL's ways to say that the two sides have no TLS version in common. */
const VERSION_CODES = /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW|INTERNAL_ERROR_ALERT/;
/** Alerts about a certificate of ours: of one that is missing, or of the wrong kind. */
const OURS = /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|NO_CERTIFICATE|UNSUPPORTED_CERTIFICATE)/;
const CLIENT_CERTIFICATE = /certificate.?required|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE_CLIENT/i;

function failed({ endpoints }: Evidence): { endpoint: EndpointEvidence; failure: TlsFailure } | undefined {
  for (const endpoint of endpoints)
    if (endpoint.reach.kind === "tls-failed") return { endpoint, failure: endpoint.reach };
  return undefined;
}

export const TLS_RULES = [
  {
    id: "tls-version-old",
    topic: "tls",
    severity: "critical",
    title: "The PBX offers only an outdated version of TLS",
    seen: "The handshake fails with TLS 1.2 and newer, and succeeds when TLS 1.0 or 1.1 is allowed.",
    cause:
      "The PBX's TLS library or its settings are too old; clients of today refuse such versions (RFC 8996).",
    fix: "Enable TLS 1.2 or newer on the PBX (often a setting such as method=tlsv1_2), or update it; until then use tcp or udp.",
    explains: ["tls-handshake-failed", "tls-no-handshake", "other-endpoint-answers"],
    find: (evidence) => {
      const { endpoint, failure } = failed(evidence) ?? {};
      if (endpoint === undefined || failure === undefined) return undefined;
      if (failure.legacyVersion === undefined && !VERSION_CODES.test(failure.code.unwrap())) return undefined;
      const version = failure.legacyVersion?.replace("TLSv1", "TLS 1").replace(/^TLS 1$/, "TLS 1.0");
      return {
        evidence: `${endpointLine(endpoint)}${version === undefined ? "" : `; it takes ${version}`}`,
        confidence: version === undefined ? "medium" : "high",
      };
    },
  },
  {
    id: "tls-client-certificate",
    topic: "tls",
    severity: "critical",
    title: "The PBX asks for a client certificate",
    seen: "The handshake ends with the alert that a certificate is required.",
    cause:
      "Mutual TLS is switched on, as for devices that the maker provisions; the platform has no such certificate.",
    fix: "Switch the demand for a client certificate off for this account or port, or use a port without it.",
    explains: ["tls-handshake-failed", "closed-without-answer", "other-endpoint-answers", "register-silent"],
    find: (evidence) => {
      const { endpoints, registrar } = evidence;
      const texts = [
        ...endpoints.map(({ reach }) =>
          reach.kind === "tls-failed" ? `${reach.code} ${reach.message}` : "",
        ),
        ...endpoints.map(({ options }) => options?.problem ?? ""),
        ...(registrar?.exchanges ?? []).map(({ problem }) => problem ?? ""),
      ];
      const said = texts.find((text) => CLIENT_CERTIFICATE.test(text) || OURS.test(text));
      if (said === undefined) return undefined;
      return {
        evidence: `the connection ends with ${said.trim()}`,
        confidence: OURS.test(said) ? "medium" : "high",
      };
    },
  },
  {
    id: "tls-no-handshake",
    topic: "tls",
    severity: "critical",
    title: "The port accepts connections but no TLS handshake",
    seen: "TCP connects, and no handshake comes about in the time that it is given from here, at two tries.",
    cause:
      "One of these: (1) the port speaks plain SIP or another protocol; (2) a firewall inspects and holds TLS; (3) large packets are lost on the way (MTU), and certificates are large; (4) the PBX needs longer.",
    fix: "Use the PBX's TLS port (usually 5061), or a plain transport with this port; if it is the right one, look at the way there (MTU, firewall) and at the PBX's load.",
    find: (evidence) => {
      const { endpoint, failure } = failed(evidence) ?? {};
      return endpoint && failure?.code.unwrap() === "TIMEOUT"
        ? { evidence: `${endpointLine(endpoint)}, seen from here`, confidence: "medium" }
        : undefined;
    },
  },
  {
    id: "tls-handshake-failed",
    topic: "tls",
    severity: "critical",
    title: "The TLS handshake fails",
    seen: "The handshake ends with an error of the TLS library.",
    cause:
      "One of these: (1) no version or cipher in common; (2) a broken certificate on the PBX; (3) the PBX asks for a client certificate (mutual TLS): on TLS 1.2 that ends in the same alert; (4) no TLS on this port.",
    fix: "Check the PBX's TLS settings (certificate and key loaded, TLS 1.2 or newer, no demand for a client certificate) and that the port is its TLS port.",
    find: (evidence) => {
      const { endpoint, failure } = failed(evidence) ?? {};
      if (endpoint === undefined || failure === undefined || failure.code.unwrap() === "TIMEOUT")
        return undefined;
      const { withoutName: unnamed } = failure;
      const words = `${endpointLine(endpoint)}: ${failure.message}`;
      return unnamed === undefined
        ? { evidence: words, confidence: "medium" }
        : {
            title:
              "The TLS handshake fails with the server name, and without it the certificate does not hold",
            evidence: `${words}; without a name (SNI): ${certificateWords(unnamed)}`,
            confidence: "medium",
            cause:
              "The PBX, or a proxy in front of it, refuses this server name; who sends none, as OpenSIPS does, is shown a certificate that OpenSIPS refuses.",
            fix: "Install a certificate of a public CA for this name, by default and by SNI, or use tcp or udp.",
          };
    },
  },
] as const satisfies readonly Rule[];
