import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** OpenSSL's reasons, which every one of these programs passes on as they are (openssl/ssl/ssl_err.c). */

const REASONS: readonly (readonly [string, EventKind])[] = [
  ["wrong version number", "tls-not-tls"],
  ["http request", "tls-not-tls"],
  ["unknown protocol", "tls-not-tls"],
  ["no shared cipher", "tls-no-common-terms"],
  ["unsupported protocol", "tls-no-common-terms"],
  ["version too low", "tls-no-common-terms"],
  ["no protocols available", "tls-no-common-terms"],
  ["alert certificate expired", "tls-distrusted-expired"],
  ["alert certificate unknown", "tls-distrusted"],
  ["alert unknown ca", "tls-distrusted"],
  ["alert bad certificate", "tls-distrusted"],
  ["peer did not return a certificate", "tls-client-certificate"],
  ["alert handshake failure", "tls-failed"],
  ["alert protocol version", "tls-no-common-terms"],
  // Who writes it has connected, and does not trust the other's certificate.
  [
    "\\w{0,20}(?:process_server_certificate|GET_SERVER_CERTIFICATE)[:-]certificate verify failed",
    "tls-distrusted",
  ],
  ["certificate verify failed", "tls-failed"],
];

/** Asterisk's tcptls.c and iostream.c, where OpenSSL has named no reason: the other end has closed, or broken the handshake off. */
const ASTERISK: readonly LinePattern[] = [
  {
    marker: "Problem setting up ssl connection",
    pattern:
      /^Problem setting up ssl connection(?: with peer '(?<address>[^']{1,60})')?: error:0000000[0-9]:lib\(0\)/,
    kind: "tls-failed",
  },
  // Around that line.
  {
    marker: "Unable to set up ssl connection",
    pattern: /^Unable to set up ssl connection with peer '/,
    kind: undefined,
  },
  { marker: "SSL_shutdown() failed", pattern: /^SSL_shutdown\(\) failed/, kind: undefined },
  { marker: "FILE * open failed", pattern: /^FILE \* open failed/, kind: undefined },
];

/** The reason is after `SSL routines` and the function's name, separated by `:` or, in pjproject's lines, by `-`. */
export const FORMAT: LogFormat = {
  dialect: "openssl",
  writtenBy: "TLS",
  rank: 130,
  patterns: [
    ...REASONS.map(
      ([reason, kind]): LinePattern => ({
        marker: "SSL routines",
        pattern: new RegExp(
          `^SSL routines[:-][\\w: ()-]{0,80}?\\b(?<detail>${reason})(?:.{0,160}? peer: (?<address>[^\\s,]{1,60}))?`,
        ),
        kind,
      }),
    ),
    ...ASTERISK,
  ],
};
