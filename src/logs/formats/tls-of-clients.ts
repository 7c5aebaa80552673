import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** What Python, Node.js and Go say of a certificate that they do not take: the words of their TLS libraries. */

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
  ["Error: ", /^Error: certificate has expired/, "tls-distrusted-expired"],
  [
    "Error: ",
    /^Error: (?:self[- ]signed certificate|unable to (?:verify the first|get local issuer) certificate)/,
    "tls-self-signed",
  ],
];

export const FORMAT: LogFormat = {
  dialect: "tls-of-clients",
  writtenBy: "a TLS client",
  ownConnections: true,
  rank: 120,
  patterns: WORDS.map(([marker, pattern, kind]): LinePattern => ({ marker, pattern, kind })),
};
