import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_NETWORKS, readNetworks } from "../../../../src/base/networks.js";
import { allowingAlso, publicTargetsOnly } from "../../../../src/hosting/tenants/target-policy.js";

const strict = publicTargetsOnly(NO_NETWORKS);

describe("publicTargetsOnly", () => {
  it.each(["8.8.8.8", "193.99.144.80", "100.63.255.255", "172.15.0.1", "172.32.0.1", "2606:4700:4700::1111"])(
    "allows the public address %s",
    (address) => expect(strict(address)).toBeUndefined(),
  );

  it.each([
    ...["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"],
    ...["192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "239.255.255.255", "255.255.255.255"],
    ...["240.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.0.0.8", "192.88.99.1"],
    ...[
      "::",
      "::1",
      "fe80::1",
      "fe80::1%eth0",
      "fc00::1",
      "fd00:ec2::254",
      "ff02::1",
      "fec0::1",
      "2001:db8::1",
    ],
    ...["3fff::1", "100::1", "2001:2::1", "5f00::1", "4000::1", "1::1"],
  ])("refuses %s", (address) => expect(strict(address)).toEqual(expect.any(String)));

  it.each([
    ["127.0.0.1", "is a loopback address"],
    ["::1", "is a loopback address"],
    ["10.0.0.1", "is a private address"],
    ["fd00::1", "is a private address"],
    ["fe80::1", "is a link-local address"],
    ["100.64.0.1", "is an address behind carrier-grade NAT"],
    ["ff02::1", "is a multicast address"],
    ["255.255.255.255", "is the broadcast address"],
    ["::", "is no address of a host"],
    ["2001:2::1", "is an address for benchmarks"],
    ["192.0.2.1", "is a reserved address"],
    ["4000::1", "is a reserved address"],
    ["::127.0.0.1", "stands for 127.0.0.1, a loopback address"],
    ["::7f00:1", "stands for 127.0.0.1, a loopback address"],
    ["64:ff9b:1::a00:1", "stands for 10.0.0.1, a private address"],
    ["2002:a9fe:a9fe::1", "stands for 169.254.169.254, a link-local address"],
  ])("says of %s that it %s", (address, what) => {
    expect(strict(address)).toBe(`${address} ${what}, and this server contacts only public addresses`);
  });

  it("takes an address without its brackets and its zone", () => {
    for (const address of ["[2606:4700:4700::1111]", "2606:4700:4700::1111%eth0"]) {
      expect(strict(address), address).toBeUndefined();
    }
    for (const address of ["8[.8.8.8]", "[8.8.8].8", "[8.8.8.8", "8.8.8.8]"]) {
      expect(strict(address), address).toBe("it is not an IP address");
    }
  });

  it.each([
    ["IPv4-mapped", "::ffff:127.0.0.1"],
    ["IPv4-mapped, in hexadecimal", "::ffff:7f00:1"],
    ["IPv4-mapped, in brackets", "[::ffff:169.254.169.254]"],
    ["IPv4-compatible", "::127.0.0.1"],
    ["IPv4-translated", "::ffff:0:10.0.0.1"],
    ["NAT64", "64:ff9b::a9fe:a9fe"],
    ["NAT64 for local use", "64:ff9b:1::7f00:1"],
    ["6to4", "2002:7f00:1::1"],
    ["Teredo", "2001:0:4136:e378:8000:63bf:80ff:fffe"],
  ])("judges %s by the address that it carries", (_form, address) => {
    expect(strict(address)).toMatch(/stands for/);
  });

  it("allows the same forms where what they carry is public", () => {
    for (const address of [
      "::ffff:8.8.8.8",
      "64:ff9b::808:808",
      "2002:808:808::1",
      "::8.8.8.8",
      "64:ff9b:1::808:808",
    ]) {
      expect(strict(address), address).toBeUndefined();
    }
  });

  it("refuses every address of a private network in every form that carries it", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const host = fc.tuple(fc.constantFrom("10", "127", "0", "224", "240"), byte, byte, byte);
    fc.assert(
      fc.property(host, (parts) => {
        const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
        const dotted = parts.join(".");
        const high = ((a << 8) | b).toString(16);
        const low = ((c << 8) | d).toString(16);
        const forms = [dotted, `::ffff:${dotted}`, `::ffff:0:${high}:${low}`, `64:ff9b::${high}:${low}`];
        for (const form of [...forms, `2002:${high}:${low}::5`]) expect(strict(form), form).toBeDefined();
      }),
    );
  });

  it.each(["", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "localhost", "1.2.3.4.5", "::g"])(
    "refuses %j, which is no address",
    (text) => expect(strict(text)).toBe("it is not an IP address"),
  );

  it("allows what the operator has named, also where an IPv6 address carries it", () => {
    const policy = publicTargetsOnly(readNetworks("10.1.0.0/16,::1,fd12::/16"));
    for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203", "::1", "fd12::7"]) {
      expect(policy(address), address).toBeUndefined();
    }
    for (const address of ["10.2.0.1", "::ffff:10.2.0.1", "fd13::7", "127.0.0.1"]) {
      expect(policy(address), address).toBeDefined();
    }
  });
});

describe("allowingAlso", () => {
  it("allows one address by just that port, and asks the policy about any other", () => {
    const policy = allowingAlso(strict, { address: "127.0.0.1", port: 5070 });
    expect(policy("127.0.0.1", 5070)).toBeUndefined();
    for (const port of [undefined, 22, 5071]) expect(policy("127.0.0.1", port)).toContain("loopback");
    expect(policy("127.0.0.2", 5070)).toContain("loopback");
    expect(policy("8.8.8.8", 22)).toBeUndefined();
  });
});
