import { Buffer } from "node:buffer";
import { createCipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * SRTP (RFC 3711) with keys from a session description (SDES, RFC 4568): AES in counter mode, HMAC-SHA1 of 80 bits, the
 * suite that every telephone has.
 */
const SUITE = "AES_CM_128_HMAC_SHA1_80";
const CRYPTO = /^\d{1,9} {1,9}AES_CM_128_HMAC_SHA1_80 {1,9}inline:([A-Za-z0-9+/]{40})(?:[|; ]|$)/i;

const KEY = 16;
const SALT = 14;
const TAG = 10;
const HEADER = 12;
const LABELS = { encryption: 0, authentication: 1, salting: 2 } as const;

/** Master key and salt. */
export class SrtpKey {
  readonly #material: Buffer;

  private constructor(material: Buffer) {
    this.#material = material;
  }

  static random(): SrtpKey {
    return new SrtpKey(randomBytes(KEY + SALT));
  }

  /** The first key of our suite in the values of `a=crypto`. */
  static read(values: readonly string[]): SrtpKey | undefined {
    for (const value of values) {
      const inline = CRYPTO.exec(value);
      const material = Buffer.from(inline?.[1] ?? "", "base64");
      if (material.length === KEY + SALT) return new SrtpKey(material);
    }
    return undefined;
  }

  /** As `a=crypto` has it behind the tag. */
  toCrypto(): string {
    return `${SUITE} inline:${this.#material.toString("base64")}`;
  }

  /** A session key (RFC 3711 4.3.1, with a derivation rate of 0). */
  derive(label: keyof typeof LABELS, size: number): Buffer {
    const iv = Buffer.alloc(KEY);
    this.#material.copy(iv, 0, KEY, KEY + SALT);
    iv[7] = (iv[7] ?? 0) ^ LABELS[label];
    return counterMode(this.#material.subarray(0, KEY), iv, Buffer.alloc(size));
  }
}

function counterMode(key: Buffer, iv: Buffer, bytes: Buffer): Buffer {
  return createCipheriv("aes-128-ctr", key, iv).update(bytes);
}

/** One direction of one source: packets in the order in which they go, or about that in which they come. */
class SrtpStream {
  readonly #key: Buffer;
  readonly #authentication: Buffer;
  readonly #salt: Buffer;
  /** Highest sequence number, extended by the roll-overs. */
  #highest: number | undefined;

  constructor(master: SrtpKey) {
    this.#key = master.derive("encryption", KEY);
    this.#authentication = master.derive("authentication", 20);
    this.#salt = master.derive("salting", SALT);
  }

  protect(packet: Buffer): Buffer {
    const index = this.#indexOf(packet.readUInt16BE(2));
    this.#highest = Math.max(this.#highest ?? index, index);
    const start = payloadStart(packet);
    const whole = Buffer.concat([
      packet.subarray(0, start),
      this.#crypt(packet, start, packet.length, index),
    ]);
    return Buffer.concat([whole, this.#tag(whole, index)]);
  }

  unprotect(packet: Buffer): Buffer | undefined {
    const end = packet.length - TAG;
    if (end < HEADER) return undefined;
    const index = this.#indexOf(packet.readUInt16BE(2));
    const body = packet.subarray(0, end);
    if (!timingSafeEqual(this.#tag(body, index), packet.subarray(end))) return undefined;
    this.#highest = Math.max(this.#highest ?? index, index);
    const start = payloadStart(body);
    if (start > end) return undefined;
    return Buffer.concat([packet.subarray(0, start), this.#crypt(packet, start, end, index)]);
  }

  /** RFC 3711 3.3.1: the number nearest to the highest one so far. */
  #indexOf(sequence: number): number {
    const highest = this.#highest;
    if (highest === undefined) return sequence;
    const around = highest - (highest & 0xffff) + sequence;
    const candidates = [around - 0x10000, around, around + 0x10000].filter((index) => index >= 0);
    return candidates.reduce((best, index) =>
      Math.abs(index - highest) < Math.abs(best - highest) ? index : best,
    );
  }

  #crypt(packet: Buffer, start: number, end: number, index: number): Buffer {
    const iv = Buffer.alloc(KEY);
    this.#salt.copy(iv);
    const mask = Buffer.alloc(KEY);
    packet.copy(mask, 4, 8, HEADER);
    mask.writeUIntBE(index, 8, 6);
    for (let at = 0; at < KEY; at += 1) iv[at] = (iv[at] ?? 0) ^ (mask[at] ?? 0);
    return counterMode(this.#key, iv, packet.subarray(start, end));
  }

  #tag(body: Buffer, index: number): Buffer {
    const rollOver = Buffer.alloc(4);
    rollOver.writeUInt32BE(Math.floor(index / 0x10000));
    return createHmac("sha1", this.#authentication).update(body).update(rollOver).digest().subarray(0, TAG);
  }
}

/** Behind contributors and extension, which stay in clear (RFC 3711 3.1). */
function payloadStart(packet: Buffer): number {
  const first = packet[0] ?? 0;
  const start = HEADER + (first & 0x0f) * 4;
  if ((first & 0x10) === 0 || packet.length < start + 4) return start;
  return start + 4 + packet.readUInt16BE(start + 2) * 4;
}

const MOST_SOURCES = 8;

/** SRTP of one call, both ways. */
export class Srtp {
  readonly #ours: SrtpStream;
  readonly #theirs: SrtpKey;
  /** By source: each counts its own roll-overs. */
  readonly #sources = new Map<number, SrtpStream>();

  constructor(ours: SrtpKey, theirs: SrtpKey) {
    this.#ours = new SrtpStream(ours);
    this.#theirs = theirs;
  }

  protect(packet: Buffer): Buffer {
    return this.#ours.protect(packet);
  }

  unprotect(packet: Buffer): Buffer | undefined {
    if (packet.length < HEADER) return undefined;
    const ssrc = packet.readUInt32BE(8);
    const known = this.#sources.get(ssrc);
    const stream = known ?? new SrtpStream(this.#theirs);
    const plain = stream.unprotect(packet);
    if (plain !== undefined && known === undefined && this.#sources.size < MOST_SOURCES) {
      this.#sources.set(ssrc, stream);
    }
    return plain;
  }
}
