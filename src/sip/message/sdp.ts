import { Buffer } from "node:buffer";
import { randomInt } from "node:crypto";
import { isIPv6 } from "node:net";

/**
 * Session descriptions, the minimum for a call of this program (RFC 8866, RFC 3264): G.711, and telephone-event if wanted.
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

/** RFC 4733, at the type that most use. */
const EVENTS: Codec = { payloadType: 101, rtpmap: "telephone-event/8000" };

export interface LocalSessionOptions {
  /** Offers keys as events (RFC 4733), and takes them where they are offered. */
  readonly events?: true;
  /** Value of `a=crypto` (RFC 4568): voice is encrypted, and in no case plain. */
  readonly crypto?: string;
}

/**
 * What this side says of its media in one session: each description has the same id, and a version that counts up when it
 * says something else (RFC 3264 8).
 */
export class LocalSession {
  readonly media: MediaAddress;
  readonly #options: LocalSessionOptions;
  readonly #id = randomInt(1, 2 ** 31);
  #version = this.#id;
  #said: string | undefined;

  constructor(media: MediaAddress, options: LocalSessionOptions = {}) {
    this.media = media;
    this.#options = options;
  }

  /** An offer of PCMU and PCMA. */
  offer(): Buffer {
    return this.#write([this.#audio(this.#options.events ? [...CODECS, EVENTS] : CODECS)]);
  }

  /**
   * The answer to an offer: the first G.711 codec that the offer names in our profile; every other media line is
   * refused with port 0 (RFC 3264 6). `undefined` when there is nothing to agree on: that is a 488.
   */
  answer(offer: Buffer): Buffer | undefined {
    let agreed = false;
    const events = eventsOf(offer);
    const sections = mediaLines(offer).map((line) => {
      const [kind = "", port = "", profile = "", ...formats] = line.split(/\s+/);
      const codec = firstKnown(formats);
      const usable = kind === "audio" && profile === this.#profile && port !== "0";
      if (agreed || !usable || !codec) return [`m=${kind} 0 ${profile} ${formats.join(" ")}`];
      agreed = true;
      const withEvents = this.#options.events && events && formats.includes(String(events.payloadType));
      return this.#audio(withEvents ? [codec, events] : [codec]);
    });
    return agreed ? this.#write(sections) : undefined;
  }

  get #profile(): string {
    return this.#options.crypto === undefined ? "RTP/AVP" : "RTP/SAVP";
  }

  #audio(codecs: readonly Codec[]): string[] {
    const { crypto } = this.#options;
    return [
      `m=audio ${this.media.port} ${this.#profile} ${codecs.map(({ payloadType }) => payloadType).join(" ")}`,
      ...codecs.map(({ payloadType, rtpmap }) => `a=rtpmap:${payloadType} ${rtpmap}`),
      ...(crypto === undefined ? [] : [`a=crypto:1 ${crypto}`]),
      "a=ptime:20",
      "a=sendrecv",
    ];
  }

  #write(sections: readonly (readonly string[])[]): Buffer {
    const { address } = this.media;
    const network = `IN ${isIPv6(address) ? "IP6" : "IP4"} ${address}`;
    const said = ["s=-", `c=${network}`, "t=0 0", ...sections.flat()].join("\r\n");
    if (this.#said !== undefined && this.#said !== said) this.#version += 1;
    this.#said = said;
    return Buffer.from(`v=0\r\no=- ${this.#id} ${this.#version} ${network}\r\n${said}\r\n`);
  }
}

function eventsOf(offer: Buffer): Codec | undefined {
  const type = /^a=rtpmap:(\d{1,3}) telephone-event\/8000\b/im.exec(offer.toString("utf8"))?.[1];
  return type === undefined ? undefined : { ...EVENTS, payloadType: Number(type) };
}

/** The one that the other side would rather have, by its order. */
function firstKnown(formats: readonly string[]): Codec | undefined {
  return formats.flatMap((format) => CODECS.find((each) => String(each.payloadType) === format) ?? [])[0];
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
  const codec = firstKnown(formats);
  const usable = kind === "audio" && profile === "RTP/AVP" && /^[1-9]\d{0,4}$/.test(port);
  return usable && codec !== undefined ? { port: Number(port), payloadType: codec.payloadType } : undefined;
}

function mediaLines(description: Buffer): string[] {
  const lines = description.toString("utf8").split(/\r?\n/);
  return lines.filter((line) => line.startsWith("m=")).map((line) => line.slice(2).trim());
}
