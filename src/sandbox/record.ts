import { defaultSipPort } from "../base/sip-port.js";
import { type SipUri, type TransportName, writeUri } from "../sip/index.js";
import type { StoredSip } from "./store.js";

/** What a record of the registrant is made of stored settings: OpenSIPS's `aor`, `registrar` and `username`. */

export function authUserOf({ username, authUsername }: StoredSip): string {
  return authUsername ?? username;
}

/** @throws SipSerializeError when user or domain cannot be written in a URI. */
export function aorOf({ username, sipDomain }: StoredSip): string {
  return writeUri({ scheme: "sip", user: username, host: sipDomain });
}

/**
 * The `registrar` of the record. The port belongs to the host that is connected to: to the registrar only where there is
 * no proxy.
 *
 * @throws SipSerializeError when the domain cannot be written in a URI.
 */
export function registrarUri({ sipDomain, proxy, port, transport }: StoredSip): string {
  return writeUri({
    scheme: "sip",
    host: sipDomain,
    ...(proxy === undefined && port !== defaultSipPort(transport) ? { port } : {}),
    ...transportParam(transport),
  });
}

/** For a URI; UDP is left out. */
export function transportParam(transport: TransportName): Pick<SipUri, "params"> {
  return transport === "udp" ? {} : { params: new Map([["transport", transport]]) };
}

/** Whether OpenSIPS finds the one by the other: it knows its records by AOR, Contact and registrar. */
export function isSameRecord(one: StoredSip, other: StoredSip): boolean {
  const key = (settings: StoredSip) =>
    `${settings.username} ${settings.sipDomain} ${settings.transport} ${settings.proxy === undefined ? settings.port : ""}`;
  return key(one) === key(other);
}
