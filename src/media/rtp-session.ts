import { randomInt } from "node:crypto";
import type { RemoteInfo, Socket } from "node:dgram";
import { everyFrame } from "./frame-clock.js";
import { decode, encode, type G711, PAYLOAD_TYPES } from "./g711.js";
import { readRtp, writeRtp } from "./rtp-packet.js";
import { openVoicePort } from "./rtp-ports.js";
import { FRAME, FRAME_MS, isSound, SILENCE_FRAME, speechFrame } from "./speech.js";

export interface MediaTarget {
  readonly address: string;
  readonly port: number;
}

export interface RtpSessionOptions {
  /** Of this machine. */
  readonly address: string;
  /** The one host that voice is sent to and taken from. */
  readonly peer: string;
  /** Called with each frame that came: whether it is sound. */
  readonly onFrame?: (sound: boolean) => void;
  /** Sends to no other place than the one announced, and to none where that is another host: no symmetric RTP. */
  readonly asAnnounced?: true;
  /** Sends back what comes rather than its own voice. */
  readonly echoes?: true;
}

/**
 * The voice of one call: sends a packet every 20 ms, silence where nothing is said, and measures what comes. It sends only to
 * its peer's host, wherever a session description points, and to the port that the peer sends from (symmetric RTP) unless `asAnnounced`.
 * Received audio is measured and discarded. Close it.
 */
export class RtpSession {
  readonly port: number;
  readonly #socket: Socket;
  readonly #options: RtpSessionOptions;
  readonly #ssrc = randomInt(2 ** 32);
  #sequence = randomInt(2 ** 16);
  #timestamp = randomInt(2 ** 32);
  #stop: (() => void) | undefined;
  #target: MediaTarget | undefined;
  #codec: G711 = "PCMU";
  /** Frames of speech that are still to be said, and how many were. */
  #toSay = 0;
  #said = 0;
  #packets = 0;
  #lastAt = performance.now();
  #isClosed = false;

  private constructor(socket: Socket, options: RtpSessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.port = socket.address().port;
    socket.on("message", (bytes, from) => this.#receive(bytes, from));
  }

  /** @throws Error (Node's, with `code`) if no port is available. */
  static async open(options: RtpSessionOptions): Promise<RtpSession> {
    return new RtpSession(await openVoicePort(options.address), options);
  }

  /** Packets that came from the peer. */
  get packets(): number {
    return this.#packets;
  }

  /** Since the last packet, or since the session was opened. Milliseconds. */
  get quietMs(): number {
    return performance.now() - this.#lastAt;
  }

  /** Begins to send, by that codec. Without a target it waits for the peer's first packet. */
  start(codec: G711, target: MediaTarget | undefined): void {
    this.#codec = codec;
    if (target?.address === this.#options.peer && target.port !== 0) this.#target = target;
    if (this.#stop !== undefined || this.#isClosed || this.#options.echoes) return;
    this.#stop = everyFrame(() => this.#send());
  }

  /** Says something for so long, after what is being said. */
  say(ms: number): void {
    this.#toSay += Math.round(ms / FRAME_MS);
  }

  get isSpeaking(): boolean {
    return this.#toSay > 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop?.();
    this.#socket.close();
  }

  #send(): void {
    const speaks = this.#toSay > 0;
    if (speaks) this.#toSay -= 1;
    const samples = speaks ? speechFrame(this.#said * FRAME) : SILENCE_FRAME;
    const marker = speaks && this.#said === 0;
    this.#said = speaks ? this.#said + 1 : 0;
    this.#write(encode(this.#codec, samples), marker);
  }

  #write(payload: Buffer, marker: boolean): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + FRAME) >>> 0;
    if (this.#target === undefined) return;
    const packet = writeRtp({
      payloadType: PAYLOAD_TYPES[this.#codec],
      marker,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      ssrc: this.#ssrc,
      payload,
    });
    this.#socket.send(packet, this.#target.port, this.#target.address, () => {});
  }

  #receive(bytes: Buffer, { address, port }: RemoteInfo): void {
    if (address !== this.#options.peer) return;
    const packet = readRtp(bytes);
    if (packet?.payloadType !== PAYLOAD_TYPES[this.#codec]) return;
    if (!this.#options.asAnnounced) this.#target = { address, port };
    this.#packets += 1;
    this.#lastAt = performance.now();
    if (this.#options.echoes) this.#write(packet.payload, packet.marker);
    this.#options.onFrame?.(isSound(decode(this.#codec, packet.payload)));
  }
}
