import type { Buffer } from "node:buffer";
import { type Fragment, Fragments } from "./fragments.js";

/** What an IP packet, or all fragments of one, carry. */
export interface IpPayload {
  readonly source: string;
  readonly destination: string;
  /** IANA's number: 6 TCP, 17 UDP, 1 and 58 ICMP. */
  readonly protocol: number;
  readonly bytes: Buffer;
  /** Bytes that were on the wire and were not captured. */
  readonly missing: number;
}

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;
const MOBILITY = 135;
const MOST_EXTENSIONS = 12;

/** Reads IPv4 and IPv6 packets, and puts fragments together (RFC 791, RFC 8200). */
export class IpReader {
  readonly #fragments = new Fragments();
  readonly #names = new Map<number, string>();

  /** `undefined`: it is not a packet, or is a fragment of one that is not complete yet. */
  read(packet: Buffer): IpPayload | undefined {
    const version = (packet[0] ?? 0) >> 4;
    if (version === 4) return this.#readV4(packet);
    return version === 6 ? this.#readV6(packet) : undefined;
  }

  #readV4(packet: Buffer): IpPayload | undefined {
    const headerLength = ((packet[0] ?? 0) & 0x0f) * 4;
    if (headerLength < 20 || packet.length < headerLength) return undefined;
    const total = packet.readUInt16BE(2);
    // A card that cuts segments itself is given packets without a length.
    const wireLength = total === 0 ? packet.length : total;
    if (wireLength < headerLength) return undefined;
    const bytes = packet.subarray(headerLength, wireLength);
    const payload = {
      source: this.#nameV4(packet.readUInt32BE(12)),
      destination: this.#nameV4(packet.readUInt32BE(16)),
      protocol: packet[9] ?? 0,
      bytes,
      missing: wireLength - headerLength - bytes.length,
    };
    const flags = packet.readUInt16BE(6);
    const fragment = {
      offset: (flags & 0x1fff) * 8,
      more: (flags & 0x2000) !== 0,
      id: packet.readUInt16BE(4),
    };
    return this.#whole(payload, fragment);
  }

  #readV6(packet: Buffer): IpPayload | undefined {
    if (packet.length < 40) return undefined;
    const length = packet.readUInt16BE(4);
    const end = length === 0 ? packet.length : 40 + length;
    const bytes = packet.subarray(40, end);
    const payload = {
      ...{ source: nameV6(packet, 8), destination: nameV6(packet, 24), protocol: packet[6] ?? 0, bytes },
      missing: end - 40 - bytes.length,
    };
    return this.#afterExtensions(payload);
  }

  /** Passes over extension headers; what is in fragments is put together at the fragment header, with those that follow it. */
  #afterExtensions(payload: IpPayload, isWhole = false): IpPayload | undefined {
    const { bytes, missing } = payload;
    let { protocol } = payload;
    let at = 0;
    for (let count = 0; count < MOST_EXTENSIONS; count += 1) {
      const size = extensionSize(protocol, bytes, at);
      if (size === undefined) break;
      if (at + size > bytes.length) return undefined;
      const next = bytes[at] ?? 0;
      if (protocol === FRAGMENT && !isWhole) {
        const flags = bytes.readUInt16BE(at + 2);
        const fragment = { offset: flags & 0xfff8, more: (flags & 1) !== 0, id: bytes.readUInt32BE(at + 4) };
        const part = { ...payload, protocol: next, bytes: bytes.subarray(at + size), missing };
        const whole = this.#whole(part, fragment);
        return whole && this.#afterExtensions(whole, true);
      }
      protocol = next;
      at += size;
    }
    return { ...payload, protocol, bytes: bytes.subarray(at) };
  }

  #whole(payload: IpPayload, fragment: Fragment): IpPayload | undefined {
    if (fragment.offset === 0 && !fragment.more) return payload;
    const { source, destination, protocol } = payload;
    // A fragment that was cut has a hole; what came before the hole is still of use.
    const whole = this.#fragments.add(
      `${source} ${destination} ${protocol} ${fragment.id}`,
      fragment,
      payload,
    );
    return whole && { ...payload, ...whole };
  }

  #nameV4(address: number): string {
    const known = this.#names.get(address);
    if (known !== undefined) return known;
    const name = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
    if (this.#names.size >= 10_000) this.#names.clear();
    this.#names.set(address, name);
    return name;
  }
}

function extensionSize(protocol: number, packet: Buffer, at: number): number | undefined {
  const units = packet[at + 1] ?? 0;
  if (protocol === FRAGMENT) return 8;
  if (protocol === AUTHENTICATION) return (units + 2) * 4;
  return [HOP_BY_HOP, ROUTING, DESTINATION, MOBILITY].includes(protocol) ? (units + 1) * 8 : undefined;
}

/** In the short form of RFC 5952. */
function nameV6(packet: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => packet.readUInt16BE(at + index * 2).toString(16));
  let [best, length] = [-1, 1];
  for (let from = 0; from < 8; from += 1) {
    let run = 0;
    while (from + run < 8 && groups[from + run] === "0") run += 1;
    if (run > length) [best, length] = [from, run];
  }
  if (best < 0) return groups.join(":");
  return `${groups.slice(0, best).join(":")}::${groups.slice(best + length).join(":")}`;
}
