import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { readRtp, writeRtp } from "../../../src/media/rtp-packet.js";
import { RtpSession, type RtpSessionOptions } from "../../../src/media/rtp-session.js";
import { isSound, SILENCE_FRAME, speechFrame, Utterances } from "../../../src/media/speech.js";

const PACKET = {
  ...{ payloadType: 0, marker: true, sequence: 65_535, timestamp: 4_294_967_295, ssrc: 7 },
  payload: Buffer.from("voice"),
};

describe("an RTP packet", () => {
  it("is read as it was written", () => {
    expect(readRtp(writeRtp(PACKET))).toEqual(PACKET);
  });

  it("is read without its contributors, extension and padding", () => {
    const [head, tail] = [writeRtp({ ...PACKET, payload: Buffer.alloc(0) }), Buffer.from("voice\0\0\u0003")];
    head[0] = (head[0] ?? 0) | 0x20 | 0x10 | 1;
    const extension = Buffer.from([0xbe, 0xde, 0, 1, 9, 9, 9, 9]);
    expect(readRtp(Buffer.concat([head, Buffer.alloc(4), extension, tail]))?.payload.toString()).toBe(
      "voice",
    );
  });

  it.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["short", writeRtp(PACKET).subarray(0, 11)],
    ["STUN", Buffer.from("000100002112a442000000000000000000000000", "hex")],
    ["RTCP", Buffer.from("80c800060000000000000000", "hex")],
    ["an extension that is longer than the packet", Buffer.from("90000000000000000000000000000fff", "hex")],
    ["an extension without its length", Buffer.from("900000000000000000000000", "hex")],
    ["more padding than there is", Buffer.from("a000000000000000000000000000ff", "hex")],
  ])("is not %s", (_what, bytes) => {
    expect(readRtp(bytes)).toBeUndefined();
  });
});

describe("something said", () => {
  const said = (frames: boolean[]) => {
    const heard = new Utterances();
    return frames.filter((frame) => heard.next(frame)).length;
  };
  const run = (sound: boolean, count: number) => Array.from({ length: count }, () => sound);

  it("ends with a pause, once", () => {
    expect(said([...run(true, 20), ...run(false, 50)])).toBe(1);
    expect(said([...run(true, 20), ...run(false, 50), ...run(true, 9), ...run(false, 9)])).toBe(2);
  });

  it("is no click, and continues over a short gap", () => {
    expect(said([...run(true, 3), ...run(false, 50)])).toBe(0);
    expect(said([...run(true, 3), ...run(false, 2), ...run(true, 3), ...run(false, 9)])).toBe(1);
    expect(said(run(true, 50))).toBe(0);
  });

  it("is sound, and silence is none", () => {
    expect(isSound(speechFrame(0))).toBe(true);
    expect(isSound(speechFrame(1_600))).toBe(true);
    expect(isSound(SILENCE_FRAME)).toBe(false);
    expect(isSound(new Int16Array(0))).toBe(false);
  });
});

describe("the voice of a call", () => {
  const open: RtpSession[] = [];
  afterEach(() => open.splice(0).map((session) => session.close()));
  async function session(more: Partial<RtpSessionOptions> = {}): Promise<RtpSession> {
    const made = await RtpSession.open({ address: "127.0.0.1", peer: "127.0.0.1", ...more });
    open.push(made);
    return made;
  }
  const at = ({ port }: RtpSession, address = "127.0.0.1") => ({ address, port });

  it.each(["PCMU", "PCMA"] as const)(
    "goes both ways by %s, silence from the first moment and speech when something is said",
    async (codec) => {
      const heard: boolean[] = [];
      const [one, other] = [await session(), await session({ onFrame: (sound) => heard.push(sound) })];
      one.start(codec, at(other));
      // It learns from the first packet where the other is.
      other.start(codec, undefined);
      await expect.poll(() => one.packets).toBeGreaterThan(3);
      expect(heard).not.toContain(true);
      one.say(100);
      expect(one.isSpeaking).toBe(true);
      await expect.poll(() => heard.filter(Boolean).length).toBe(5);
      expect(one.isSpeaking).toBe(false);
    },
  );

  it("goes to no other host than the peer's, wherever it is sent", async () => {
    const stranger = createSocket("udp4");
    stranger.bind(0, "127.0.0.2");
    await once(stranger, "listening");
    const got: unknown[] = [];
    stranger.on("message", (message) => got.push(message));
    const [one, other] = [await session(), await session()];
    one.start("PCMU", { address: "127.0.0.2", port: stranger.address().port });
    // Nor to one that sends first.
    stranger.send(writeRtp(PACKET), one.port, "127.0.0.1");
    other.start("PCMU", at(one));
    await expect.poll(() => other.packets).toBeGreaterThan(3);
    expect(got).toEqual([]);
    stranger.close();
  });

  it("takes neither another codec nor what is not RTP for voice", async () => {
    const [one, other] = [await session(), await session()];
    const sender = createSocket("udp4");
    for (const bytes of [Buffer.from("hello"), writeRtp({ ...PACKET, payloadType: 8 })])
      sender.send(bytes, one.port, "127.0.0.1");
    one.start("PCMU", at(other));
    other.start("PCMA", at(one));
    sender.send(writeRtp(PACKET), one.port, "127.0.0.1");
    await expect.poll(() => one.packets).toBe(1);
    expect(other.packets).toBe(0);
    sender.close();
  });

  it("is over when it is closed, also twice", async () => {
    const [one, other] = [await session(), await session()];
    one.close();
    one.close();
    one.start("PCMU", at(other));
    expect(one.packets).toBe(0);
  });
});
