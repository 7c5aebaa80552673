import { describe, expect, it } from "vitest";
import {
  audioOf,
  encryptionOf,
  mayHaveTelephoneEvents,
  readSdp,
  voices,
} from "../../../../src/logs/calls/sdp.js";

const SESSION = ["v=0", "o=- 1 1 IN IP4 192.168.1.5", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"];
const audio = (...lines: string[]) => audioOf(readSdp([...SESSION, ...lines]));

describe("a session description", () => {
  it("has what stands at the media before what stands at the session", () => {
    expect(audio("m=audio 4000 RTP/AVP 0")).toMatchObject({ connection: "192.0.2.1", direction: "sendrecv" });
    expect(audio("a=sendonly", "m=audio 4000 RTP/AVP 0")?.direction).toBe("sendonly");
    expect(
      audio("a=sendonly", "m=audio 4000 RTP/AVP 0", "c=IN IP4 10.0.0.1/127", "a=recvonly"),
    ).toMatchObject({
      connection: "10.0.0.1",
      direction: "recvonly",
    });
    expect(readSdp(SESSION).origin).toBe("192.168.1.5");
  });

  it("names static payload types, and dynamic ones by their rtpmap alone", () => {
    const media = audio("m=audio 4000 RTP/AVP 0 8 18 96 97", "a=rtpmap:96 telephone-event/8000");
    expect(media?.codecs.map(({ name }) => name)).toEqual(["pcmu", "pcma", "g729", "telephone-event", ""]);
    expect(media && voices(media).map(({ name }) => name)).toEqual(["pcmu", "pcma", "g729", ""]);
    expect(media && mayHaveTelephoneEvents(media)).toBe(true);
  });

  it.each([
    ["RTP/AVP", [], "none"],
    ["RTP/AVPF", [], "none"],
    ["RTP/SAVP", [], "sdes"],
    ["RTP/AVP", ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"], "sdes"],
    ["RTP/SAVPF", ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"], "sdes"],
    ["RTP/SAVPF", [], "dtls"],
    ["UDP/TLS/RTP/SAVPF", ["a=fingerprint:sha-256 11:22"], "dtls"],
  ] as const)("with %s and %j is encrypted by %s", (profile, lines, encryption) => {
    const media = audio(`m=audio 4000 ${profile} 0`, ...lines);
    expect(media && encryptionOf(media)).toBe(encryption);
  });
});
