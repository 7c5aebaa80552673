import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { LocalSession, sdpAudio } from "../../../../src/sip/index.js";

const media = { address: "127.0.0.1", port: 9 };

test("an offer names both kinds of G.711", () => {
  const offer = new LocalSession(media).offer();
  expect(offer.toString()).toContain(
    "m=audio 9 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n",
  );
  expect(offer.toString()).toContain("c=IN IP4 127.0.0.1\r\n");
  expect(new LocalSession({ address: "::1", port: 9 }).offer().toString()).toContain("c=IN IP6 ::1\r\n");
});

test("the answer takes the first codec that the offer prefers", () => {
  const offer = Buffer.from("v=0\r\nm=audio 4000 RTP/AVP 111 8 0 101\r\n");
  expect(new LocalSession(media).answer(offer)?.toString()).toContain("m=audio 9 RTP/AVP 8\r\n");
});

test("every media line of the offer has one in the answer, refused ones with port 0", () => {
  const offer = Buffer.from("v=0\nm=video 5000 RTP/AVP 96\nm=audio 4000 RTP/AVP 0\nm=audio 4002 RTP/AVP 0\n");
  const lines = (new LocalSession(media).answer(offer)?.toString() ?? "")
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
  expect(new LocalSession(media).answer(Buffer.from(`v=0\r\n${line}\r\n`))).toBeUndefined();
});

test.each<[string, string[], unknown]>([
  [
    "of the whole",
    ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8 0"],
    { address: "192.0.2.1", port: 4000, payloadType: 8 },
  ],
  [
    "of the line",
    ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0", "c=IN IP4 192.0.2.2"],
    { address: "192.0.2.2", port: 4000, payloadType: 0 },
  ],
  [
    "behind a refused line",
    ["c=IN IP4 192.0.2.1", "m=audio 0 RTP/AVP 0", "c=IN IP4 192.0.2.3", "m=audio 4002 RTP/AVP 0"],
    { address: "192.0.2.1", port: 4002, payloadType: 0 },
  ],
  [
    "before another kind",
    ["m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::1", "m=video 5000 RTP/AVP 99", "c=IN IP4 192.0.2.9"],
    { address: "2001:db8::1", port: 4000, payloadType: 0 },
  ],
  ["of nobody", ["m=audio 4000 RTP/AVP 0"], undefined],
  ["in SRTP", ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 0"], undefined],
  ["by another codec", ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 18"], undefined],
  ["at no port", ["c=IN IP4 192.0.2.1", "m=audio x RTP/AVP 0"], undefined],
  ["at a name", ["c=IN IP4 example.com", "m=audio 4000 RTP/AVP 0"], undefined],
])("where voice is to be sent: the address %s", (_which, lines, audio) => {
  expect(sdpAudio(Buffer.from(["v=0", ...lines, ""].join("\r\n")))).toEqual(audio);
});

const CRYPTO = "AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
const originOf = (description: Buffer | undefined) =>
  /^o=- (\d+) (\d+) /m.exec(`${description}`)?.slice(1).map(Number);

test("a session keeps its id, and counts its version up only when it says something else", () => {
  const session = new LocalSession(media);
  const [id = 0, version = 0] = originOf(session.offer()) ?? [];
  expect(originOf(session.offer())).toEqual([id, version]);
  const offer = Buffer.from("v=0\r\nm=audio 4000 RTP/AVP 8\r\n");
  expect(originOf(session.answer(offer))).toEqual([id, version + 1]);
  expect(originOf(session.answer(offer))).toEqual([id, version + 1]);
});

test("keys as events are offered, and answered at the type that was offered", () => {
  const session = new LocalSession(media, { events: true });
  expect(session.offer().toString()).toContain("RTP/AVP 0 8 101\r\n");
  const offer = Buffer.from("v=0\r\nm=audio 4000 RTP/AVP 8 96\r\na=rtpmap:96 telephone-event/8000\r\n");
  expect(session.answer(offer)?.toString()).toContain("RTP/AVP 8 96\r\n");
  expect(new LocalSession(media).answer(offer)?.toString()).toContain("RTP/AVP 8\r\n");
});

test("with a key voice is encrypted, or not had at all", () => {
  const session = new LocalSession(media, { crypto: CRYPTO });
  expect(session.offer().toString()).toContain(`m=audio 9 RTP/SAVP 0 8\r\n`);
  expect(session.offer().toString()).toContain(`a=crypto:1 ${CRYPTO}\r\n`);
  expect(session.answer(Buffer.from("v=0\r\nm=audio 4000 RTP/AVP 0\r\n"))).toBeUndefined();
  expect(session.answer(Buffer.from("v=0\r\nm=audio 4000 RTP/SAVP 0\r\n"))).toBeDefined();
});
