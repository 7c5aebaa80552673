import { present } from "../../base/present.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import {
  connectTls,
  failureWords,
  isIpLiteral,
  legacyTlsVersion,
  type TlsConnectOptions,
} from "../../sip/index.js";
import type { Endpoint, HandshakeSeen, NamelessSeen, TlsFailure } from "../evidence.js";
import { portRefusal } from "../target.js";
import { handshakeSeen } from "./certificate.js";
import { askOptions, type OpenEndpoint, openEndpoint } from "./endpoint.js";
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
  const [legacyVersion, speaksPlainSip, withoutName] = await Promise.all([
    legacy(run, endpoint),
    plainSipAt(run, endpoint),
    namelessHandshake(run, endpoint),
  ]);
  return {
    ...failure,
    ...present({ legacyVersion, withoutName }),
    ...(speaksPlainSip ? { speaksPlainSip } : {}),
  };
}

async function legacy(run: Run, endpoint: Endpoint): Promise<string | undefined> {
  const refused = portRefusal(endpoint.port) ?? run.policy(endpoint.address);
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
  const refused = portRefusal(endpoint.port) ?? run.policy(endpoint.address);
  if (refused !== undefined) return false;
  const outcome = await connectTls({ address: endpoint.address, port: endpoint.port }, tlsOptions(run));
  if (outcome.kind !== "connected") return false;
  await outcome.flow.close();
  return true;
}

/**
 * The handshake once more without a server name, as OpenSIPS does it. Nothing where it is the same, or cannot be compared.
 */
export async function withoutName(
  run: Run,
  { endpoint, tls: named, ms, gaveUpAfter }: OpenEndpoint,
): Promise<NamelessSeen | undefined> {
  if (!sendsName(run, endpoint) || named === undefined || gaveUpAfter !== undefined) return undefined;
  const limit = Math.max(run.limits.patience, 2 * ms);
  const outcome = await connectNameless(run, endpoint, limit);
  if (outcome.kind === "connected") {
    await outcome.flow.close();
    const handshake = outcome.flow.tls && handshakeSeen(outcome.flow.tls, run.dialled);
    const same = handshake?.chain[0]?.fingerprint === named.chain[0]?.fingerprint;
    return same || handshake === undefined ? undefined : { handshake };
  }
  if (outcome.kind === "aborted" || outcome.phase !== "handshake") return undefined;
  if (outcome.kind === "timeout") return { problem: `no handshake within ${limit / 1_000} s`, late: true };
  return { problem: `${failureWords(outcome)} (${untrustedToken(outcome.code, 60)})` };
}

/** The handshake without a server name at a port where the one with it came to nothing. */
export async function namelessHandshake(run: Run, endpoint: Endpoint): Promise<HandshakeSeen | undefined> {
  if (!sendsName(run, endpoint)) return undefined;
  const outcome = await connectNameless(run, endpoint, run.silence.left(run.limits.otherEndpoint));
  if (outcome.kind !== "connected") return undefined;
  await outcome.flow.close();
  return outcome.flow.tls && handshakeSeen(outcome.flow.tls, run.dialled);
}

/** There is a name to leave out, and the port may be connected to. */
function sendsName(run: Run, { port, address }: Endpoint): boolean {
  return !isIpLiteral(run.dialled) && (portRefusal(port) ?? run.policy(address)) === undefined;
}

function connectNameless(run: Run, { address, port }: Endpoint, limit: number) {
  return connectTls(
    { address, port },
    {
      ...{ timeoutMs: limit, handshakeTimeoutMs: limit, totalTimeoutMs: limit, signal: run.signal },
      ...present({ ca: run.trustedRoots }),
    },
  );
}

function tlsOptions(run: Run): TlsConnectOptions {
  const limit = run.silence.left(run.limits.otherEndpoint);
  const { dialled: serverName } = run;
  // Once SIP is answered it need not be known any more.
  const signal = AbortSignal.any([run.signal, run.silence.broken]);
  return { timeoutMs: limit, handshakeTimeoutMs: limit, totalTimeoutMs: limit, signal, serverName };
}
