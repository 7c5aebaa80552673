import type { Buffer } from "node:buffer";
import { readRtp } from "./rtp-packet.js";
import { type ClockOf, type RtpStream, StreamCounter, staticClock } from "./stream.js";

/** How many pairs of addresses and ports are kept; each takes some kB. */
const MAX_STREAMS = 4_000;
/** Those of fewer packets are the first to go. */
const FEW = 4;

/** What is known of the clocks of those who announced that they receive at a place. */
export type ClocksAt = (destination: string, payloadType: number) => number | "no sound" | undefined;

/** Finds the RTP among UDP packets, and counts it by the pair of its addresses and ports. */
export class RtpStreams {
  readonly #streams = new Map<string, StreamCounter>();
  readonly #clocksAt: ClocksAt;
  #leftOut = 0;

  constructor(clocksAt: ClocksAt) {
    this.#clocksAt = clocksAt;
  }

  /** Streams that there was no room for. */
  get leftOut(): number {
    return this.#leftOut;
  }

  add(
    source: string,
    destination: string,
    datagram: { readonly bytes: Buffer; readonly missing: number },
    packet: number,
    time: number,
  ): void {
    const rtp = readRtp(datagram.bytes, datagram.missing);
    if (rtp === undefined) return;
    const key = `${source} ${destination}`;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      this.#makeRoom();
      stream = new StreamCounter(source, destination, packet, time);
      this.#streams.set(key, stream);
    }
    stream.add(rtp, time, this.#clockFor(destination));
  }

  #clockFor(destination: string): ClockOf {
    return (payloadType) => {
      const announced = this.#clocksAt(destination, payloadType);
      if (announced === "no sound") return undefined;
      return announced ?? staticClock(payloadType);
    };
  }

  #makeRoom(): void {
    if (this.#streams.size < MAX_STREAMS) return;
    for (const [key, stream] of this.#streams) if (stream.packets < FEW) this.#streams.delete(key);
    for (const [key, stream] of this.#streams) {
      if (this.#streams.size < MAX_STREAMS) return;
      if (stream.isPlausible) this.#leftOut += 1;
      this.#streams.delete(key);
    }
  }

  /** Those that are RTP by their numbers, or by what `announced` says of their addresses; in the order of the capture. */
  results(announced: (place: string) => boolean): RtpStream[] {
    const all = [...this.#streams.values()].map((stream) => ({ stream, result: stream.result() }));
    return all
      .filter(
        ({ stream, result }) =>
          stream.isPlausible || announced(result.destination) || announced(result.source),
      )
      .map(({ result }) => result);
  }
}
