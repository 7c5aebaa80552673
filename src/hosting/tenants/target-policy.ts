import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Networks } from "../../base/networks.js";
import type { TargetPolicy } from "../../diagnosis/index.js";

/** Words for the ranges of the special-purpose registries (RFC 6890), as `ipaddr.js` names them. */
const RANGES: Readonly<Record<string, string>> = {
  loopback: "a loopback address",
  private: "a private address",
  uniqueLocal: "a private address",
  linkLocal: "a link-local address",
  carrierGradeNat: "an address behind carrier-grade NAT",
  multicast: "a multicast address",
  broadcast: "the broadcast address",
  unspecified: "no address of a host",
  benchmarking: "an address for benchmarks",
};

/** What an address that stands for an IPv4 address carries, by where its four bytes are. */
const CARRIERS: Readonly<Record<string, (bytes: readonly number[]) => readonly number[]>> = {
  ipv4Mapped: (bytes) => bytes.slice(12),
  // IPv4-translated (RFC 2765) and NAT64's prefixes: the well-known one (RFC 6052) and the one for local use (RFC 8215), under which
  // a /96 has the IPv4 address at its end.
  rfc6145: (bytes) => bytes.slice(12),
  rfc6052: (bytes) => bytes.slice(12),
  "6to4": (bytes) => bytes.slice(2, 6),
  // RFC 4380 section 4: the client's address is there, inverted.
  teredo: (bytes) => bytes.slice(12).map((byte) => byte ^ 0xff),
};

/** Global unicast (RFC 4291 section 2.4, as IANA has given out so far): nothing else of IPv6 is public. */
const GLOBAL = ipaddr.IPv6.parseCIDR("2000::/3");
/** IPv4-compatible, deprecated by RFC 4291 section 2.5.5.1. */
const COMPATIBLE = ipaddr.IPv6.parseCIDR("::/96");

/**
 * Allows addresses of hosts on the public internet, and those in `allowed`. An IPv6 address that stands for
 * an IPv4 address is judged by that one.
 */
export function publicTargetsOnly(allowed: Networks): TargetPolicy {
  return (address) => {
    const bare = address.replace(/^\[(.*)\]$/, "$1").replace(/%.*/s, "");
    // Other spellings of an address (decimal, octal, hexadecimal) are names until a resolver has read them.
    if (isIP(bare) === 0) return "it is not an IP address";
    if (allowed.contains(bare)) return undefined;
    const carried = carriedAddress(bare);
    if (carried !== undefined && allowed.contains(carried)) return undefined;
    const what = notPublic(carried ?? bare);
    if (what === undefined) return undefined;
    const how = carried === undefined ? "is" : `stands for ${carried},`;
    return `${bare} ${how} ${what}, and this server contacts only public addresses`;
  };
}

/** Allows SIP at one more address as well, by only that port: on loopback other services have the others. */
export function allowingAlso(policy: TargetPolicy, one: { address: string; port: number }): TargetPolicy {
  return (address, port) =>
    address === one.address && port === one.port ? undefined : policy(address, port);
}

/** The IPv4 address that an IPv6 address stands for, if it does. */
function carriedAddress(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const parsed = ipaddr.IPv6.parse(address);
  const bytes = parsed.toByteArray();
  const range = parsed.range();
  const carrier = CARRIERS[range];
  if (carrier !== undefined) return carrier(bytes).join(".");
  const special = range === "loopback" || range === "unspecified";
  return !special && parsed.match(COMPATIBLE) ? bytes.slice(12).join(".") : undefined;
}

/** What kind of address it is, where it is not that of a public host. */
function notPublic(address: string): string | undefined {
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== "unicast") return RANGES[range] ?? "a reserved address";
  return parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL) ? "a reserved address" : undefined;
}
