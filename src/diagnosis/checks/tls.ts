import { present } from "../../base/present.js";
import { connectTls, legacyTlsVersion, type TlsConnectOptions } from "../../sip/index.js";
import type { Door, TlsFailure } from "../evidence.js";
import { portRefusal } from "../target.js";
import { askOptions, openDoor } from "./door.js";
import type { Run } from "./run.js";

/**
 * A second look at a port where the handshake ended in an error: does it take an old version of TLS, or speak plain SIP?
 * Nothing is sent but a ClientHello and one OPTIONS.
 */
export async function explainTlsFailure(run: Run, door: Door, failure: TlsFailure): Promise<TlsFailure> {
  const [legacyVersion, speaksPlainSip] = await Promise.all([legacy(run, door), plainSipAt(run, door)]);
  return {
    ...failure,
    ...present({ legacyVersion }),
    ...(speaksPlainSip ? { speaksPlainSip } : {}),
  };
}

async function legacy(run: Run, door: Door): Promise<string | undefined> {
  const refused = portRefusal(door.port) ?? run.policy(door.address);
  if (refused !== undefined) return undefined;
  const version = await legacyTlsVersion({ address: door.address, port: door.port }, tlsOptions(run));
  return version === "TLSv1" || version === "TLSv1.1" ? version : undefined;
}

/** Whether plain SIP over TCP is answered where a TLS handshake is not. */
export async function plainSipAt(run: Run, door: Door, onAnswer = () => {}): Promise<boolean> {
  const limit = run.limits.otherDoor;
  const times = { connect: limit, handshake: limit };
  const opened = await openDoor(run, { ...door, transport: "tcp" }, times);
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
export async function takesTls(run: Run, door: Door): Promise<boolean> {
  const refused = portRefusal(door.port) ?? run.policy(door.address);
  if (refused !== undefined) return false;
  const outcome = await connectTls({ address: door.address, port: door.port }, tlsOptions(run));
  if (outcome.kind !== "connected") return false;
  await outcome.flow.close();
  return true;
}

function tlsOptions(run: Run): TlsConnectOptions {
  const limit = run.silence.left(run.limits.otherDoor);
  const { signal, dialled: serverName } = run;
  return { timeoutMs: limit, handshakeTimeoutMs: limit, totalTimeoutMs: limit, signal, serverName };
}
