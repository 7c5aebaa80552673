import type { Buffer } from "node:buffer";
import { ByteQueue } from "./byte-queue.js";
import { type CapturedPacket, type CaptureFileReader, MAX_PACKET } from "./packet.js";

/** Blocks that are looked at (draft-ietf-opsawg-pcapng); all others are passed over, those with keys of TLS too. */
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const LOOKED_AT: ReadonlySet<number> = new Set([INTERFACE, OLD_PACKET, SIMPLE_PACKET, ENHANCED_PACKET]);

const LITTLE = 0x4d3c2b1a;
const BIG = 0x1a2b3c4d;
const BLOCK_HEADER = 8;
const BLOCK_FRAME = 12;
const MAX_INTERFACES = 1_024;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Units of its times in a second. */
  readonly perSecond: number;
  /** Seconds that are added to its times. */
  readonly offset: number;
}

export function isPcapng(start: Buffer): boolean {
  return start.length >= 4 && start.readUInt32BE(0) === SECTION;
}

/** Reads a .pcapng file: sections of either byte order one after the other, each with its interfaces. */
export class PcapngReader implements CaptureFileReader {
  readonly #queue = new ByteQueue();
  #little = true;
  #interfaces: Interface[] = [];
  #count = 0;
  #damage: string | undefined;

  get damage(): string | undefined {
    return this.#damage;
  }

  *feed(chunk: Buffer): Generator<CapturedPacket> {
    this.#queue.push(chunk);
    while (this.#damage === undefined) {
      const block = this.#nextBlock();
      if (block === undefined) return;
      if (block === "passed over") continue;
      const packet = this.#read(block.type, block.body);
      if (packet !== undefined) yield packet;
    }
  }

  end(): void {
    if (this.#damage === undefined && (this.#queue.length > 0 || this.#queue.isSkipping)) {
      this.#damage = `it ends in the middle of a block, after packet ${this.#count}`;
    }
  }

  #nextBlock(): { type: number; body: Buffer } | "passed over" | undefined {
    if (this.#queue.isSkipping) return undefined;
    const header = this.#queue.peek(BLOCK_HEADER);
    if (header === undefined) return undefined;
    // The same in both byte orders.
    if (header.readUInt32BE(0) === SECTION) {
      const start = this.#queue.peek(BLOCK_FRAME);
      if (start === undefined) return undefined;
      this.#startSection(start.readUInt32BE(8));
      if (this.#damage !== undefined) return undefined;
    }
    const type = this.#uint32(header, 0);
    const length = this.#uint32(header, 4);
    if (length < BLOCK_FRAME || length % 4 !== 0) {
      this.#damage = `a block after packet ${this.#count} has a length that no block has`;
      return undefined;
    }
    if (!LOOKED_AT.has(type)) {
      this.#queue.skip(length);
      return "passed over";
    }
    if (length > MAX_PACKET + 4_096) {
      this.#damage = `a block after packet ${this.#count} claims ${length} bytes`;
      return undefined;
    }
    const block = this.#queue.peek(length);
    if (block === undefined) return undefined;
    this.#queue.skip(length);
    return { type, body: block.subarray(BLOCK_HEADER, length - 4) };
  }

  #startSection(magic: number): void {
    if (magic !== LITTLE && magic !== BIG) {
      this.#damage = `a section after packet ${this.#count} has no byte order`;
      return;
    }
    this.#little = magic === LITTLE;
    this.#interfaces = [];
  }

  #read(type: number, body: Buffer): CapturedPacket | undefined {
    if (type === INTERFACE) {
      this.#addInterface(body);
      return undefined;
    }
    this.#count += 1;
    if (type === SIMPLE_PACKET) return this.#simplePacket(body);
    if (body.length < 20) return undefined;
    const id = type === OLD_PACKET ? this.#uint16(body, 0) : this.#uint32(body, 0);
    const source = this.#interfaces[id];
    if (source === undefined) return undefined;
    const units = this.#uint32(body, 4) * 2 ** 32 + this.#uint32(body, 8);
    return this.#packet(
      source,
      body.subarray(20),
      this.#uint32(body, 12),
      units / source.perSecond + source.offset,
    );
  }

  #simplePacket(body: Buffer): CapturedPacket | undefined {
    const source = this.#interfaces[0];
    if (source === undefined || body.length < 4) return undefined;
    const original = this.#uint32(body, 0);
    const length = source.snapLength === 0 ? original : Math.min(original, source.snapLength);
    return this.#packet(source, body.subarray(4), length, 0);
  }

  #packet({ linkType }: Interface, data: Buffer, length: number, time: number): CapturedPacket {
    return { number: this.#count, time, linkType, bytes: data.subarray(0, length) };
  }

  #addInterface(body: Buffer): void {
    if (body.length < 8 || this.#interfaces.length >= MAX_INTERFACES) return;
    const [linkType, snapLength] = [this.#uint16(body, 0), this.#uint32(body, 4)];
    let [perSecond, offset] = [1e6, 0];
    for (let at = 8; at + 4 <= body.length; ) {
      const [code, length] = [this.#uint16(body, at), this.#uint16(body, at + 2)];
      if (code === 0 || at + 4 + length > body.length) break;
      if (code === 9 && length >= 1) perSecond = resolution(body[at + 4] ?? 6);
      if (code === 14 && length >= 8) {
        offset = Number(this.#little ? body.readBigInt64LE(at + 4) : body.readBigInt64BE(at + 4));
      }
      at += 4 + Math.ceil(length / 4) * 4;
    }
    this.#interfaces.push({ linkType, snapLength, perSecond, offset });
  }

  #uint32(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  #uint16(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }
}

/** if_tsresol: a power of ten, or of two where its highest bit is set. */
function resolution(value: number): number {
  const power = value & 0x7f;
  return value & 0x80 ? 2 ** Math.min(power, 63) : 10 ** Math.min(power, 18);
}
