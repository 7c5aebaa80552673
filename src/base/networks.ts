import { BlockList, isIP } from "node:net";

/** A set of IP networks. */
export interface Networks {
  /** Whether an address is in one of them. An IPv4-mapped IPv6 address counts as the IPv4 address that it carries. */
  contains(address: string): boolean;
}

/**
 * Reads networks in CIDR form, or single addresses, comma-separated: `10.0.0.0/8, 2001:db8::/32, 192.0.2.7`.
 *
 * @throws RangeError whose message goes after the setting's name.
 */
export function readNetworks(text: string): Networks {
  const list = new BlockList();
  for (const entry of text.split(",").map((part) => part.trim())) {
    const [, net = "", bits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(entry) ?? [];
    const width = isIP(net) === 4 ? 32 : 128;
    const prefix = bits === undefined ? width : Number(bits);
    if (isIP(net) === 0 || prefix > width) {
      throw new RangeError("must be comma-separated networks, e.g. 10.0.0.0/8,2001:db8::/32");
    }
    list.addSubnet(net, prefix, width === 32 ? "ipv4" : "ipv6");
  }
  return {
    contains(address) {
      const bare = address.replace(/%.*/s, "");
      const family = isIP(bare);
      return family !== 0 && list.check(bare, family === 4 ? "ipv4" : "ipv6");
    },
  };
}

export const NO_NETWORKS: Networks = { contains: () => false };
