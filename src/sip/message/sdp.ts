import { Buffer } from "node:buffer";
import { randomInt } from "node:crypto";
import { isIPv6 } from "node:net";

/**
 * Session descriptions, the minimum for a call without media (RFC 8866, RFC 3264): G.711 only.
 */
export const SDP_TYPE = "application/sdp";

/** Where the other side would send RTP. Port 9 (discard) says that no one listens. */
export interface MediaAddress {
  readonly address: string;
  readonly port: number;
}

interface Codec {
  readonly payloadType: number;
  readonly rtpmap: string;
}

const CODECS: readonly Codec[] = [
  { payloadType: 0, rtpmap: "PCMU/8000" },
  { payloadType: 8, rtpmap: "PCMA/8000" },
];

/** An offer of PCMU and PCMA. */
export function sdpOffer(media: MediaAddress): Buffer {
  return writeSdp(media, [audioLines(media.port, CODECS)]);
}

/**
 * The answer to an offer: the first G.711 codec that the offer names in plain RTP; every other media line is
 * refused with port 0 (RFC 3264 6). `undefined` when there is nothing to agree on: that is a 488.
 */
export function sdpAnswer(offer: Buffer, media: MediaAddress): Buffer | undefined {
  let agreed = false;
  const sections = mediaLines(offer).map((line) => {
    const [kind = "", port = "", profile = "", ...formats] = line.split(/\s+/);
    const codec = formats.flatMap(
      (format) => CODECS.find((each) => String(each.payloadType) === format) ?? [],
    )[0];
    const usable = kind === "audio" && profile === "RTP/AVP" && port !== "0";
    if (agreed || !usable || !codec) return [`m=${kind} 0 ${profile} ${formats.join(" ")}`];
    agreed = true;
    return audioLines(media.port, [codec]);
  });
  return agreed ? writeSdp(media, sections) : undefined;
}

/** The codecs that a session description offers or agrees on for audio, by name; outside text. */
export function sdpCodecs(description: Buffer): string[] {
  const audio = mediaLines(description).find((line) => line.startsWith("audio"));
  const formats = audio?.split(/\s+/).slice(3) ?? [];
  return formats.flatMap(
    (format) => CODECS.find((each) => String(each.payloadType) === format)?.rtpmap ?? [],
  );
}

/** Where a session description has its audio sent, and by which G.711 payload type; outside text. */
export interface SdpAudio extends MediaAddress {
  readonly payloadType: number;
}

/** The first audio line in plain RTP with a G.711 codec; `undefined` where there is none, or it has no address or port. */
export function sdpAudio(description: Buffer): SdpAudio | undefined {
  let session: string | undefined;
  let audio: { port: number; payloadType: number; address?: string } | undefined;
  let isInAudio = false;
  let media = 0;
  for (const line of description.toString("utf8").split(/\r?\n/)) {
    if (line.startsWith("m=")) {
      media += 1;
      isInAudio = audio === undefined;
      audio ??= usableAudio(line);
      isInAudio &&= audio !== undefined;
    }
    const address = /^c=IN IP[46] ([0-9A-Fa-f.:]{2,45})/.exec(line)?.[1];
    if (address === undefined) continue;
    if (media === 0) session = address;
    else if (isInAudio && audio !== undefined) audio.address ??= address;
  }
  const address = audio?.address ?? session;
  return audio && address !== undefined ? { ...audio, address } : undefined;
}

function usableAudio(line: string): { port: number; payloadType: number } | undefined {
  const [kind, port = "", profile, ...formats] = line.slice(2).trim().split(/\s+/);
  const codec = formats.flatMap(
    (format) => CODECS.find((each) => String(each.payloadType) === format) ?? [],
  )[0];
  const usable = kind === "audio" && profile === "RTP/AVP" && /^[1-9]\d{0,4}$/.test(port);
  return usable && codec !== undefined ? { port: Number(port), payloadType: codec.payloadType } : undefined;
}

function mediaLines(description: Buffer): string[] {
  const lines = description.toString("utf8").split(/\r?\n/);
  return lines.filter((line) => line.startsWith("m=")).map((line) => line.slice(2).trim());
}

function audioLines(port: number, codecs: readonly Codec[]): string[] {
  return [
    `m=audio ${port} RTP/AVP ${codecs.map(({ payloadType }) => payloadType).join(" ")}`,
    ...codecs.map(({ payloadType, rtpmap }) => `a=rtpmap:${payloadType} ${rtpmap}`),
    "a=ptime:20",
    "a=sendrecv",
  ];
}

function writeSdp({ address }: MediaAddress, sections: readonly (readonly string[])[]): Buffer {
  const network = `IN ${isIPv6(address) ? "IP6" : "IP4"} ${address}`;
  const version = randomInt(1, 2 ** 31);
  const lines = [
    "v=0",
    `o=- ${version} ${version} ${network}`,
    "s=-",
    `c=${network}`,
    "t=0 0",
    ...sections.flat(),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n`);
}
