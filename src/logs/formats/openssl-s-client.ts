import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * What `openssl s_client -connect PBX:5061` shows: the verdict on the certificate, by its number (X509_V_ERR), and why there was
 * no connection.
 */

const BY_NUMBER: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["9", "tls-failed"],
  ["10", "tls-distrusted-expired"],
  ["18", "tls-self-signed"],
  ["19", "tls-self-signed"],
  ["20", "tls-self-signed"],
  ["21", "tls-self-signed"],
  ["62", "tls-wrong-name"],
  ["64", "tls-wrong-name"],
]);

const kindOf = ({ number = "" }: Readonly<Record<string, string | undefined>>) => BY_NUMBER.get(number);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "verify error:num=",
    pattern: /^verify error:num=(?<number>\d{1,3}):(?<detail>.{1,80})/,
    kind: kindOf,
  },
  {
    marker: "Verify return code: ",
    pattern: /^Verify return code: (?<number>\d{1,3}) \((?<detail>.{1,80})\)/,
    kind: kindOf,
  },
  { marker: "Verification error: ", pattern: /^Verification error: /, kind: undefined },
  { marker: "Verification: OK", pattern: /^Verification: OK/, kind: undefined },
  { marker: "verify return:", pattern: /^verify return:[01]/, kind: undefined },
  { marker: "connect:errno=111", pattern: /^connect:errno=111/, kind: "client-port-refused" },
  { marker: "connect:errno=110", pattern: /^connect:errno=110/, kind: "client-silent" },
  { marker: "connect:errno=113", pattern: /^connect:errno=113/, kind: "client-no-route" },
  { marker: "CONNECTED(", pattern: /^CONNECTED\([0-9A-F]{8}\)/, kind: undefined },
  { marker: "openssl s_client", pattern: /^openssl s_client/, kind: undefined },
  { marker: "depth=", pattern: /^depth=\d /, kind: undefined },
  { marker: "notAfter=", pattern: /^notAfter=/, kind: undefined },
  { marker: "notBefore=", pattern: /^notBefore=/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "openssl-s-client",
  writtenBy: "openssl s_client",
  rank: 131,
  // The user who runs it asks for the connection.
  ownConnections: true,
  patterns: PATTERNS,
};
