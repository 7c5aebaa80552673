import type { HandshakeSeen } from "./evidence.js";

/** Its dates and its chain are good: all that OpenSIPS checks, as far as is known. */
export function isTrusted({ verdict }: HandshakeSeen): boolean {
  return verdict?.chain.ok === true && verdict.dates.ok;
}

/**
 * Whether credentials may be sent over this: the certificate names the domain (by the rules of SIP or by those
 * of the web), is valid now, and its chain is trusted.
 */
export function certificateHolds(seen: HandshakeSeen): boolean {
  return isTrusted(seen) && (seen.verdict?.identity.ok === true || seen.verdict?.web.ok === true);
}

/** What is shown without a server name holds where the other does not, or holds in more. */
export function isBetterWithoutName(unnamed: HandshakeSeen, named: HandshakeSeen): boolean {
  return (isTrusted(unnamed) && !isTrusted(named)) || (certificateHolds(unnamed) && !certificateHolds(named));
}
