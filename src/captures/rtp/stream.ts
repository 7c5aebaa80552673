import { decibels, meanSquare } from "./g711-level.js";
import type { RtpPacket } from "./rtp-packet.js";
import { SequenceCounter } from "./sequence.js";

/** What was seen of the RTP from one address and port to another. */
export interface RtpStream {
  /** `host:port`. */
  readonly source: string;
  readonly destination: string;
  /** The first packet of it in the capture, from 1. */
  readonly packet: number;
  /** Without those that came twice. */
  readonly packets: number;
  readonly duplicates: number;
  /** Sequence numbers that never appeared, of those expected. */
  readonly lost: number;
  readonly expected: number;
  readonly reordered: number;
  /** RFC 3550 6.4.1, milliseconds; undefined where the clock is not known. */
  readonly meanJitter?: number;
  readonly maxJitter?: number;
  /** Seconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** The longest time between two packets, seconds. */
  readonly longestGap: number;
  /** The one that most packets have. */
  readonly payloadType: number;
  /** How often the source (SSRC) changed. */
  readonly sourceChanges: number;
  /** Of G.711 that was captured whole. */
  readonly level?: {
    /** Packets that were measured. */
    readonly measured: number;
    /** Those of them that hold silence. */
    readonly silent: number;
    /** The mean of all, dBov. */
    readonly mean: number;
  };
}

/** Hertz of a payload type's clock; undefined where it is not known, or where the type is not sound (events, comfort noise). */
export type ClockOf = (payloadType: number) => number | undefined;

/** RFC 3551, table 4; G.722 has 8000 by a mistake that was kept. */
const STATIC_CLOCKS: ReadonlyMap<number, number> = new Map(
  [0, 3, 4, 7, 8, 9, 12, 15, 18].map((type) => [type, 8_000] as const),
);

export function staticClock(payloadType: number): number | undefined {
  return STATIC_CLOCKS.get(payloadType);
}

/** dBov under which a packet counts as silence: speech is above −50, comfort noise often around −65. */
const SILENCE = -60;
const SILENT_SQUARE = 10 ** (SILENCE / 10);
const MAX_TYPES = 16;
/** Seconds by which a timestamp is off if its sender has restarted its count (a PBX that passes on another's voice). */
const NEW_COUNT = 5;

interface Clocked {
  readonly rate: number;
  readonly payloadType: number;
  time: number;
  timestamp: number;
  /** In units of the clock. */
  jitter: number;
}

/** Counts one stream, packet by packet, without keeping any. */
export class StreamCounter {
  readonly #place: { readonly source: string; readonly destination: string };
  readonly #packet: number;
  readonly #start: number;
  #end: number;
  #longestGap = 0;
  #ssrc: number | undefined;
  #sourceChanges = 0;
  #numbers: SequenceCounter | undefined;
  /** Of sources and beginnings before the present one. */
  #before = { received: 0, expected: 0 };
  #duplicates = 0;
  #reordered = 0;
  #inOrder = 0;
  readonly #types = new Map<number, number>();
  #clocked: Clocked | undefined;
  readonly #jitter = { sum: 0, count: 0, max: 0 };
  readonly #level = { measured: 0, silent: 0, sum: 0 };

  constructor(source: string, destination: string, packet: number, time: number) {
    this.#place = { source, destination };
    this.#packet = packet;
    this.#start = time;
    this.#end = time;
  }

  /** Packets so far. */
  get packets(): number {
    return this.#before.received + (this.#numbers?.received ?? 0);
  }

  /** Whether the numbers follow one another as those of RTP do, and not as bytes that merely begin like it. */
  get isPlausible(): boolean {
    return this.packets >= 4 && this.#inOrder * 2 >= this.packets;
  }

  add(packet: RtpPacket, time: number, clockOf: ClockOf): void {
    const { sequence, ssrc, payloadType } = packet;
    const fresh = this.#count(sequence, ssrc);
    if (fresh === "duplicate") {
      this.#duplicates += 1;
      return;
    }
    this.#longestGap = Math.max(this.#longestGap, time - this.#end);
    this.#end = Math.max(this.#end, time);
    if (this.#types.size < MAX_TYPES || this.#types.has(payloadType)) {
      this.#types.set(payloadType, (this.#types.get(payloadType) ?? 0) + 1);
    }
    this.#measureJitter(packet, time, clockOf);
    const mean = meanSquare(payloadType, packet.payload);
    if (mean === undefined) return;
    this.#level.measured += 1;
    this.#level.sum += mean;
    if (mean < SILENT_SQUARE) this.#level.silent += 1;
  }

  #count(sequence: number, ssrc: number): "fresh" | "duplicate" {
    if (this.#numbers === undefined || ssrc !== this.#ssrc) {
      if (this.#ssrc !== undefined) this.#sourceChanges += 1;
      this.#ssrc = ssrc;
      this.#begin(sequence);
      return "fresh";
    }
    const arrival = this.#numbers.add(sequence);
    if (arrival === "restart") this.#begin(sequence);
    if (arrival === "late") this.#reordered += 1;
    if (arrival === "next") this.#inOrder += 1;
    return arrival === "duplicate" ? "duplicate" : "fresh";
  }

  #begin(sequence: number): void {
    this.#before = {
      received: this.packets,
      expected: this.#before.expected + (this.#numbers?.expected ?? 0),
    };
    this.#numbers = new SequenceCounter(sequence);
    this.#clocked = undefined;
  }

  #measureJitter({ payloadType, timestamp }: RtpPacket, time: number, clockOf: ClockOf): void {
    const rate = clockOf(payloadType);
    if (rate === undefined) return;
    const last = this.#clocked;
    if (last?.payloadType !== payloadType || last.rate !== rate) {
      this.#clocked = { rate, payloadType, time, timestamp, jitter: 0 };
      return;
    }
    const transit = Math.abs((time - last.time) * rate - ((timestamp - last.timestamp) | 0));
    if (transit > NEW_COUNT * rate) {
      this.#clocked = { ...last, time, timestamp };
      return;
    }
    last.jitter += (transit - last.jitter) / 16;
    last.time = time;
    last.timestamp = timestamp;
    const ms = (last.jitter / rate) * 1_000;
    this.#jitter.sum += ms;
    this.#jitter.count += 1;
    this.#jitter.max = Math.max(this.#jitter.max, ms);
  }

  result(): RtpStream {
    const { count, sum, max } = this.#jitter;
    const { measured, silent } = this.#level;
    const expected = this.#before.expected + (this.#numbers?.expected ?? 0);
    const packets = this.packets;
    return {
      ...this.#place,
      packet: this.#packet,
      packets,
      duplicates: this.#duplicates,
      lost: Math.max(0, expected - packets),
      expected,
      reordered: this.#reordered,
      ...(count === 0 ? {} : { meanJitter: sum / count, maxJitter: max }),
      start: this.#start,
      end: this.#end,
      longestGap: this.#longestGap,
      payloadType: mostOf(this.#types),
      sourceChanges: this.#sourceChanges,
      ...(measured === 0 ? {} : { level: { measured, silent, mean: decibels(this.#level.sum / measured) } }),
    };
  }
}

function mostOf(counts: ReadonlyMap<number, number>): number {
  let [most, best] = [0, 0];
  for (const [type, count] of counts) if (count > best) [most, best] = [type, count];
  return most;
}
