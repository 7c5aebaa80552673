import type { Buffer } from "node:buffer";

/** Link types (tcpdump.org/linktypes) that SIP is captured on, and where IP begins in them. */
const ETHERNET = 1;
const NULL_LOOPBACK = 0;
const OPENBSD_LOOPBACK = 108;
const PPP = 9;
const PPPOE = 51;
const LINUX_COOKED = 113;
const LINUX_COOKED_2 = 276;
const RAW: ReadonlySet<number> = new Set([12, 14, 101, 228, 229]);

const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const MOST_TAGS = 4;

export function isKnownLink(type: number): boolean {
  return (
    RAW.has(type) ||
    [ETHERNET, NULL_LOOPBACK, OPENBSD_LOOPBACK, PPP, PPPOE, LINUX_COOKED, LINUX_COOKED_2].includes(type)
  );
}

/** The IP packet in a frame, with whatever padding follows it; `undefined` for everything else. */
export function ipPacketIn(linkType: number, frame: Buffer): Buffer | undefined {
  const at = ipStart(linkType, frame);
  if (at === undefined || at >= frame.length) return undefined;
  const version = (frame[at] ?? 0) >> 4;
  return version === 4 || version === 6 ? frame.subarray(at) : undefined;
}

function ipStart(linkType: number, frame: Buffer): number | undefined {
  if (RAW.has(linkType)) return 0;
  if (linkType === ETHERNET) return afterType(frame, 12);
  if (linkType === LINUX_COOKED) return afterType(frame, 14);
  // Its type comes first, and 18 other bytes between that and the packet.
  if (linkType === LINUX_COOKED_2) return afterType(frame, 0, 20);
  // A family in the byte order of the machine that captured: IP's own version tells as much.
  if (linkType === NULL_LOOPBACK || linkType === OPENBSD_LOOPBACK) return 4;
  if (linkType === PPPOE) return inPppoe(frame, 0);
  if (linkType === PPP) return frame[0] === 0xff ? inPpp(frame, 2) : inPpp(frame, 0);
  return undefined;
}

/** Where IP begins after an EtherType at `at` and its VLAN tags. */
function afterType(frame: Buffer, at: number, begins = at + 2): number | undefined {
  let type = uint16(frame, at);
  let next = begins;
  for (let tags = 0; type !== undefined && VLAN_TAGS.has(type) && tags < MOST_TAGS; tags += 1) {
    type = uint16(frame, next + 2);
    next += 4;
  }
  if (type === 0x0800 || type === 0x86dd) return next;
  return type === 0x8864 ? inPppoe(frame, next) : undefined;
}

function inPppoe(frame: Buffer, at: number): number | undefined {
  // Only session data has code 0 (RFC 2516 6).
  return frame[at + 1] === 0 ? inPpp(frame, at + 6) : undefined;
}

function inPpp(frame: Buffer, at: number): number | undefined {
  const protocol = uint16(frame, at);
  return protocol === 0x0021 || protocol === 0x0057 ? at + 2 : undefined;
}

function uint16(bytes: Buffer, at: number): number | undefined {
  return at + 2 <= bytes.length ? bytes.readUInt16BE(at) : undefined;
}
