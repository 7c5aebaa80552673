import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { NO_NETWORKS, readNetworks } from "../../../../src/base/networks.js";
import { peerOf, peerOfRequest } from "../../../../src/hosting/front/peer.js";

const TRUSTED = readNetworks("10.0.0.0/8,::1");

function clientOf(remote: string, forwarded: string, trusted = TRUSTED): string {
  return peerOf(remote, false, { "x-forwarded-for": forwarded }, trusted).address;
}

describe("peerOf", () => {
  it("believes no one but trusted proxies", () => {
    expect(clientOf("192.0.2.1", "203.0.113.9")).toBe("192.0.2.1");
    expect(clientOf("10.0.0.1", "203.0.113.9", NO_NETWORKS)).toBe("10.0.0.1");
    expect(clientOf("10.0.0.1", "203.0.113.9")).toBe("203.0.113.9");
  });

  it("takes the last address that no proxy of ours has: the client may have written the ones before", () => {
    expect(clientOf("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2")).toBe("203.0.113.9");
    expect(clientOf("10.0.0.1", "10.0.0.3, 10.0.0.2")).toBe("10.0.0.3");
  });

  it.each(["", "forged\nline", "203.0.113.9:80", "<script>"])(
    "stays with the proxy's address for %j",
    (text) => {
      expect(clientOf("10.0.0.1", text)).toBe("10.0.0.1");
    },
  );

  it("shows an IPv4 address on an IPv6 socket as what it is", () => {
    expect(clientOf("::ffff:10.0.0.1", "203.0.113.9")).toBe("203.0.113.9");
    expect(clientOf("::ffff:192.0.2.1", "")).toBe("192.0.2.1");
  });

  it("takes nothing else for such an address", () => {
    const shown = (remote: string) => peerOf(remote, false, {}, NO_NETWORKS).address;
    expect(shown("::FFFF:192.0.2.111")).toBe("192.0.2.111");
    expect(shown("::ffff:203.0.113.9")).toBe("203.0.113.9");
    expect(shown("::ffff:198.51.100.7")).toBe("198.51.100.7");
    for (const other of [
      "64::ffff:192.0.2.1",
      "::ffff:192.0.2.1.example",
      "::ffff:192.0.2x1.1",
      "::ffff:c000:201",
      "2001:db8::1",
    ]) {
      expect(shown(other)).toBe(other);
    }
  });

  it("is unknown where the socket is gone", () => {
    expect(peerOf(undefined, false, {}, TRUSTED)).toEqual({ address: "unknown", scheme: "http" });
  });

  it("looks at twenty hops and no more", () => {
    const hops = (count: number) => ["203.0.113.9", ...Array(count).fill("10.0.0.9")].join(",");
    expect(clientOf("10.0.0.1", hops(19))).toBe("203.0.113.9");
    expect(clientOf("10.0.0.1", hops(20))).toBe("10.0.0.9");
  });

  it("stays with what the socket tells where a trusted proxy says nothing", () => {
    expect(peerOf("10.0.0.1", true, {}, TRUSTED)).toEqual({ address: "10.0.0.1", scheme: "https" });
    expect(peerOf("10.0.0.1", false, {}, TRUSTED)).toEqual({ address: "10.0.0.1", scheme: "http" });
  });

  it("takes either scheme from a trusted proxy, in any case of letters, also over TLS", () => {
    const schemeOf = (proto: string) =>
      peerOf("10.0.0.1", true, { "x-forwarded-proto": proto }, TRUSTED).scheme;
    expect([schemeOf("HTTP"), schemeOf("HTTPS"), schemeOf("https,http")]).toEqual(["http", "https", "https"]);
  });

  it("takes the scheme from a trusted proxy, and no other word", () => {
    const schemeOf = (remote: string, proto: string) =>
      peerOf(remote, false, { "x-forwarded-proto": proto }, TRUSTED).scheme;
    expect(schemeOf("10.0.0.1", "https")).toBe("https");
    expect(schemeOf("10.0.0.1", "gopher")).toBe("http");
    expect(schemeOf("192.0.2.1", "https")).toBe("http");
  });
});

describe("peerOfRequest", () => {
  const request = (socket: object, headers = {}) => ({ socket, headers }) as IncomingMessage;

  it("takes the address and the encryption from the socket", () => {
    const remoteAddress = "192.0.2.1";
    expect(peerOfRequest(request({ remoteAddress, encrypted: true }), TRUSTED)).toEqual({
      address: remoteAddress,
      scheme: "https",
    });
    expect(peerOfRequest(request({ remoteAddress }), TRUSTED).scheme).toBe("http");
  });

  it("takes both from the headers of a trusted proxy", () => {
    const headers = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
    expect(peerOfRequest(request({ remoteAddress: "10.0.0.1" }, headers), TRUSTED)).toEqual({
      address: "203.0.113.9",
      scheme: "https",
    });
  });
});
