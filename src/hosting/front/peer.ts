import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Networks } from "../../base/networks.js";

/** Who sent a request, for the log and for the limits of pages. It does not decide who is let in. */
export interface Peer {
  address: string;
  /** As the client spoke it, also to a proxy in front. */
  scheme: "http" | "https";
}

export function peerOfRequest({ socket, headers }: IncomingMessage, trusted: Networks): Peer {
  const encrypted = (socket as Partial<TLSSocket>).encrypted === true;
  return peerOf(socket.remoteAddress, encrypted, headers, trusted);
}

/** Longer chains of proxies do not occur in practice. */
const MAX_HOPS = 20;

/**
 * Reads `X-Forwarded-For` and `X-Forwarded-Proto` where a trusted proxy has sent the request: the last address
 * that no trusted proxy has is the client's. From anybody else these headers count for nothing.
 */
export function peerOf(
  remoteAddress: string | undefined,
  encrypted: boolean,
  headers: IncomingHttpHeaders,
  trusted: Networks,
): Peer {
  const own = plain(remoteAddress ?? "unknown");
  const scheme = encrypted ? "https" : "http";
  if (!trusted.contains(own)) return { address: own, scheme };
  const proto = String(headers["x-forwarded-proto"] ?? "").toLowerCase();
  return {
    address: clientOf(own, String(headers["x-forwarded-for"] ?? ""), trusted),
    scheme: proto === "https" || proto === "http" ? proto : scheme,
  };
}

function clientOf(own: string, forwarded: string, trusted: Networks): string {
  let client = own;
  for (const hop of forwarded.split(",").reverse().slice(0, MAX_HOPS)) {
    const address = plain(hop.trim());
    if (isIP(address) === 0) break;
    client = address;
    if (!trusted.contains(address)) break;
  }
  return client;
}

/** An IPv4 address that came over an IPv6 socket is shown as what it is. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
