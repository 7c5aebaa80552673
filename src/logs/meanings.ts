import { CALL_MEANINGS } from "./call-meanings.js";
import { CLIENT_FAILURES, CLIENT_REFUSALS } from "./client-meanings.js";
import type { EventKind } from "./event.js";
import { type Meaning, REFUSALS } from "./refusals.js";
import { TOLD_REFUSALS } from "./told-meanings.js";

export type { Meaning } from "./refusals.js";

const BAN_FIX =
  "Correct the credentials first. Then lift the ban on the PBX (with fail2ban: fail2ban-client unban ADDRESS), and allow the platform's addresses there.";

/** The network, calls, and what goes well. */
const OTHERS = {
  identified: { says: "the PBX has found an endpoint for a request" },
  challenged: { says: "asked for credentials, which is normal" },
  "challenge-unmet": {
    says: "asked for credentials again and again, and sends none",
    finding: "challenge-unanswered",
    confidence: "medium",
  },
  "auth-ok": { says: "credentials accepted" },
  registered: { says: "registered" },
  unregistered: { says: "registration taken away by the device itself" },
  "registration-broken-off": {
    says: "a connection was opened, and dropped before a registration was complete",
    finding: "extension-not-registered",
    confidence: "medium",
    cause:
      "The PBX saw a connection from it that ended before the registration was complete. One of these: (1) the PBX has no such device, or its digest user is not the one that it registers with; (2) the network between; (3) the device moves to another node.",
    fix: "Compare the device, its digest user and its line on the PBX with what the agent registers with; on the same second, look at the SIP trace for the answer.",
  },
  "sip-not-loaded": {
    says: "the PBX runs without its SIP part",
    finding: "port-refused",
    title: "The PBX's SIP module is not loaded",
    confidence: "medium",
    cause: "The PBX runs, and its part for SIP (mod_sofia) is not loaded: nothing listens at the SIP port.",
    fix: "Load it (load mod_sofia), and look at what its log says then: an error in the XML of a profile, a port that another program has, or an external address that cannot be found (STUN).",
  },
  "acl-rejects": { says: "an access list does not hold this address" },
  banned: {
    says: "banned or blocked",
    finding: "banned-after-refusals",
    confidence: "high",
    title: "The PBX has banned this address",
    fix: BAN_FIX,
  },
  "told-banned": {
    says: "banned or blocked",
    finding: "banned-after-refusals",
    confidence: "medium",
    title: "The PBX has banned this address",
    fix: BAN_FIX,
  },
  flooded: {
    says: "blocked for a while, too many requests in a short time",
    finding: "banned-after-refusals",
    confidence: "medium",
    title: "The PBX blocks this address: too many requests in a short time",
    cause:
      "A limit on requests per time (Kamailio's pike) blocks the address; it counts requests and does not look at the credentials. Several devices behind one address add up.",
    fix: "Send nothing from the address until the block expires; then find out what sends so much (many extensions together, a client that tries again immediately after a refusal), or leave the platform's addresses out of the limit.",
  },
  "ban-elsewhere": {
    says: "banned or blocked, an address that no line connects with the user",
    finding: "ban-elsewhere",
    confidence: "medium",
  },
  unbanned: { says: "ban lifted" },
  "ban-counted": { says: "counted as a strike by fail2ban" },
  "tls-not-tls": {
    says: "what came to the TLS port was not TLS",
    finding: "tls-on-plain-port",
    confidence: "medium",
    cause: "A client speaks plain SIP (transport tcp) to the PBX's TLS port. Scanners do so as well.",
  },
  "tls-no-common-terms": {
    says: "TLS failed, no version or cipher in common",
    finding: "tls-handshake-failed",
    confidence: "high",
    cause: "The PBX and the client allow no common TLS version or cipher.",
    fix: "Allow TLS 1.2 and 1.3 with modern ciphers on the PBX, and check that its certificate's key fits them.",
  },
  "tls-distrusted": {
    says: "the client did not trust the PBX's certificate",
    finding: "certificate-chain",
    confidence: "medium",
    cause:
      "The client broke the handshake off: the certificate is self-signed, of an unknown authority, without its intermediate, or for another name.",
  },
  "tls-distrusted-expired": {
    says: "the client found the PBX's certificate expired",
    finding: "certificate-expired",
    confidence: "high",
  },
  "tls-wrong-name": {
    says: "the PBX's certificate is for another name than the one that was dialled",
    finding: "certificate-name",
    confidence: "high",
  },
  "tls-self-signed": {
    says: "the PBX's certificate is self-signed or of an unknown authority",
    finding: "certificate-chain",
    confidence: "medium",
    cause:
      "The client knows no authority that vouches for the certificate: it is self-signed, of a private CA, or comes without its intermediate.",
  },
  "tls-client-certificate": {
    says: "TLS failed, the PBX wants a certificate of the client",
    finding: "tls-client-certificate",
    confidence: "high",
  },
  "tls-failed": { says: "TLS handshake failed", finding: "tls-handshake-failed", confidence: "medium" },
  expired: { says: "registration ran out, it was not refreshed in time" },
  "expired-last": {
    says: "registration ran out, it was not refreshed in time",
    finding: "extension-not-registered",
    confidence: "medium",
    cause:
      "The registration ran out, and no other is left at the end of the log. One of these: (1) the device has stopped, or has lost its network; (2) its refresh does not arrive at the PBX, or is refused; (3) the agent's registration has been removed.",
    fix: "Check what happened to the device, and whether its next REGISTER arrives. For an agent, look at its registration's state.",
  },
  "binding-made": { says: "the PBX keeps an address for it" },
  "binding-removed": { says: "the PBX has given its address up" },
  "binding-removed-last": {
    says: "the PBX has given its address up, and keeps no other",
    finding: "extension-not-registered",
    confidence: "medium",
    cause:
      "The PBX has given up the address that it had for it, and no other follows. One of these: (1) the registration ran out, its refresh does not arrive or is refused; (2) the device has taken it away; (3) its connection has closed.",
    fix: "Check what happened to the device, and whether its next REGISTER arrives. For an agent, look at its registration's state.",
  },
  "binding-older": { says: "an older registration ended, and another one exists" },
  evicted: {
    says: "registration replaced by a newer one of the same extension",
    finding: "held-by-another-device",
    severity: "warning",
    confidence: "medium",
    cause:
      "Two devices register the same extension, or the same one from a new address: the newer drops the older.",
  },
  "transport-lost": { says: "registration dropped because its connection closed" },
  "transport-lost-last": {
    says: "registration dropped because its connection closed",
    finding: "extension-not-registered",
    confidence: "medium",
    cause:
      "The connection (tcp, tls, WebSocket) over which it was made has closed, and the PBX drops the registration with it. No other is left at the end of the log. Until its next refresh the device does not know.",
    fix: "See who closes the connection: a firewall or NAT that ends idle ones (keep-alives help), the PBX at a restart, or the device. Registering again helps until then.",
  },
  "not-registered": {
    says: "no device is registered there",
    finding: "extension-not-registered",
    confidence: "medium",
  },
  reachable: { says: "answers the PBX's OPTIONS" },
  unreachable: {
    says: "does not answer the PBX, which will not ring it",
    finding: "contact-unreachable",
    confidence: "medium",
  },
  // Any request of the PBX, in a call too.
  unanswered: { says: "does not answer the PBX, which will not ring it" },
  "call-started": { says: "call started" },
  "call-progress": { says: "call" },
  "call-ended": { says: "call ended" },
  "call-failed": { says: "call failed" },
  ...CALL_MEANINGS,
  provider: { says: "the PBX's own registration with a provider, not the agent's" },
  "provider-registered": { says: "the PBX's own registration with a provider, not the agent's" },
  "provider-refused-before": {
    says: "the PBX's own registration with a provider fails, not the agent's",
    finding: "provider-refused",
    severity: "info",
    confidence: "medium",
    cause:
      "It is over: the same registration of the PBX with its provider succeeds later in the log. It is the PBX's trunk and not the agent's extension.",
    fix: "Nothing, unless it comes again.",
  },
  "provider-refused": {
    says: "the PBX's own registration with a provider fails, not the agent's",
    finding: "provider-refused",
    confidence: "medium",
  },
  "provider-no-registrar": {
    says: "the PBX's own registration is refused by a server that takes none, not the agent's",
    finding: "not-a-registrar",
    confidence: "medium",
    severity: "warning",
    cause:
      "The PBX registers its trunk with a server that has no registrar (405, 501). LiveKit SIP and many trunk providers take calls and no registrations.",
    fix: "Set that trunk up on the PBX without registration; the far side knows it by its address, or asks each call for credentials.",
  },
  "agent-number-unknown": {
    says: "the platform's side has no trunk or rule for this call",
    finding: "agent-number-unknown",
    confidence: "medium",
  },
  "agent-not-authorized": {
    says: "the platform's side does not authorize this call",
    finding: "agent-not-authorized",
    confidence: "medium",
  },
  sip: { says: "" },
} as const satisfies Partial<Record<EventKind, Meaning>>;

export const MEANINGS: Readonly<Record<EventKind, Meaning>> = {
  ...REFUSALS,
  ...TOLD_REFUSALS,
  ...CLIENT_REFUSALS,
  ...CLIENT_FAILURES,
  ...OTHERS,
};

/** Whether an address is shut out. */
export function isBan(kind: EventKind): boolean {
  return kind === "banned" || kind === "told-banned" || kind === "flooded";
}

/** Whether the event is a refusal whose reason the log tells. */
export function isRefusal(kind: EventKind): boolean {
  return kind in REFUSALS || kind in TOLD_REFUSALS || kind in CLIENT_REFUSALS;
}
