import { isIP, isIPv6 } from "node:net";
import { nearest } from "../base/nearest.js";
import type { Secret } from "../redaction/secret.js";
import { fromCaller, untrustedToken } from "../redaction/untrusted.js";
import { bareHost } from "../registration/host.js";
import type { RegistrationSettings } from "../telzino/types.js";

/** A SIP password that the configuration holds under a name. */
interface NamedSecret {
  secret: Secret;
  /** Hosts that it may be used for, `*.` for those below one; empty: any. */
  hosts: readonly string[];
}

export type NamedSecrets = ReadonlyMap<string, NamedSecret>;

/** A password that exists but must not be used so, or a name that does not exist. Nothing was sent anywhere. */
export class SecretRefused extends Error {
  override readonly name = "SecretRefused";
  readonly next: readonly string[];

  constructor(message: string, next: readonly string[]) {
    super(message);
    this.next = next;
  }
}

/**
 * The password of that name, for a registration with those settings. A pinned one is given out only where
 * every host that would see its digest is within the pins: the domain, and the proxy where there is one.
 *
 * @throws SecretRefused
 */
export function namedPassword(
  name: string,
  secrets: NamedSecrets,
  settings: Pick<RegistrationSettings, "sipDomain" | "proxy">,
): Secret {
  const found = secrets.get(name);
  if (found === undefined) throw unknownName(name, secrets);
  for (const field of ["sipDomain", "proxy"] as const) {
    const host = settings[field];
    if (host === undefined || isWithinPins(host, found.hosts)) continue;
    throw new SecretRefused(
      `The SIP password ${name} was not used: it is pinned to ${found.hosts.join(", ")}, and ${field} ${untrustedToken(host, 253)} is not among them. Nothing was sent.`,
      [
        `Check ${field} with the user: a typing error, or someone else's host.`,
        `If the host is right, the user adds it to TELZINO_SIP_SECRET_${name}_HOSTS and restarts this server.`,
      ],
    );
  }
  return found.secret;
}

function unknownName(name: string, secrets: NamedSecrets): SecretRefused {
  const names = [...secrets.keys()];
  const near = nearest(name, names);
  const known = names.length === 0 ? "None is configured." : `There are: ${names.join(", ")}.`;
  return new SecretRefused(`No SIP password is configured under the name ${fromCaller(name, 60)}. ${known}`, [
    near === undefined
      ? "Make the same call without passwordSecret, or with a name that exists."
      : `Perhaps ${near} is meant: check with the user, then make the same call with it.`,
  ]);
}

/**
 * Whether a host is one of those that a secret is pinned to. Names are compared as DNS does: as a whole,
 * case-blind, without a final dot. `*.acme.com` means every name below acme.com, not acme.com itself, and
 * no address. No pins: any host.
 */
export function isWithinPins(host: string, pins: readonly string[]): boolean {
  if (pins.length === 0) return true;
  const wanted = canonicalHost(host);
  return pins.some((pin) => {
    if (!pin.startsWith("*.")) return canonicalHost(pin) === wanted;
    const parent = canonicalHost(pin.slice("*.".length));
    return isIP(wanted) === 0 && wanted.length > parent.length + 1 && wanted.endsWith(`.${parent}`);
  });
}

/** One spelling for each host: lower case, no final dot, no brackets, IPv6 as RFC 5952 writes it. */
function canonicalHost(host: string): string {
  const bare = bareHost(host.trim()).replace(/\.$/, "").toLowerCase();
  return isIPv6(bare) ? bareHost(new URL(`sip-host://[${bare}]`).hostname) : bare;
}

/** The names with their pins, for a person or a model; never a value. `undefined`: there are none. */
export function namesOfSecrets(secrets: NamedSecrets | undefined): string | undefined {
  if (secrets === undefined || secrets.size === 0) return undefined;
  return [...secrets]
    .map(([name, { hosts }]) => (hosts.length === 0 ? name : `${name} (for ${hosts.join(", ")})`))
    .join("; ");
}
