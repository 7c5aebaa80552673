import { describe, expect, it } from "vitest";
import { peerOf } from "../../../src/hosting/peer.js";
import { NO_NETWORKS, readNetworks } from "../../../src/networks.js";

const TRUSTED = readNetworks("10.0.0.0/8,::1");

function clientOf(remote: string, forwarded: string, trusted = TRUSTED): string {
  return peerOf(remote, false, { "x-forwarded-for": forwarded }, trusted).address;
}

describe("peerOf", () => {
  it("believes nobody but trusted proxies", () => {
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

  it("takes the scheme from a trusted proxy, and no other word", () => {
    const schemeOf = (remote: string, proto: string) =>
      peerOf(remote, false, { "x-forwarded-proto": proto }, TRUSTED).scheme;
    expect(schemeOf("10.0.0.1", "https")).toBe("https");
    expect(schemeOf("10.0.0.1", "gopher")).toBe("http");
    expect(schemeOf("192.0.2.1", "https")).toBe("http");
  });
});
