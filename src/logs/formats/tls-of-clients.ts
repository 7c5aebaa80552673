import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** What Python, Node.js, Go, Java, .NET, Rust and browsers say of a certificate that they do not take. */

const WORDS: readonly (readonly [string, RegExp, EventKind])[] = [
  ["ostname mismatch", /^ostname mismatch, certificate is not valid for/, "tls-wrong-name"],
  ["does not match certificate", /^does not match certificate's altnames/, "tls-wrong-name"],
  ["x509: ", /^x509: certificate is (?:valid for .{1,200}, not |not valid for any names)/, "tls-wrong-name"],
  [
    "x509: ",
    /^x509: cannot validate certificate for \S{1,80} because it doesn't contain any IP SANs/,
    "tls-wrong-name",
  ],
  ["x509: ", /^x509: certificate has expired or is not yet valid/, "tls-distrusted-expired"],
  ["x509: ", /^x509: certificate signed by unknown authority/, "tls-self-signed"],
  [
    "certificate verify failed: ",
    /^certificate verify failed: certificate has expired/,
    "tls-distrusted-expired",
  ],
  [
    "certificate verify failed: ",
    /^certificate verify failed: (?:self[- ]signed|unable to get)/,
    "tls-self-signed",
  ],
  // Dart, Flutter (BoringSSL).
  [
    "CERTIFICATE_VERIFY_FAILED: ",
    /^CERTIFICATE_VERIFY_FAILED: certificate has expired/,
    "tls-distrusted-expired",
  ],
  ["CERTIFICATE_VERIFY_FAILED: ", /^CERTIFICATE_VERIFY_FAILED: [Hh]ostname mismatch/, "tls-wrong-name"],
  [
    "CERTIFICATE_VERIFY_FAILED: ",
    /^CERTIFICATE_VERIFY_FAILED: (?:self[- ]signed|unable to get|application verification failure)/,
    "tls-self-signed",
  ],
  [
    "HandshakeException: ",
    /^HandshakeException: (?:Handshake error in client|Connection terminated)/,
    "tls-failed",
  ],
  // Python's names of OpenSSL's reasons.
  ["[SSL: ", /^\[SSL: (?:WRONG_VERSION_NUMBER|HTTP_REQUEST|UNKNOWN_PROTOCOL)\]/, "client-not-tls"],
  [
    "[SSL: ",
    /^\[SSL: (?:UNSUPPORTED_PROTOCOL|TLSV1_ALERT_PROTOCOL_VERSION|NO_SHARED_CIPHER|NO_PROTOCOLS_AVAILABLE|VERSION_TOO_LOW|DH_KEY_TOO_SMALL)\]/,
    "tls-no-common-terms",
  ],
  ["[SSL: ", /^\[SSL: (?:SSLV3|TLSV1|TLSV13)_ALERT_CERTIFICATE_REQUIRED\]/, "tls-client-certificate"],
  ["[SSL: ", /^\[SSL: (?:SSLV3|TLSV1|TLSV13)_ALERT_[A-Z_]{3,40}\]/, "tls-failed"],
  ["Error: ", /^Error: certificate has expired/, "tls-distrusted-expired"],
  [
    "Error: ",
    /^Error: (?:self[- ]signed certificate|unable to (?:verify the first|get local issuer) certificate)/,
    "tls-self-signed",
  ],
  // curl, GnuTLS.
  [
    "SSL certificate problem: ",
    /^SSL certificate problem: certificate has expired/,
    "tls-distrusted-expired",
  ],
  [
    "SSL certificate problem: ",
    /^SSL certificate problem: (?:self[- ]signed|unable to (?:get|verify))/,
    "tls-self-signed",
  ],
  [
    "no alternative certificate subject name",
    /^no alternative certificate subject name matches target/,
    "tls-wrong-name",
  ],
  ["certificate is NOT trusted", /^certificate is NOT trusted\. .{0,80}expired/, "tls-distrusted-expired"],
  ["certificate is NOT trusted", /^certificate is NOT trusted/, "tls-self-signed"],
  ["name in the certificate ", /^name in the certificate does not match the expected/, "tls-wrong-name"],
  // Android, Java.
  [
    "Trust anchor for certification path",
    /^Trust anchor for certification path not found/,
    "tls-self-signed",
  ],
  ["unable to find valid certification path", /^unable to find valid certification path/, "tls-self-signed"],
  ["CertificateExpiredException", /^CertificateExpiredException/, "tls-distrusted-expired"],
  [
    "No subject alternative ",
    /^No subject alternative (?:DNS )?names? (?:matching|present)/,
    "tls-wrong-name",
  ],
  ["No name matching ", /^No name matching \S{1,253} found/, "tls-wrong-name"],
  // .NET.
  [
    "remote certificate ",
    /^remote certificate (?:is|was) (?:invalid|rejected).{0,120}?RemoteCertificateNameMismatch/,
    "tls-wrong-name",
  ],
  [
    "remote certificate ",
    /^remote certificate (?:is|was) (?:invalid|rejected).{0,120}?\b(?:NotTimeValid|expired)/,
    "tls-distrusted-expired",
  ],
  [
    "remote certificate ",
    /^remote certificate (?:is|was) (?:invalid|rejected).{0,120}?(?:UntrustedRoot|PartialChain|RemoteCertificateChainErrors)/,
    "tls-self-signed",
  ],
  // Rust (rustls).
  ["invalid peer certificate: ", /^invalid peer certificate: UnknownIssuer/, "tls-self-signed"],
  [
    "invalid peer certificate: ",
    /^invalid peer certificate: (?:certificate )?[Ee]xpired/,
    "tls-distrusted-expired",
  ],
  [
    "invalid peer certificate: ",
    /^invalid peer certificate: (?:NotValidForName|certificate not valid for name)/,
    "tls-wrong-name",
  ],
  // A browser at a PBX's WebSocket.
  ...(
    [
      ["CERT_AUTHORITY_INVALID", "tls-self-signed"],
      ["CERT_COMMON_NAME_INVALID", "tls-wrong-name"],
      ["CERT_DATE_INVALID", "tls-distrusted-expired"],
      ["SSL_PROTOCOL_ERROR", "tls-failed"],
      ["CONNECTION_REFUSED", "client-port-refused"],
      ["NAME_NOT_RESOLVED", "client-no-name"],
      ["ADDRESS_UNREACHABLE", "client-no-route"],
      ["CONNECTION_TIMED_OUT", "client-silent"],
      ["(?:CONNECTION_(?:RESET|CLOSED|ABORTED|FAILED)|NETWORK_CHANGED)", "client-websocket-failed"],
      ["INTERNET_DISCONNECTED", "client-no-route"],
    ] as const
  ).map(
    ([error, kind]) =>
      [
        "WebSocket connection to 'ws",
        new RegExp(`^WebSocket connection to 'wss?:[^']{1,200}' failed: .{0,80}net::ERR_${error}\\b`),
        kind,
      ] as const,
  ),
];

export const FORMAT: LogFormat = {
  dialect: "tls-of-clients",
  writtenBy: "a TLS client",
  ownConnections: true,
  rank: 120,
  patterns: WORDS.map(([marker, pattern, kind]): LinePattern => ({ marker, pattern, kind })),
};
