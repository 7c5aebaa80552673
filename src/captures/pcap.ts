import type { Buffer } from "node:buffer";
import { ByteQueue } from "./byte-queue.js";
import { type CapturedPacket, type CaptureFileReader, MAX_PACKET } from "./packet.js";

/** The four magic numbers of a pcap file (draft-ietf-opsawg-pcap), and the older one of Kuznetzov's patch is left out. */
const MAGIC: Readonly<Record<number, { readonly little: boolean; readonly perSecond: number }>> = {
  2712847316: { little: false, perSecond: 1e6 },
  3569595041: { little: true, perSecond: 1e6 },
  2712812621: { little: false, perSecond: 1e9 },
  1295823521: { little: true, perSecond: 1e9 },
};
const FILE_HEADER = 24;
const RECORD_HEADER = 16;

export function isPcap(start: Buffer): boolean {
  return start.length >= 4 && MAGIC[start.readUInt32BE(0)] !== undefined;
}

/** Reads a .pcap file of either byte order, with micro- or nanoseconds. */
export class PcapReader implements CaptureFileReader {
  readonly #queue = new ByteQueue();
  #format: { readonly little: boolean; readonly perSecond: number; readonly linkType: number } | undefined;
  #count = 0;
  #damage: string | undefined;

  get damage(): string | undefined {
    return this.#damage;
  }

  *feed(chunk: Buffer): Generator<CapturedPacket> {
    this.#queue.push(chunk);
    while (this.#damage === undefined) {
      if (this.#format === undefined && !this.#readHeader()) return;
      const packet = this.#next();
      if (packet === undefined) return;
      yield packet;
    }
  }

  end(): void {
    if (this.#damage === undefined && this.#queue.length > 0) {
      this.#damage = `it ends in the middle of packet ${this.#count + 1}`;
    }
  }

  #readHeader(): boolean {
    const header = this.#queue.peek(FILE_HEADER);
    const known = header && MAGIC[header.readUInt32BE(0)];
    if (header === undefined || known === undefined) return false;
    // The upper bits announce a checksum at the end of frames.
    const network = (known.little ? header.readUInt32LE(20) : header.readUInt32BE(20)) & 0xffff;
    this.#format = { ...known, linkType: network };
    this.#queue.skip(FILE_HEADER);
    return true;
  }

  #next(): CapturedPacket | undefined {
    const format = this.#format;
    const header = this.#queue.peek(RECORD_HEADER);
    if (header === undefined || format === undefined) return undefined;
    const { little, perSecond, linkType } = format;
    const read = (at: number) => (little ? header.readUInt32LE(at) : header.readUInt32BE(at));
    const length = read(8);
    if (length > MAX_PACKET) {
      this.#damage = `packet ${this.#count + 1} claims ${length} bytes`;
      return undefined;
    }
    const record = this.#queue.peek(RECORD_HEADER + length);
    if (record === undefined) return undefined;
    this.#count += 1;
    const time = read(0) + read(4) / perSecond;
    this.#queue.skip(RECORD_HEADER + length);
    return { number: this.#count, time, linkType, bytes: record.subarray(RECORD_HEADER) };
  }
}
