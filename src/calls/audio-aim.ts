import type { AnnouncedAudio } from "../captures/rtp/announced.js";
import type { MediaTarget } from "../media/rtp-session.js";
import { type AddressClass, classifyAddress, contactedIp, isLocalAddress, sameHost } from "../sip/index.js";

/** Where our voice goes in a call, and whether that is where the other side has asked for it. */
export interface AudioAim {
  /** Absent: nowhere. */
  readonly target?: MediaTarget;
  /**
   * Why it does not go to the announced address. `means-nothing-here`: no packet from here can get there, so it goes to the
   * host of the signalling. `not-allowed`: the same, since the policy refuses it. `off`: no voice is wanted.
   */
  readonly instead?: "means-nothing-here" | "not-allowed" | "off";
}

/** Whether packets may be sent to an address: why not, or nothing. */
export type MayHear = (address: string) => string | undefined;

const NOBODYS: ReadonlySet<AddressClass | undefined> = new Set([
  "multicast",
  "reserved",
  "unspecified",
  "link-local",
] as const);
/** Nothing is sent to the ports of other services. */
const LOWEST_PORT = 1_024;

/**
 * A session description is a stranger's word: it must not aim a stream of packets at a third party. Voice goes to the host
 * that the signalling came from, or to an announced address that means the same from here and that `mayHear` allows.
 *
 * @param signalling address of the host that has answered.
 */
export function aimAudio(
  { host: announced, port, direction }: Pick<AnnouncedAudio, "host" | "port" | "direction">,
  signalling: string,
  mayHear: MayHear,
): AudioAim {
  // An IPv4 address may be written as an IPv6 one.
  const host = announced === undefined ? undefined : contactedIp(announced);
  const isOff = host === "0.0.0.0" || host === "::" || direction === "inactive" || direction === "sendonly";
  if (port < LOWEST_PORT || isOff) return { instead: "off" };
  const there = { address: signalling, port };
  if (host === undefined) return { target: there, instead: "means-nothing-here" };
  if (sameHost(host, signalling)) return { target: there };
  if (!meansTheSame(host, signalling)) return { target: there, instead: "means-nothing-here" };
  if (mayHear(host) !== undefined) return { target: there, instead: "not-allowed" };
  return { target: { address: host, port } };
}

function meansTheSame(host: string, signalling: string): boolean {
  const kind = classifyAddress(host);
  if (kind === undefined || NOBODYS.has(kind)) return false;
  const isLoopback = (address: string) => classifyAddress(address) === "loopback";
  if (isLoopback(host) || isLoopback(signalling)) return isLoopback(host) && isLoopback(signalling);
  if (host.includes(":") !== signalling.includes(":")) return false;
  return !isLocalAddress(host) || isLocalAddress(signalling);
}
