import { describe, expect, it } from "vitest";
import { aimAudio } from "../../../src/calls/audio-aim.js";

const PBX = "203.0.113.10";
const allow = () => undefined;
const at = (host: string | undefined, port = 12_000) =>
  ({ port, direction: "sendrecv", ...(host === undefined ? {} : { host }) }) as const;

describe("voice goes", () => {
  it("to where it is asked for, at the host that has answered", () => {
    expect(aimAudio(at(PBX), PBX, () => "no")).toEqual({ target: { address: PBX, port: 12_000 } });
    expect(aimAudio(at("::ffff:203.0.113.10"), PBX, () => "no").instead).toBeUndefined();
  });

  it("to another host only where that is allowed", () => {
    const media = at("198.51.100.7");
    expect(aimAudio(media, PBX, allow)).toEqual({ target: { address: "198.51.100.7", port: 12_000 } });
    expect(aimAudio(media, PBX, () => "not this one")).toEqual({
      target: { address: PBX, port: 12_000 },
      instead: "not-allowed",
    });
  });

  it.each([
    "192.168.1.1",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.1.1",
    "224.0.0.1",
    "255.255.255.255",
    "fd00::1",
    "::1",
    "2001:db8::1",
    undefined,
  ])("to the PBX's own address in place of %s, which from here is someone else's or no one's", (host) => {
    expect(aimAudio(at(host), PBX, allow)).toEqual({
      target: { address: PBX, port: 12_000 },
      instead: "means-nothing-here",
    });
  });

  it("to a neighbour of a PBX in the same network, and not beyond loopback", () => {
    expect(aimAudio(at("192.168.1.20"), "192.168.1.10", allow).instead).toBeUndefined();
    expect(aimAudio(at("192.168.1.20"), "127.0.0.1", allow).instead).toBe("means-nothing-here");
  });

  it.each([
    ["a port of another service", at(PBX, 53)],
    ["no port", at(PBX, 0)],
    ["hold", at("0.0.0.0")],
    ["who only sends", { ...at(PBX), direction: "sendonly" }],
    ["who wants nothing", { ...at(PBX), direction: "inactive" }],
  ] as const)("nowhere for %s", (_what, announced) => {
    expect(aimAudio(announced, PBX, allow)).toEqual({ instead: "off" });
  });
});
