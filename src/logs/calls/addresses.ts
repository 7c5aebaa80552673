import {
  canonicalIp,
  classifyAddress,
  isLocalAddress,
  isOutsideAddress,
  readContacts,
  readVias,
  type SipMessage,
  tolerant,
} from "../../sip/index.js";
import { hostOf } from "../frames.js";
import type { TracedMessage } from "../trace.js";
import { hostIn } from "./call-story.js";

/** What kind of address is where in a message of a call. */

/** An address that cannot be reached from outside its own network. */
export function isLocal(host: string | undefined): boolean {
  return host !== undefined && isLocalAddress(host) && !isUnspecified(host);
}

/** An address of the internet, also one that stands for it in examples, or one that is partly masked. */
export function isOutside(host: string | undefined): boolean {
  return host !== undefined && (isOutsideAddress(host) || isMasked(host));
}

const MASKED_PART = /^(?:\d{1,3}|([a-z*])\1{0,2})$/i;
/** What is masked behind these may be private. */
const MAYBE_PRIVATE = /^(?:10|127|169|172|192)\./;

/** `203.0.xxx.xxx`, `X.X.X.X`: what people mask is public. */
function isMasked(host: string): boolean {
  const parts = host.split(".", 5);
  return (
    parts.length === 4 &&
    parts.every((part) => MASKED_PART.test(part)) &&
    parts.some((part) => !/^\d/.test(part)) &&
    !MAYBE_PRIVATE.test(host)
  );
}

export function isUnspecified(host: string | undefined): boolean {
  return host !== undefined && classifyAddress(host) === "unspecified";
}

/** What Docker gives its containers unless told otherwise: the first addresses of 172.17.0.0/16 and the networks after it. */
export function isContainer(host: string | undefined): boolean {
  return host !== undefined && /^172\.(?:1[7-9]|2\d|3[01])\.0\.\d{1,3}$/.test(host);
}

export function sameHost(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const [left, right] = [canonicalIp(one), canonicalIp(other)];
  return left !== undefined && left === right;
}

/** The host that a packet came from; `undefined` for what the logging program sent itself, or where nothing tells. */
export function sourceOf({ peer, direction }: TracedMessage): string | undefined {
  return peer === undefined || direction === "sent" ? undefined : hostOf(peer);
}

/** The host that a packet went to. */
export function targetOf({ peer, to, direction }: TracedMessage): string | undefined {
  if (direction === "sent") return peer === undefined ? undefined : hostOf(peer);
  return to === undefined ? undefined : hostOf(to);
}

/** Where a packet went, with the port. */
export function placeOf({ peer, to, direction }: TracedMessage): string | undefined {
  return direction === "sent" ? peer : to;
}

export function contactOf({ headers }: SipMessage): string | undefined {
  return hostIn(readContacts(headers).list[0]?.uri);
}

/** The address that the far side saw, as it writes into the top Via of its answer. */
export function receivedOf({ headers }: SipMessage): { host: string; received: string } | undefined {
  const via = tolerant(() => readVias(headers))?.[0];
  const received = /;\s?received=\[?([0-9A-Fa-f.:]{3,45})/.exec(headers.get("Via") ?? "")?.[1];
  return via === undefined || received === undefined ? undefined : { host: via.host, received };
}
