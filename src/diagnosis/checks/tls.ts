import { present } from "../../base/present.js";
import { connectTls, isIpLiteral, legacyTlsVersion, type TlsConnectOptions } from "../../sip/index.js";
import type { Endpoint, HandshakeSeen, OtherHandshake, Reach, TlsFailure } from "../evidence.js";
import { certificateHolds, isBetterWithoutName, isTrusted } from "../handshakes.js";
import { portRefusal } from "../target.js";
import { askOptions, type OpenEndpoint, type Opened, openEndpoint } from "./endpoint.js";
import type { Run } from "./run.js";

/**
 * A second look at a port where the handshake ended in an error: does it take an old version of TLS, or speak plain SIP?
 * Nothing is sent but a ClientHello and one OPTIONS.
 */
export async function explainTlsFailure(
  run: Run,
  endpoint: Endpoint,
  failure: TlsFailure,
): Promise<TlsFailure> {
  const [legacyVersion, speaksPlainSip] = await Promise.all([
    legacy(run, endpoint),
    plainSipAt(run, endpoint),
  ]);
  return {
    ...failure,
    ...present({ legacyVersion }),
    ...(speaksPlainSip ? { speaksPlainSip } : {}),
  };
}

async function legacy(run: Run, endpoint: Endpoint): Promise<string | undefined> {
  const refused = portRefusal(endpoint.port) ?? run.policy(endpoint.address, endpoint.port);
  if (refused !== undefined) return undefined;
  const version = await legacyTlsVersion({ address: endpoint.address, port: endpoint.port }, tlsOptions(run));
  return version === "TLSv1" || version === "TLSv1.1" ? version : undefined;
}

/** Whether plain SIP over TCP is answered where a TLS handshake is not. */
export async function plainSipAt(run: Run, endpoint: Endpoint, onAnswer = () => {}): Promise<boolean> {
  const limit = run.limits.otherEndpoint;
  const times = { connect: limit, handshake: limit };
  const opened = await openEndpoint(run, { ...endpoint, transport: "tcp" }, times);
  if (opened.kind === "shut") return false;
  try {
    const { options } = await askOptions(run, opened.open, limit - opened.open.ms);
    if (options?.result === "answered") onAnswer();
    return options?.result === "answered";
  } finally {
    await opened.open.agent.close();
  }
}

/** Whether a TCP port that gave no SIP takes a TLS handshake. */
export async function takesTls(run: Run, endpoint: Endpoint): Promise<boolean> {
  const refused = portRefusal(endpoint.port) ?? run.policy(endpoint.address, endpoint.port);
  if (refused !== undefined) return false;
  const outcome = await connectTls({ address: endpoint.address, port: endpoint.port }, tlsOptions(run));
  if (outcome.kind !== "connected") return false;
  await outcome.flow.close();
  return true;
}

/**
 * An open connection, or in its place the one without a server name, which OpenSIPS would make: where the certificate
 * does not hold with the name, and that one is better.
 */
export async function bestHandshake(run: Run, named: OpenEndpoint): Promise<OpenEndpoint> {
  const { endpoint, tls, ms } = named;
  if (tls === undefined || certificateHolds(tls) || !sendsName(run, endpoint)) return named;
  const unnamed = await openNameless(run, endpoint, namelessLimit(run, ms));
  if (unnamed.kind === "shut") return { ...named, ...present({ withoutName: noHandshake(unnamed.reach) }) };
  const { tls: other, agent } = unnamed.open;
  if (other !== undefined && isBetterWithoutName(other, tls)) {
    await named.agent.close();
    return { ...unnamed.open, withName: { handshake: tls } };
  }
  await agent.close();
  return other === undefined || isSame(other, tls) ? named : { ...named, withoutName: { handshake: other } };
}

/**
 * The connection without a server name at a port where the handshake with one failed. If its certificate
 * is not trusted it is closed and reported.
 */
export async function instead(
  run: Run,
  endpoint: Endpoint,
  failed: Extract<Reach, { kind: "tls-failed" }>,
): Promise<Opened> {
  const shut: Opened = { kind: "shut", reach: failed };
  if (!sendsName(run, endpoint)) return shut;
  const unnamed = await openNameless(run, endpoint, run.limits.otherEndpoint);
  if (unnamed.kind === "shut" || unnamed.open.tls === undefined) return shut;
  const { tls, agent } = unnamed.open;
  if (isTrusted(tls))
    return { kind: "open", open: { ...unnamed.open, ...present({ withName: noHandshake(failed) }) } };
  await agent.close();
  return { kind: "shut", reach: { ...failed, withoutName: tls } };
}

/** The handshake once more without a server name, beside one that holds. Nothing where it is the same, or cannot be compared. */
export async function withoutName(
  run: Run,
  { endpoint, tls: named, ms, gaveUpAfter }: OpenEndpoint,
): Promise<OtherHandshake | undefined> {
  if (named === undefined || !certificateHolds(named) || gaveUpAfter !== undefined) return undefined;
  if (!sendsName(run, endpoint)) return undefined;
  const unnamed = await openNameless(run, endpoint, namelessLimit(run, ms));
  if (unnamed.kind === "shut") return noHandshake(unnamed.reach);
  const { tls, agent } = unnamed.open;
  await agent.close();
  return tls === undefined || isSame(tls, named) ? undefined : { handshake: tls };
}

function openNameless(run: Run, endpoint: Endpoint, limit: number): Promise<Opened> {
  return openEndpoint(run, endpoint, { connect: limit, handshake: limit, total: limit, nameless: true });
}

/** Short enough not to be noticed, and longer if the one with a name took longer. */
function namelessLimit({ limits }: Run, ms: number): number {
  return Math.max(limits.patience, limits.handshake / 2, 2 * ms);
}

/** Why there was no handshake, where the connection itself was there. */
function noHandshake(reach: Reach): OtherHandshake | undefined {
  if (reach.kind !== "tls-failed") return undefined;
  const { code, message, ms } = reach;
  if (code.unwrap() === "TIMEOUT")
    return { problem: `no handshake in ${(ms / 1_000).toFixed(1)} s`, late: true };
  return { problem: `${message} (${code})` };
}

function isSame({ chain: [one] }: HandshakeSeen, { chain: [other] }: HandshakeSeen): boolean {
  return one?.fingerprint === other?.fingerprint;
}

/** There is a name to leave out. */
function sendsName({ dialled }: Run, { transport }: Endpoint): boolean {
  return transport === "tls" && !isIpLiteral(dialled);
}

function tlsOptions(run: Run): TlsConnectOptions {
  const limit = run.silence.left(run.limits.otherEndpoint);
  const { dialled: serverName } = run;
  // Once SIP is answered it need not be known any more.
  const signal = AbortSignal.any([run.signal, run.silence.broken]);
  return { timeoutMs: limit, handshakeTimeoutMs: limit, totalTimeoutMs: limit, signal, serverName };
}
