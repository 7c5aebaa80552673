import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { sdpAnswer, sdpCodecs, sdpOffer } from "../../../../src/sip/index.js";

const media = { address: "127.0.0.1", port: 9 };

test("an offer names both kinds of G.711", () => {
  const offer = sdpOffer(media);
  expect(sdpCodecs(offer)).toEqual(["PCMU/8000", "PCMA/8000"]);
  expect(offer.toString()).toContain("c=IN IP4 127.0.0.1\r\n");
  expect(sdpOffer({ address: "::1", port: 9 }).toString()).toContain("c=IN IP6 ::1\r\n");
});

test("the answer takes the first codec that the offer prefers", () => {
  const offer = Buffer.from("v=0\r\nm=audio 4000 RTP/AVP 111 8 0 101\r\n");
  expect(sdpCodecs(sdpAnswer(offer, media) ?? Buffer.alloc(0))).toEqual(["PCMA/8000"]);
});

test("every media line of the offer has one in the answer, refused ones with port 0", () => {
  const offer = Buffer.from("v=0\nm=video 5000 RTP/AVP 96\nm=audio 4000 RTP/AVP 0\nm=audio 4002 RTP/AVP 0\n");
  const lines = (sdpAnswer(offer, media)?.toString() ?? "")
    .split("\r\n")
    .filter((line) => line.startsWith("m="));
  expect(lines).toEqual(["m=video 0 RTP/AVP 96", "m=audio 9 RTP/AVP 0", "m=audio 0 RTP/AVP 0"]);
});

test.each([
  ["no G.711", "m=audio 4000 RTP/AVP 111"],
  ["encrypted media", "m=audio 4000 RTP/SAVP 0"],
  ["a media line that is off", "m=audio 0 RTP/AVP 0"],
  ["nothing", "hello"],
])("an offer of %s has no answer", (_name, line) => {
  expect(sdpAnswer(Buffer.from(`v=0\r\n${line}\r\n`), media)).toBeUndefined();
});
