import { canonicalIp } from "../message/address.js";
import { LocateError } from "../message/errors.js";
import type { TransportName } from "../transport/flow.js";

/** What is to be found. A URI gives these: host, port, `transport` parameter, and whether it is `sips:`. */
export interface LocateTarget {
  /** A name or an IP literal, with or without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly transport?: TransportName;
  /** A `sips:` URI: TLS only. */
  readonly secure?: boolean;
}

const DEFAULT_TRANSPORTS: readonly TransportName[] = ["udp", "tcp", "tls"];
/** The port that a transport uses when none is given (RFC 3261 19.1.2). */
export function defaultPort(transport: TransportName): number {
  return transport === "tls" ? 5061 : 5060;
}

/** @throws LocateError when host or port are none. */
export function checkTarget({ host, port }: LocateTarget): void {
  const bare = host.replace(/\.$/, "");
  const isName = bare.length <= 253 && /^[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*$/.test(bare);
  if (!isName && canonicalIp(host) === undefined) throw new LocateError("target", "not a host", host);
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw new LocateError("port", "not a port", String(port));
  }
}

/** Transports that may be used, the preferred one first (RFC 3263 4.1). */
export function allowedTransports(
  target: LocateTarget,
  preferred: readonly TransportName[] = DEFAULT_TRANSPORTS,
): readonly TransportName[] {
  if (target.secure && target.transport === "udp") {
    throw new LocateError("transport", "a sips: URI cannot be reached over UDP");
  }
  if (target.secure) return ["tls"];
  if (target.transport !== undefined) return [target.transport];
  return preferred.length === 0 ? DEFAULT_TRANSPORTS : preferred;
}

/** UDP unless told otherwise, where neither NAPTR nor SRV can tell (RFC 3263 4.1). */
export function plainTransport(transports: readonly TransportName[]): TransportName {
  return transports.includes("udp") ? "udp" : (transports[0] ?? "udp");
}
