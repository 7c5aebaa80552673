import { describe, expect, it } from "vitest";
import {
  bracketed,
  canonicalIp,
  classifyAddress,
  isIpLiteral,
  isLocalAddress,
  isOutsideAddress,
} from "../../../../src/sip/message/address.js";

describe("classifyAddress", () => {
  it.each([
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
    ["[::1]", "loopback"],
    ["0.0.0.0", "unspecified"],
    ["::", "unspecified"],
    ["10.1.2.3", "private"],
    ["172.15.255.255", "public"],
    ["172.16.0.0", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.0", "public"],
    ["192.168.178.1", "private"],
    ["100.63.255.255", "public"],
    ["100.64.0.1", "cgnat"],
    ["100.127.255.255", "cgnat"],
    ["100.128.0.0", "public"],
    ["169.254.169.254", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["fd12:3456::1", "unique-local"],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["192.0.2.1", "documentation"],
    ["2001:db8::1", "documentation"],
    ["198.18.0.1", "reserved"],
    ["255.255.255.255", "reserved"],
    ["2002:7f00:1::", "reserved"],
    ["8.8.8.8", "public"],
    ["2606:4700::1111", "public"],
  ])("takes %s for %s", (ip, expected) => {
    expect(classifyAddress(ip)).toBe(expected);
  });

  it.each([
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["::FFFF:192.168.0.1", "private"],
    ["0:0:0:0:0:ffff:808:808", "public"],
    ["64:ff9b::7f00:1", "loopback"],
    ["64:ff9b::a00:1", "private"],
  ])("looks at the IPv4 address that %s carries", (ip, expected) => {
    expect(classifyAddress(ip)).toBe(expected);
  });

  it("says nothing of names and of what is no address", () => {
    for (const text of ["localhost", "1.2.3", "1.2.3.256", "0177.0.0.1", "2130706433", "", "[127.0.0.1"]) {
      expect(classifyAddress(text), text).toBeUndefined();
      expect(isIpLiteral(text), text).toBe(false);
    }
  });
});

describe("canonicalIp", () => {
  it("gives one spelling", () => {
    expect(canonicalIp("[2001:0DB8:0:0:0:0:0:1]")).toBe("2001:db8::1");
    expect(canonicalIp("192.0.2.1")).toBe("192.0.2.1");
    expect(canonicalIp("pbx.test")).toBeUndefined();
  });
});

describe("bracketed", () => {
  it("brackets IPv6 literals alone", () => {
    expect([bracketed("::1"), bracketed("192.0.2.1"), bracketed("pbx.test")]).toEqual([
      "[::1]",
      "192.0.2.1",
      "pbx.test",
    ]);
  });
});

describe("the reach of an address", () => {
  it("is its own network for local ones, the internet for public ones and for examples, and neither for names", () => {
    const local = ["127.0.0.1", "10.0.0.1", "100.64.0.1", "169.254.1.1", "0.0.0.0", "fd00::1", "[::1]"];
    for (const ip of local) expect([ip, isLocalAddress(ip), isOutsideAddress(ip)]).toEqual([ip, true, false]);
    const outside = ["8.8.8.8", "192.0.2.1", "2001:db8::1"];
    for (const ip of outside)
      expect([ip, isLocalAddress(ip), isOutsideAddress(ip)]).toEqual([ip, false, true]);
    for (const other of ["pbx.example.com", "", "224.0.0.1", "240.0.0.1"]) {
      expect([other, isLocalAddress(other), isOutsideAddress(other)]).toEqual([other, false, false]);
    }
  });
});
