import type { Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { present } from "../../base/present.js";
import { isIpLiteral } from "../message/address.js";
import { describeChain } from "./certificate.js";
import { type ConnectOutcome, failureOf, type SocketAddress, type TlsFacts } from "./flow.js";
import { connectSocket, StreamFlow, type TcpConnectOptions } from "./stream.js";

export interface TlsConnectOptions extends TcpConnectOptions {
  /** The domain asked for; sent as SNI unless it is an IP literal. */
  readonly serverName?: string;
  /** Only for the handshake, after TCP has connected: a port that speaks no TLS is silent. Milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** For both together. Milliseconds. */
  readonly totalTimeoutMs?: number;
  /** Trusted roots in PEM, instead of Node's own. */
  readonly ca?: readonly string[];
}

type Failed = Exclude<ConnectOutcome, { kind: "connected" }>;
type Shaken = { readonly kind: "secure"; readonly socket: TLSSocket; readonly handshakeMs: number };

/**
 * Opens a TLS flow (TLS 1.2 or newer). The certificate never ends the handshake: the verdict is in the
 * flow's `tls`, and the caller decides before it sends a secret.
 */
export async function connectTls(
  remote: SocketAddress,
  options: TlsConnectOptions,
): Promise<ConnectOutcome<StreamFlow>> {
  const tcp = await connectSocket(remote, options);
  if (tcp.kind !== "socket") return tcp;
  const outcome = await shakeHands(tcp.socket, left(options, tcp.tookMs), { minVersion: "TLSv1.2" });
  if (outcome.kind !== "secure") return outcome;
  const { socket, handshakeMs } = outcome;
  const tls = readTlsFacts(socket, handshakeMs, options.serverName);
  const flow = new StreamFlow(socket, "tls", "client", tls);
  return { kind: "connected", flow, tookMs: tcp.tookMs + handshakeMs };
}

/**
 * The version that a server settles on when old ones are allowed, to tell "TLS 1.0 only" from "no TLS": a
 * handshake, nothing more is sent. `undefined` when there is no handshake even so.
 */
export async function legacyTlsVersion(
  remote: SocketAddress,
  options: TlsConnectOptions,
): Promise<string | undefined> {
  const tcp = await connectSocket(remote, options);
  if (tcp.kind !== "socket") return undefined;
  const legacy = { minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;
  const outcome = await shakeHands(tcp.socket, left(options, tcp.tookMs), legacy);
  if (outcome.kind !== "secure") return undefined;
  const version = outcome.socket.getProtocol() ?? undefined;
  outcome.socket.on("error", () => {}).destroy();
  return version;
}

/** The options with what is left for the handshake. */
function left(options: TlsConnectOptions, tookMs: number): TlsConnectOptions {
  const { handshakeTimeoutMs, totalTimeoutMs = Number.POSITIVE_INFINITY } = options;
  return {
    ...options,
    handshakeTimeoutMs: Math.max(1, Math.min(handshakeTimeoutMs, totalTimeoutMs - tookMs)),
  };
}

function shakeHands(
  tcp: Socket,
  options: TlsConnectOptions,
  versions: Pick<ConnectionOptions, "minVersion" | "ciphers">,
): Promise<Shaken | Failed> {
  const started = performance.now();
  const took = () => performance.now() - started;
  const { serverName, signal } = options;
  const socket = connect({
    socket: tcp,
    ...versions,
    rejectUnauthorized: false,
    // Names are judged by SIP's rules, elsewhere; without this their verdict would hide the chain's.
    checkServerIdentity: () => undefined,
    ...(sendsName(serverName) ? { servername: serverName } : {}),
    ...(options.ca ? { ca: [...options.ca] } : {}),
  });
  return new Promise((resolve) => {
    const end = (outcome: Failed) => {
      cleanUp();
      socket.on("error", () => {});
      tcp.on("error", () => {});
      socket.destroy();
      tcp.destroy();
      resolve(outcome);
    };
    const onError = (error: Error) =>
      end({ kind: "transport-error", phase: "handshake", tookMs: took(), ...failureOf(error) });
    const onClose = () =>
      onError(Object.assign(new Error("closed during the handshake"), { code: "ECONNRESET" }));
    const onAbort = () => end({ kind: "aborted" });
    const onSecure = () => {
      cleanUp();
      resolve({ kind: "secure", socket, handshakeMs: took() });
    };
    const timer = setTimeout(
      () => end({ kind: "timeout", phase: "handshake", waitedMs: took() }),
      options.handshakeTimeoutMs,
    );
    const cleanUp = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.off("error", onError).off("close", onClose).off("secureConnect", onSecure);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.on("error", onError).on("close", onClose).on("secureConnect", onSecure);
    if (signal?.aborted) onAbort();
  });
}

function sendsName(serverName: string | undefined): serverName is string {
  return serverName !== undefined && !isIpLiteral(serverName);
}

function readTlsFacts(socket: TLSSocket, handshakeMs: number, serverName: string | undefined): TlsFacts {
  // The types say Error; what comes is OpenSSL's code as text.
  const error: unknown = socket.authorizationError;
  const code = typeof error === "string" ? error : error instanceof Error ? failureOf(error).code : undefined;
  return {
    protocol: socket.getProtocol() ?? "unknown",
    cipher: socket.getCipher()?.name ?? "unknown",
    ...(sendsName(serverName) ? { serverName } : {}),
    chain: describeChain(socket.getPeerCertificate(true)),
    ...present({ authorizationError: code }),
    handshakeMs,
  };
}
