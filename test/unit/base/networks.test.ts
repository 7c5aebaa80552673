import { describe, expect, it } from "vitest";
import { NO_NETWORKS, readNetworks } from "../../../src/base/networks.js";

describe("readNetworks", () => {
  const networks = readNetworks("10.0.0.0/8, 2001:db8::/32 ,192.0.2.7,::1");

  it.each(["10.0.0.0", "10.255.255.255", "192.0.2.7", "2001:db8::1", "2001:DB8:ffff::", "::1"])(
    "contains %s",
    (address) => expect(networks.contains(address)).toBe(true),
  );

  it.each(["11.0.0.0", "192.0.2.8", "2001:db9::1", "::2", "localhost", "", "10.0.0.0/8"])(
    "does not contain %j",
    (address) => expect(networks.contains(address)).toBe(false),
  );

  it("takes an IPv4-mapped address for the IPv4 address that it carries", () => {
    expect(networks.contains("::ffff:10.1.2.3")).toBe(true);
    expect(networks.contains("::ffff:11.1.2.3")).toBe(false);
  });

  it("looks past an IPv6 zone", () => {
    expect(readNetworks("fe80::/10").contains("fe80::1%eth0")).toBe(true);
  });

  it.each([
    "",
    "10.0.0.0/33",
    "2001:db8::/129",
    "10.0.0",
    "example.com",
    "10.0.0.0/8,",
    "10.0.0.0/-1",
    "10.0.0.0/8 x",
  ])("refuses %j", (text) => expect(() => readNetworks(text)).toThrow(RangeError));

  it("has a set that contains nothing", () => {
    expect(NO_NETWORKS.contains("127.0.0.1")).toBe(false);
  });
});
