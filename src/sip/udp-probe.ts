import { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import { SipParseError } from "./errors.js";
import { type FlowFailure, failureOf, type SocketAddress } from "./flow.js";
import { literalsOnly } from "./literal-lookup.js";
import type { SipMessage, SipRequest } from "./message.js";
import { parseMessage } from "./parse.js";
import { serializeMessage } from "./serialize.js";
import { udpTypeOf } from "./udp.js";

/**
 * What only a connected UDP socket can tell: which local address leads to a remote one, and whether a port
 * is refused (ICMP port unreachable comes as ECONNREFUSED within milliseconds, where an unconnected socket
 * would wait for Timer F).
 */

/** A CRLF keep-alive: every SIP stack passes over it, and no lockout counts it. */
const SONDE = Buffer.from("\r\n\r\n");

export type UdpProbeOutcome =
  /** ICMP says that nothing listens there (`ECONNREFUSED`), or that there is no way to it. */
  | ({ readonly kind: "transport-error"; readonly tookMs: number } & FlowFailure)
  | { readonly kind: "answered"; readonly message: SipMessage; readonly tookMs: number }
  | { readonly kind: "malformed"; readonly error: SipParseError; readonly tookMs: number }
  /** Proves nothing: a firewall that drops, a port that is open, a peer that does not answer. */
  | { readonly kind: "silent"; readonly waitedMs: number }
  | { readonly kind: "aborted" };

export interface UdpProbeOptions {
  /** What to send, complete with Via; without it a CRLF keep-alive, which nobody answers. */
  readonly request?: SipRequest;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Sends one datagram from a connected socket and waits for an answer or a refusal. The socket is always
 * closed before this resolves. It resolves, whatever the network does.
 */
export async function probeUdpPort(
  remote: SocketAddress,
  options: UdpProbeOptions,
): Promise<UdpProbeOutcome> {
  if (options.signal?.aborted) return { kind: "aborted" };
  const started = performance.now();
  const took = () => performance.now() - started;
  const socket = createSocket({ type: udpTypeOf(remote.address), lookup: literalsOnly });
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<UdpProbeOutcome>((resolve) => {
      onAbort = () => resolve({ kind: "aborted" });
      options.signal?.addEventListener("abort", onAbort, { once: true });
      timer = setTimeout(() => resolve({ kind: "silent", waitedMs: took() }), options.timeoutMs);
      const fail = (error: Error) =>
        resolve({ kind: "transport-error", tookMs: took(), ...failureOf(error) });
      socket.on("error", fail);
      socket.on("message", (bytes) => {
        try {
          resolve({ kind: "answered", message: parseMessage(bytes), tookMs: took() });
        } catch (error) {
          if (!(error instanceof SipParseError)) throw error;
          resolve({ kind: "malformed", error, tookMs: took() });
        }
      });
      connect(socket, remote, (error) => {
        if (error) return fail(error);
        const bytes = options.request ? serializeMessage(options.request) : SONDE;
        socket.send(bytes, (sendError) => {
          if (sendError) fail(sendError);
        });
      });
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) options.signal?.removeEventListener("abort", onAbort);
    await closed(socket);
  }
}

/**
 * The local address that the system would use towards `remote`; nothing is sent. `undefined` when there is
 * no route. Node cannot unconnect a socket and keep its port, hence a throw-away one.
 */
export async function localAddressTowards(remote: SocketAddress): Promise<string | undefined> {
  const socket = createSocket({ type: udpTypeOf(remote.address), lookup: literalsOnly });
  try {
    return await new Promise<string | undefined>((resolve) => {
      socket.on("error", () => resolve(undefined));
      connect(socket, remote, (error) => resolve(error ? undefined : withoutZone(socket.address().address)));
    });
  } finally {
    await closed(socket);
  }
}

function connect(socket: Socket, remote: SocketAddress, done: (error?: Error) => void): void {
  try {
    // Node's types leave out the error that the callback is called with.
    socket.connect(remote.port, remote.address, done as () => void);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

function withoutZone(address: string): string {
  return address.replace(/%.*/s, "");
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.removeAllListeners("error");
    socket.on("error", () => {});
    socket.close(() => resolve());
  });
}

/**
 * Watches, from a connected socket of its own, for an ICMP refusal of a port while a request to it is under
 * way. Returns the function that ends the watch.
 */
export function watchForRefusal(
  remote: SocketAddress,
  wait: { readonly afterMs: number; readonly forMs: number },
  onRefused: (failure: FlowFailure) => void,
): () => void {
  const over = new AbortController();
  const timer = setTimeout(async () => {
    const outcome = await probeUdpPort(remote, { timeoutMs: wait.forMs, signal: over.signal });
    if (outcome.kind === "transport-error" && !over.signal.aborted) {
      onRefused({ code: outcome.code, message: outcome.message });
    }
  }, wait.afterMs);
  return () => {
    clearTimeout(timer);
    over.abort();
  };
}
