import { canonicalIp } from "./address.js";
import type { SipUri } from "./uri.js";

/** Parameters that never match when only one URI has them (RFC 3261 19.1.4 and its examples). */
const TELLING = ["user", "ttl", "method", "maddr", "transport"];

/**
 * Whether two URIs are equivalent (RFC 3261 19.1.4): user and password with their case, the rest without;
 * a port or transport that is left out differs from one that is given; other parameters count only where
 * both URIs have them; headers always count, in any order.
 */
export function sameUri(one: SipUri, other: SipUri): boolean {
  return (
    one.scheme === other.scheme &&
    one.user === other.user &&
    one.password === other.password &&
    sameHost(one.host, other.host) &&
    one.port === other.port &&
    sameParams(one, other) &&
    sameHeaders(one, other)
  );
}

/** Whether two hosts are the same name (without case) or the same IP address in two spellings. */
export function sameHost(one: string, other: string): boolean {
  const [a, b] = [one, other].map((host) => canonicalIp(host) ?? host.toLowerCase());
  return a === b;
}

function sameParams(one: SipUri, other: SipUri): boolean {
  const [a, b] = [one.params ?? new Map(), other.params ?? new Map()];
  if (TELLING.some((name) => a.has(name) !== b.has(name))) return false;
  return [...a].every(([name, value]) => !b.has(name) || fold(value) === fold(b.get(name)));
}

function sameHeaders(one: SipUri, other: SipUri): boolean {
  const [a, b] = [one, other].map((uri) =>
    (uri.headers ?? []).map(([name, value]) => `${name.toLowerCase()}=${value}`).sort(),
  );
  return a?.join("\n") === b?.join("\n");
}

function fold(value: string | undefined): string | undefined {
  return value?.toLowerCase();
}
