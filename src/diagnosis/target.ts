import { settingText, Untrusted, untrustedToken } from "../redaction/untrusted.js";
import { bareHost } from "../registration/host.js";
import type { LocatedServer, TransportName } from "../sip/index.js";
import { bracketed } from "../sip/message/address.js";

/** A transport, address and port to knock at. */
export interface Endpoint extends Omit<LocatedServer, "host"> {
  /** The name whose address this is. */
  readonly host: Untrusted;
}

/** What to diagnose: the fields of a registration that decide where a REGISTER goes and in whose name. */
export interface DiagnosisTarget {
  /** Host name or IP literal. */
  readonly sipDomain: string;
  /** Without it nothing is asked in anybody's name, and the registrar cannot be judged. */
  readonly username?: string;
  /** Dialled instead of the domain. */
  readonly proxy?: string;
  /** Of the host that is dialled. Left out: as DNS says (RFC 3263). */
  readonly port?: number;
  readonly transport?: TransportName;
  /** Digest user, where it is not the user. */
  readonly authUsername?: string;
}

/**
 * Whether an address may be contacted: `undefined` when it may, otherwise the reason why not. Asked after
 * resolution and again right before each connection, so a name cannot smuggle in what the policy refuses.
 * A program that runs on the user's machine allows all; a hosted server refuses private addresses here.
 *
 * @param port of a connection for SIP.
 */
export type TargetPolicy = (address: string, port?: number) => string | undefined;

export const allowEveryAddress: TargetPolicy = () => undefined;

/** Characters that a host or a user may take up where it is shown. */
export const MAX_NAME = 253;

export function dialledHost({ sipDomain, proxy }: DiagnosisTarget): string {
  return bareHost(proxy ?? sipDomain);
}

/** Nothing is sent to the well-known ports of other services; 443 carries SIP over TLS at some providers. */
export function portRefusal(port: number): string | undefined {
  return port >= 1024 || port === 443
    ? undefined
    : `port ${port} belongs to another service: nothing is sent to ports below 1024 but 443`;
}

/** `tls/5061`. */
export function endpointName({ transport, port }: Pick<Endpoint, "transport" | "port">): string {
  return `${transport}/${port}`;
}

/** `tls 203.0.113.5:5061`. */
export function endpointAddress({ transport, address, port }: Endpoint): string {
  return `${transport} ${hostPort(address, port)}`;
}

/** `203.0.113.5:5061`, or just the address without a port. Outside text stays untrusted. */
export function hostPort(address: string | Untrusted, port: number | undefined): Untrusted {
  const isOutside = address instanceof Untrusted;
  const bare = isOutside ? address.unwrap() : address;
  const whole = port === undefined ? bare : `${bracketed(bare)}:${port}`;
  return isOutside ? untrustedToken(whole) : settingText(whole);
}

/** Its fields for a report: what was stored at the API counts as text from outside. */
export function shownTarget(target: DiagnosisTarget): DiagnosisTarget {
  const { sipDomain, username, proxy, authUsername } = target;
  const texts = Object.entries({ sipDomain, username, proxy, authUsername }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(settingText(value, MAX_NAME))]],
  );
  return { ...target, ...Object.fromEntries(texts) };
}

/** Whether the name that DNS has led to is the one that was asked about. */
export function isSameName(left: Untrusted, right: Untrusted): boolean {
  return left.unwrap() === right.unwrap();
}

/** Two endpoints lead to the same place. */
export function sameEndpoint(left: Endpoint, right: Endpoint): boolean {
  return left.transport === right.transport && left.address === right.address && left.port === right.port;
}
