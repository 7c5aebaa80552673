import {
  type CertificateDescription,
  connectTls,
  legacyTlsVersion,
  type TlsConnectOptions,
} from "../../sip/index.js";
import { cleanText } from "../../text.js";
import type { Door, TlsEvidence, TlsFailure } from "../evidence.js";
import { portRefusal } from "../target.js";
import { askOptions, openDoor } from "./door.js";
import type { Run } from "./run.js";

/** Every text of a certificate is the peer's. */
export function cleanCertificate(certificate: CertificateDescription): CertificateDescription {
  const clean = (names: readonly string[]) => names.slice(0, 20).map((name) => cleanText(name, 120));
  return {
    ...certificate,
    subject: cleanText(certificate.subject, 160),
    issuer: cleanText(certificate.issuer, 160),
    commonNames: clean(certificate.commonNames),
    dnsNames: clean(certificate.dnsNames),
    uriNames: clean(certificate.uriNames),
    ipNames: clean(certificate.ipNames),
  };
}

/**
 * Whether credentials may be sent over this: the certificate names the domain (by the rules of SIP or by those
 * of the web), is valid now, and its chain is trusted.
 */
export function certificateHolds({ verdict }: TlsEvidence): boolean {
  if (verdict === undefined) return false;
  const { dates, chain, identity, web } = verdict;
  return dates.ok && chain.ok && (identity.ok || web.ok);
}

/**
 * A second look at a port where the handshake failed: does it take an old version of TLS, or speak plain SIP?
 * Nothing is sent but a ClientHello and one OPTIONS.
 */
export async function explainTlsFailure(run: Run, door: Door, failure: TlsFailure): Promise<TlsFailure> {
  const [legacyVersion, speaksPlainSip] = await Promise.all([
    failure.code === "TIMEOUT" ? undefined : legacy(run, door),
    plainSipAt(run, door),
  ]);
  return {
    ...failure,
    ...(legacyVersion === undefined ? {} : { legacyVersion }),
    ...(speaksPlainSip ? { speaksPlainSip } : {}),
  };
}

async function legacy(run: Run, door: Door): Promise<string | undefined> {
  const refused = portRefusal(door.port) ?? run.policy(door.address);
  if (refused !== undefined) return undefined;
  const version = await legacyTlsVersion({ address: door.address, port: door.port }, tlsOptions(run));
  return version === "TLSv1" || version === "TLSv1.1" ? version : undefined;
}

async function plainSipAt(run: Run, door: Door): Promise<boolean> {
  if (!run.mayAsk()) return false;
  const limit = run.limits.otherDoor;
  const times = { connect: limit, handshake: limit, options: limit };
  const opened = await openDoor(run, { ...door, transport: "tcp" }, times);
  if (opened.kind === "shut") return false;
  try {
    return (await askOptions(run, opened.open, limit)).result === "answered";
  } finally {
    await opened.open.agent.close();
  }
}

/** Whether a TCP port that gave no SIP takes a TLS handshake. */
export async function takesTls(run: Run, door: Door): Promise<boolean> {
  const refused = portRefusal(door.port) ?? run.policy(door.address);
  if (refused !== undefined) return false;
  const outcome = await connectTls({ address: door.address, port: door.port }, tlsOptions(run));
  if (outcome.kind !== "connected") return false;
  await outcome.flow.close();
  return true;
}

function tlsOptions(run: Run): TlsConnectOptions {
  const { otherDoor } = run.limits;
  return { timeoutMs: otherDoor, handshakeTimeoutMs: otherDoor, signal: run.signal, serverName: run.dialled };
}
