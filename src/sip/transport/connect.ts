import { isIPv6 } from "node:net";
import { present } from "../../base/present.js";
import type { ConnectOutcome, Target } from "./flow.js";
import { connectTcp } from "./stream.js";
import { connectTls } from "./tls.js";
import type { Trace } from "./trace.js";
import { openUdpFlow } from "./udp.js";
import { localAddressTowards } from "./udp-probe.js";

export interface ConnectOptions {
  /** For the TCP connection; 5 s by default. */
  readonly connectTimeoutMs?: number;
  /** For the TLS handshake, counted on its own: a port that speaks plain SIP never answers a ClientHello. 5 s by default. */
  readonly handshakeTimeoutMs?: number;
  /** For both together; no other limit by default. */
  readonly totalTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Local port of a UDP flow; a free one by default. */
  readonly localPort?: number;
  /** Trusted roots in PEM, instead of Node's own. */
  readonly ca?: readonly string[];
  readonly trace?: Trace;
}

/** Opens a flow to a target, whatever its transport. Never throws for what a network can do. */
export async function openFlow(target: Target, options: ConnectOptions = {}): Promise<ConnectOutcome> {
  if (options.signal?.aborted) return { kind: "aborted" };
  const outcome = await open(target, options);
  if (outcome.kind === "connected") options.trace?.watch(outcome.flow);
  return outcome;
}

function open(target: Target, options: ConnectOptions): Promise<ConnectOutcome> {
  if (target.transport === "udp") return openUdp(target, options);
  const { signal, connectTimeoutMs = 5000, handshakeTimeoutMs = 5000, ca } = options;
  const { totalTimeoutMs = Number.POSITIVE_INFINITY } = options;
  const common = { timeoutMs: Math.min(connectTimeoutMs, totalTimeoutMs), ...present({ signal }) };
  if (target.transport === "tcp") return connectTcp(target, common);
  const { serverName } = target;
  return connectTls(target, {
    ...common,
    handshakeTimeoutMs,
    totalTimeoutMs,
    ...present({ serverName, ca }),
  });
}

async function openUdp(target: Target, options: ConnectOptions): Promise<ConnectOutcome> {
  const address = await localAddressTowards(target);
  if (address === undefined) {
    const family = isIPv6(target.address) ? "IPv6" : "IPv4";
    const message = `this machine has no ${family} route to ${target.address}`;
    return { kind: "transport-error", phase: "connect", tookMs: 0, code: "ENETUNREACH", message };
  }
  return openUdpFlow({ address, port: options.localPort ?? 0 });
}
