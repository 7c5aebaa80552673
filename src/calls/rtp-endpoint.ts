import type { Buffer } from "node:buffer";
import { randomBytes, randomInt } from "node:crypto";
import type { RemoteInfo } from "node:dgram";
import { decibels, meanSquare } from "../captures/rtp/g711-level.js";
import { type RtpStream, StreamCounter, staticClock } from "../captures/rtp/stream.js";
import { everyFrame } from "../media/frame-clock.js";
import { codecOf, decode, encode, type G711, PAYLOAD_TYPES } from "../media/g711.js";
import { isRtcp, type ReceptionReport, receptionReports, writeSenderReport } from "../media/rtcp.js";
import { readRtp, writeRtp } from "../media/rtp-packet.js";
import { openRtpPorts, type RtpPorts } from "../media/rtp-ports.js";
import type { MediaTarget } from "../media/rtp-session.js";
import { FRAME, FRAME_MS, SILENCE_FRAME } from "../media/speech.js";
import { shareOfTone } from "../media/tone.js";

/** A frame of G.711 that came. Milliseconds since the endpoint was opened. */
export interface HeardFrame {
  readonly atMs: number;
  /** dBov. */
  readonly level: number;
  /** It is our test tone. */
  readonly isTone: boolean;
}

/** What has come so far. */
export interface Heard {
  /** Of our test tone. */
  readonly toneMs: number;
  /** Of other sound. */
  readonly voiceMs: number;
  /** Of the other side, on what it gets of us. */
  readonly reports: number;
}

/** Above comfort noise, below speech: dBov. */
export const SOUND_LEVEL = -50;
/** Of a frame that is the test tone: echo cancellers and transcoding leave more of it. */
const TONE_SHARE = 0.8;

/** What came from one place. */
export interface ReceivedStream extends RtpStream {
  readonly from: MediaTarget;
  /** Of the first packet, milliseconds since the endpoint was opened. */
  readonly firstAtMs: number;
}

export interface RtpEndpointFacts {
  readonly port: number;
  readonly sent: number;
  /** The most packets first. */
  readonly received: readonly ReceivedStream[];
  /** What the other side says of our packets, in order. */
  readonly reports: readonly ReceptionReport[];
  readonly frames: readonly HeardFrame[];
}

/** What makes SRTP of RTP, and back. */
export interface Protection {
  protect(packet: Buffer): Buffer;
  /** `undefined`: it was made with no key of the other side's. */
  unprotect(packet: Buffer): Buffer | undefined;
}

const MOST_STREAMS = 8;
const MOST_REPORTS = 60;
/** Of the longest call, from several sources. */
const MOST_FRAMES = 6_000;

/** Frames until the first report of ours, and between two (RFC 3550 6.2). */
const FIRST_REPORT = 25;
const REPORTS_APART = 250;

interface Counted {
  readonly counter: StreamCounter;
  readonly from: MediaTarget;
  readonly firstAtMs: number;
}

/**
 * One end of a call's voice, for measuring: sends a frame every 20 ms to the given address, counts what arrives from
 * any source, and discards it. It never follows a source that it was not given. Close it.
 */
export class RtpEndpoint {
  readonly port: number;
  readonly #ports: RtpPorts;
  readonly #opened = performance.now();
  readonly #ssrc = randomInt(2 ** 32);
  #sequence = randomInt(2 ** 16);
  #timestamp = randomInt(2 ** 32);
  #stop: (() => void) | undefined;
  #target: MediaTarget | undefined;
  #codec: G711 = "PCMU";
  #protection: Protection | undefined;
  #saying: ((at: number) => Int16Array) | undefined;
  #toSay = 0;
  #said = 0;
  #sent = 0;
  readonly #streams = new Map<string, Counted>();
  readonly #reports: ReceptionReport[] = [];
  readonly #frames: HeardFrame[] = [];
  readonly #cname = randomBytes(8).toString("hex");
  #toneMs = 0;
  #voiceMs = 0;
  #isClosed = false;

  private constructor(ports: RtpPorts) {
    this.#ports = ports;
    this.port = ports.port;
    const control = (bytes: Buffer) => this.#control(bytes);
    ports.rtp.on("message", (bytes, from) => (isRtcp(bytes) ? control(bytes) : this.#receive(bytes, from)));
    ports.rtcp.on("message", control);
  }

  /** @throws Error (Node's, with `code`) if no port is available. */
  static async open(address: string): Promise<RtpEndpoint> {
    return new RtpEndpoint(await openRtpPorts(address));
  }

  /** Milliseconds since it was opened. */
  get nowMs(): number {
    return performance.now() - this.#opened;
  }

  get frames(): readonly HeardFrame[] {
    return this.#frames;
  }

  /** What has come so far, in short. */
  get heard(): Heard {
    return { toneMs: this.#toneMs, voiceMs: this.#voiceMs, reports: this.#reports.length };
  }

  /** From now on SRTP, both ways. */
  encrypt(protection: Protection): void {
    this.#protection = protection;
  }

  /** Sends from now on by that codec to that place, silence where nothing is to be said; nowhere without a target. */
  sendTo(target: MediaTarget | undefined, codec: G711): void {
    this.#target = target;
    this.#codec = codec;
    if (this.#isClosed) return;
    this.#stop ??= everyFrame(() => this.#send());
  }

  /** Says something in place of what was being said. @param frameAt by samples since it began. */
  say(ms: number, frameAt: (at: number) => Int16Array): void {
    this.#saying = frameAt;
    this.#toSay = Math.round(ms / FRAME_MS);
    this.#said = 0;
  }

  facts(): RtpEndpointFacts {
    const received = [...this.#streams.values()].map(({ counter, from, firstAtMs }) => ({
      ...counter.result(),
      ...{ from, firstAtMs },
    }));
    return {
      port: this.port,
      sent: this.#sent,
      received: received.toSorted((left, right) => right.packets - left.packets),
      reports: [...this.#reports],
      frames: [...this.#frames],
    };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop?.();
    this.#ports.rtp.close();
    this.#ports.rtcp.close();
  }

  #send(): void {
    const speaks = this.#toSay > 0;
    if (speaks) this.#toSay -= 1;
    const samples = speaks ? this.#saying?.(this.#said * FRAME) : undefined;
    const marker = this.#sent === 0 || (speaks && this.#said === 0);
    if (speaks) this.#said += 1;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + FRAME) >>> 0;
    if (this.#target === undefined) return;
    const packet = writeRtp({
      payloadType: PAYLOAD_TYPES[this.#codec],
      ...{ marker, sequence: this.#sequence, timestamp: this.#timestamp, ssrc: this.#ssrc },
      payload: encode(this.#codec, samples ?? SILENCE_FRAME),
    });
    this.#sent += 1;
    const { address, port } = this.#target;
    this.#ports.rtp.send(this.#protection?.protect(packet) ?? packet, port, address, () => {});
    if (this.#sent % REPORTS_APART === FIRST_REPORT) this.#report(address, port + 1);
  }

  /** It also opens the way for the other side's reports, behind NAT. */
  #report(address: string, port: number): void {
    if (this.#protection !== undefined || port > 65_535) return;
    const report = writeSenderReport({
      ...{ ssrc: this.#ssrc, timestamp: this.#timestamp, cname: this.#cname, now: Date.now() },
      ...{ packets: this.#sent, octets: this.#sent * FRAME },
    });
    this.#ports.rtcp.send(report, port, address, () => {});
  }

  #receive(bytes: Buffer, { address, port }: RemoteInfo): void {
    const atMs = this.nowMs;
    const plain = this.#protection === undefined ? bytes : this.#protection.unprotect(bytes);
    const packet = plain && readRtp(plain);
    const stream = packet && this.#streamFrom({ address, port }, atMs);
    if (packet === undefined || stream === undefined) return;
    stream.counter.add(packet, atMs / 1_000, staticClock);
    const mean = meanSquare(packet.payloadType, packet.payload);
    const codec = codecOf(packet.payloadType);
    if (mean === undefined || codec === undefined || this.#frames.length >= MOST_FRAMES) return;
    const frame = { atMs, level: decibels(mean), isTone: isTone(decode(codec, packet.payload)) };
    this.#frames.push(frame);
    if (frame.level <= SOUND_LEVEL) return;
    if (frame.isTone) this.#toneMs += FRAME_MS;
    else this.#voiceMs += FRAME_MS;
  }

  #streamFrom(from: MediaTarget, firstAtMs: number): Counted | undefined {
    const key = `${from.address} ${from.port}`;
    const known = this.#streams.get(key);
    if (known !== undefined || this.#streams.size >= MOST_STREAMS) return known;
    const counter = new StreamCounter(key, String(this.port), 1, firstAtMs / 1_000);
    const counted = { counter, from, firstAtMs };
    this.#streams.set(key, counted);
    return counted;
  }

  /** Of SRTCP nothing can be read: it is left aside. */
  #control(bytes: Buffer): void {
    if (this.#protection !== undefined) return;
    for (const report of receptionReports(bytes)) {
      if (report.ssrc === this.#ssrc && this.#reports.length < MOST_REPORTS) this.#reports.push(report);
    }
  }
}

function isTone(samples: Int16Array): boolean {
  return shareOfTone(samples) > TONE_SHARE;
}
