import { BlockList, isIP, SocketAddress } from "node:net";

/** What kind of network an IP address belongs to, as far as its number tells. */
export type AddressClass =
  | "loopback"
  | "private"
  | "cgnat"
  | "link-local"
  | "unique-local"
  | "multicast"
  | "documentation"
  | "unspecified"
  | "reserved"
  | "public";

type Subnet = readonly [net: string, prefix: number, family: "ipv4" | "ipv6"];

/** IANA special-purpose registries (RFC 6890 and its updates). The first class that holds an address wins. */
const SUBNETS: Readonly<Record<Exclude<AddressClass, "public">, readonly Subnet[]>> = {
  loopback: [
    ["127.0.0.0", 8, "ipv4"],
    ["::1", 128, "ipv6"],
  ],
  unspecified: [
    ["0.0.0.0", 8, "ipv4"],
    ["::", 128, "ipv6"],
  ],
  private: [
    ["10.0.0.0", 8, "ipv4"],
    ["172.16.0.0", 12, "ipv4"],
    ["192.168.0.0", 16, "ipv4"],
  ],
  cgnat: [["100.64.0.0", 10, "ipv4"]],
  "link-local": [
    ["169.254.0.0", 16, "ipv4"],
    ["fe80::", 10, "ipv6"],
  ],
  "unique-local": [["fc00::", 7, "ipv6"]],
  multicast: [
    ["224.0.0.0", 4, "ipv4"],
    ["ff00::", 8, "ipv6"],
  ],
  documentation: [
    ["192.0.2.0", 24, "ipv4"],
    ["198.51.100.0", 24, "ipv4"],
    ["203.0.113.0", 24, "ipv4"],
    ["2001:db8::", 32, "ipv6"],
    ["3fff::", 20, "ipv6"],
  ],
  reserved: [
    ["192.0.0.0", 24, "ipv4"],
    ["198.18.0.0", 15, "ipv4"],
    ["240.0.0.0", 4, "ipv4"],
    ["::", 96, "ipv6"],
    ["64:ff9b:1::", 48, "ipv6"],
    ["100::", 64, "ipv6"],
    ["2001::", 23, "ipv6"],
    ["2002::", 16, "ipv6"],
    ["fec0::", 10, "ipv6"],
  ],
};

const CLASSES = (Object.keys(SUBNETS) as Exclude<AddressClass, "public">[]).map((name) => {
  const list = new BlockList();
  for (const subnet of SUBNETS[name]) list.addSubnet(...subnet);
  return { name, list };
});

/** Addresses that carry an IPv4 address in their last 32 bits: IPv4-mapped (RFC 4291 2.5.5.2) and NAT64 (RFC 6052). */
const CARRIES_IPV4 = new BlockList();
CARRIES_IPV4.addSubnet("::ffff:0:0", 96, "ipv6");
CARRIES_IPV4.addSubnet("64:ff9b::", 96, "ipv6");

/**
 * The class of an IP literal, with or without brackets or a zone. IPv4-mapped and NAT64 addresses count as
 * the IPv4 address that they carry. `undefined` for what is not an IP literal.
 */
export function classifyAddress(ip: string): AddressClass | undefined {
  const address = contactedIp(ip);
  if (address === undefined) return undefined;
  const family = isIP(address) === 4 ? "ipv4" : "ipv6";
  return CLASSES.find(({ list }) => list.check(address, family))?.name ?? "public";
}

const LOCAL: ReadonlySet<AddressClass | undefined> = new Set([
  "loopback",
  "private",
  "cgnat",
  "link-local",
  "unspecified",
  "unique-local",
] as const);

/** Whether an IP literal is meaningful only in its own network. */
export function isLocalAddress(ip: string): boolean {
  return LOCAL.has(classifyAddress(ip));
}

/** Whether an IP literal is of the internet, or stands for such a one in examples. */
export function isOutsideAddress(ip: string): boolean {
  const kind = classifyAddress(ip);
  return kind === "public" || kind === "documentation";
}

/** Whether a host is an IPv4 or IPv6 literal, with or without brackets or a zone. */
export function isIpLiteral(host: string): boolean {
  return canonicalIp(host) !== undefined;
}

/** An IP literal in its one canonical spelling (RFC 5952), without brackets and zone; `undefined` for a name. */
export function canonicalIp(host: string): string | undefined {
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  const address = bare.replace(/%[^%]*$/, "");
  const family = isIP(address);
  if (family === 0) return undefined;
  return family === 4 ? address : new SocketAddress({ address, family: "ipv6" }).address;
}

/** The address that packets to an IP literal reach, in its canonical spelling; `undefined` for a name. */
export function contactedIp(host: string): string | undefined {
  const canonical = canonicalIp(host);
  return canonical && (carriedIpv4(canonical) ?? canonical);
}

/** Host as in a URI or a Via: IPv6 literals in brackets (RFC 3261 25.1, RFC 5118). */
export function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

function carriedIpv4(address: string): string | undefined {
  if (isIP(address) !== 6 || !CARRIES_IPV4.check(address, "ipv6")) return undefined;
  const dotted = /:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  const [high = 0, low = 0] = lastGroups(address);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

function lastGroups(address: string): number[] {
  const [, tail = ""] = address.split("::");
  const source = address.includes("::") ? tail : address;
  const groups = source.split(":").map((group) => Number.parseInt(group || "0", 16));
  return [0, 0, ...groups].slice(-2);
}
